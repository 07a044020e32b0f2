"""Who is what in a project. A project that has an owner keeps one."""

from __future__ import annotations

from django.contrib.auth import get_user_model
from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.db.models import Case, IntegerField, QuerySet, Value, When
from django.utils import timezone

from curation.errors import BadInput
from curation.models import Invitation, Membership, Project, Role
from curation.services.access import User
from curation.services.auditing import record


def role_named(name: str) -> Role:
    """
    Raises:
        BadInput: no role has that name.

    >>> role_named("auditor").value
    'auditor'
    """
    if name not in Role.values:
        raise BadInput(f"There is no role {name!r}; choose one of {', '.join(Role.values)}.")
    return Role(name)


def user_named(name: str) -> AbstractBaseUser:
    """
    Raises:
        BadInput: nobody has an account of that name.
    """
    users = get_user_model()
    try:
        return users.objects.get(**{users.USERNAME_FIELD: name})
    except users.DoesNotExist:
        raise BadInput(
            f"Nobody has an account named {name!r}; invite them instead, or make the account first."
        ) from None


def members_of(project: Project) -> QuerySet[Membership]:
    """Everybody with a role, owners first, then by name."""
    order = Case(
        *(When(role=role, then=Value(place)) for place, role in enumerate(Role)),
        output_field=IntegerField(),
    )
    name = f"user__{get_user_model().USERNAME_FIELD}"
    return project.memberships.select_related("user").order_by(order, name)


def held_as(user: User, role: Role) -> QuerySet[Membership]:
    """The memberships in which this person is that, with their projects."""
    mine = Membership.objects.filter(role=role).select_related("project")
    return mine.none() if user.pk is None else mine.filter(user_id=user.pk)


@transaction.atomic
def give_role(project: Project, user: AbstractBaseUser, role: Role) -> Membership:
    """Make this person a member, or a member something else.

    Raises:
        BadInput: the project would be left without an owner.
    """
    held = _held(project, user)
    name = user.get_username()
    if held is None:
        made = Membership.objects.create(project=project, user_id=user.pk, role=role)
        record("member.added", project=project, thing=name, after={"role": role.value})
        return made
    if role != Role.OWNER:
        _keep_an_owner(held)
        _void_links_seen_by(held)
    before, held.role = held.role, role
    held.save(update_fields=["role"])
    was, now = {"role": before}, {"role": role.value}
    record("member.changed", project=project, thing=name, before=was, after=now)
    return held


@transaction.atomic
def remove_member(project: Project, user: AbstractBaseUser) -> None:
    """Take this person's role away; what they did stays.

    Raises:
        BadInput: they are no member, or the project would be left without an owner.
    """
    held = _held(project, user)
    if held is None:
        raise BadInput(f"{user.get_username()} is no member of project {project.slug!r}.")
    _end(held)
    record("member.removed", project=project, thing=user.get_username())


@transaction.atomic
def leave_project(project: Project, user: AbstractBaseUser) -> Role:
    """Give one's own role up; what one did stays. Returns the role it was.

    Raises:
        BadInput: they are no member, or the project would be left without an owner.
    """
    held = _held(project, user)
    if held is None:
        raise BadInput(f"You have no role in project {project.slug!r} that you could give up.")
    role = Role(held.role)
    _end(held)
    record("member.left", project=project, thing=user.get_username(), before={"role": role.value})
    return role


def _held(project: Project, user: AbstractBaseUser) -> Membership | None:
    """What they are. Two changes of a project's members follow one another: both see all owners."""
    Project.objects.select_for_update().get(pk=project.pk)
    return project.memberships.filter(user_id=user.pk).first()


def _end(held: Membership) -> None:
    _keep_an_owner(held)
    _void_links_seen_by(held)
    held.delete()


def _void_links_seen_by(held: Membership) -> None:
    """An owner has seen all links that are out; none of them must let them in again."""
    if held.role == Role.OWNER:
        links = Invitation.objects.open().filter(project=held.project_id)
        if number := links.update(withdrawn_at=timezone.now()):
            record("invitation.withdrawn", project=held.project, thing=f"all {number} open ones")


def _keep_an_owner(held: Membership) -> None:
    if held.role != Role.OWNER:
        return
    owners = Membership.objects.filter(project=held.project_id, role=Role.OWNER)
    if not owners.filter(user__is_active=True).exclude(pk=held.pk).exists():
        raise BadInput(
            f"{held.user.get_username()} is the only owner of project {held.project.slug!r}; "
            "make somebody else its owner first."
        )
