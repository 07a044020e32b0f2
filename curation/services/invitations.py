"""Invitations: a signed link that makes one person a member of a project."""

from __future__ import annotations

import uuid
from datetime import timedelta

from django.contrib.auth.models import AbstractBaseUser, User
from django.core import signing
from django.db import IntegrityError, transaction
from django.utils import timezone

from curation.errors import BadInput, InvitationRefused
from curation.models import Invitation, Membership, Project, Role
from curation.services.access import RIGHTS, role_of
from curation.services.auditing import record
from curation.services.members import give_role

SALT = "concord.invitation"
USUAL_DAYS, MOST_DAYS = 7, 365
LONGEST_NOTE = 120


@transaction.atomic
def invite(
    project: Project, role: Role, *, by: str, days: int = USUAL_DAYS, note: str = ""
) -> Invitation:
    """Write down that somebody may become a member; the link is `invitation_token`.

    Args:
        by: user name of the one who invites; "" for a command.
        days: how long the link lives.
        note: whom it is for, to be told apart on the page.

    Raises:
        BadInput: a number of days that no link lives, or too long a note.
    """
    if not 1 <= days <= MOST_DAYS:
        raise BadInput(f"An invitation cannot live {days} days; give 1 to {MOST_DAYS}.")
    if len(note) > LONGEST_NOTE or not note.isprintable():
        raise BadInput(f"Whom it is for takes one line of at most {LONGEST_NOTE} characters.")
    until = timezone.now() + timedelta(days=days)
    made = project.invitations.create(role=role, by=by, note=note, expires_at=until)
    record("invitation.made", project=project, thing=f"as {role.value}", after={"days": days})
    return made


def invitation_token(invitation: Invitation) -> str:
    """The signed end of the link; the same each time."""
    return signing.Signer(salt=SALT).sign(invitation.key.hex)


def read_invitation(token: str) -> Invitation:
    """The invitation a link stands for, if it still lets somebody in.

    Raises:
        InvitationRefused: the link was changed or forged (403), or it is over, used or
            withdrawn (410).
    """
    try:
        key = uuid.UUID(signing.Signer(salt=SALT).unsign(token))
        invitation = Invitation.objects.select_related("project").get(key=key)
    except (signing.BadSignature, ValueError, Invitation.DoesNotExist):
        raise InvitationRefused(
            "This link is not whole; open it again from where you were given it.", status=403
        ) from None
    if why := _why_closed(invitation):
        raise InvitationRefused(
            f"This invitation {why}; ask the people who sent it for a new one.", status=410
        )
    return invitation


@transaction.atomic
def accept(invitation: Invitation, user: AbstractBaseUser) -> Membership:
    """Make this person a member and use the invitation up, both or neither. Once only.

    Raises:
        InvitationRefused: somebody else was quicker (410), or they are in the project already
            and the invitation would give them nothing new (409); then it stays good.
    """
    project, role = invitation.project, Role(invitation.role)
    # first the project, as whoever removes an owner does, who then ends its invitations
    Project.objects.select_for_update().get(pk=project.pk)
    used = Invitation.objects.open().filter(pk=invitation.pk)
    if not used.update(used_at=timezone.now(), used_by=user.pk):
        raise InvitationRefused(
            "This invitation was used or withdrawn a moment ago; ask for a new one.", status=410
        )
    held = role_of(user, project)
    if held is not None and not RIGHTS[held] < RIGHTS[role]:
        raise InvitationRefused(
            f"You are {held.value} in this project already, so the invitation was not used; "
            "an owner can change your role.",
            status=409,
        )
    given = give_role(project, user, role)
    record("invitation.used", project=project, thing=user.get_username())
    return given


@transaction.atomic
def join_anew(invitation: Invitation, *, name: str, password: str) -> User:
    """Make an account and let it in, both or neither.

    Args:
        name, password: checked already, as a form does.

    Raises:
        InvitationRefused: as `accept` does; no account is made.
    """
    try:
        with transaction.atomic():
            user = User.objects.create_user(name, password=password)
    except IntegrityError:  # since the form looked
        raise InvitationRefused(
            "Somebody took this name a moment ago; open the link again and choose another.",
            status=409,
        ) from None
    accept(invitation, user)
    return user


@transaction.atomic
def withdraw(invitation: Invitation) -> None:
    """Make the link void; whoever came in by it stays.

    Raises:
        BadInput: it lets nobody in anyway.
    """
    if not Invitation.objects.open().filter(pk=invitation.pk).update(withdrawn_at=timezone.now()):
        raise BadInput("This invitation was used, withdrawn or over already.")
    record("invitation.withdrawn", project=invitation.project, thing=f"as {invitation.role}")


def _why_closed(invitation: Invitation) -> str:
    if invitation.used_at is not None:
        return "was used already"
    if invitation.withdrawn_at is not None:
        return "was withdrawn"
    return "is over" if invitation.expires_at <= timezone.now() else ""
