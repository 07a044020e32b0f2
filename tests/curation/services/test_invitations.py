"""Invitations: good once, for one person, until they are over or withdrawn."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial

import pytest
from django.contrib.auth.models import User
from django.core import signing
from django.db import connection
from django.utils import timezone

from curation.errors import BadInput, InvitationRefused
from curation.models import Invitation, Membership, Project, Role
from curation.services.access import role_of
from curation.services.invitations import (
    SALT,
    accept,
    invitation_token,
    invite,
    join_anew,
    read_invitation,
    withdraw,
)
from curation.services.members import remove_member
from tests.factories import make_member, make_project

pytestmark = pytest.mark.django_db


@pytest.fixture
def project() -> Project:
    return make_project("jokes")


@pytest.fixture
def invitation(project: Project) -> Invitation:
    return invite(project, Role.RESEARCHER, by="mira", days=3, note="Tom")


def test_a_link_makes_one_person_a_member(project: Project, invitation: Invitation) -> None:
    tom = make_member(project, None)

    accept(read_invitation(invitation_token(invitation)), tom)

    invitation.refresh_from_db()
    assert role_of(tom, project) == Role.RESEARCHER
    assert invitation.used_by == tom
    with pytest.raises(InvitationRefused, match="was used already") as refused:
        read_invitation(invitation_token(invitation))
    assert refused.value.status == 410


def test_of_two_people_with_one_link_the_second_stays_outside(
    project: Project, invitation: Invitation
) -> None:
    opened = [read_invitation(invitation_token(invitation)) for _ in range(2)]
    first, second = (make_member(project, None) for _ in range(2))

    accept(opened[0], first)
    with pytest.raises(InvitationRefused, match="a moment ago"):
        accept(opened[1], second)

    assert role_of(second, project) is None


def test_a_link_that_is_over_or_withdrawn_lets_nobody_in(
    project: Project, invitation: Invitation
) -> None:
    over = invite(project, Role.OWNER, by="mira")
    Invitation.objects.filter(pk=over.pk).update(expires_at=timezone.now() - timedelta(seconds=1))
    withdraw(invitation)

    for one, why in ((over, "is over"), (invitation, "was withdrawn")):
        with pytest.raises(InvitationRefused, match=why):
            read_invitation(invitation_token(one))
        with pytest.raises(InvitationRefused, match="a moment ago"):
            accept(one, make_member(project, None))
        with pytest.raises(BadInput, match="over already"):
            withdraw(one)

    assert not Membership.objects.exists()


@pytest.mark.parametrize("other", ["annotate", "salt", "cut", "key"])
def test_only_our_own_whole_links_count(invitation: Invitation, other: str) -> None:
    token = invitation_token(invitation)
    forged = {
        "annotate": signing.dumps([invitation.key.hex], salt=SALT),
        "salt": signing.Signer(salt="another").sign(invitation.key.hex),
        "cut": token[:-1],
        "key": signing.Signer(salt=SALT).sign("not a key"),
    }[other]

    with pytest.raises(InvitationRefused, match="not whole") as refused:
        read_invitation(forged)

    assert refused.value.status == 403


@pytest.mark.parametrize(
    ("held", "invited"),
    [("owner", "auditor"), ("researcher", "researcher"), ("auditor", "researcher"),
     ("researcher", "annotator")],
)  # fmt: skip
def test_a_link_takes_no_right_away_and_stays_good(
    project: Project, held: str, invited: str
) -> None:
    member = make_member(project, held)
    invitation = invite(project, Role(invited), by="mira")

    with pytest.raises(InvitationRefused, match=f"You are {held} in this project already"):
        accept(invitation, member)

    assert role_of(member, project) == held
    assert read_invitation(invitation_token(invitation)) == invitation


def test_a_link_can_lift_a_member(project: Project, invitation: Invitation) -> None:
    annotator = make_member(project, Role.ANNOTATOR)

    accept(invitation, annotator)

    assert role_of(annotator, project) == Role.RESEARCHER


def test_an_account_is_made_together_with_the_membership_or_not_at_all(
    project: Project, invitation: Invitation
) -> None:
    tom = join_anew(invitation, name="tom", password="a-long-password")
    with pytest.raises(InvitationRefused):
        join_anew(invitation, name="late", password="a-long-password")

    assert role_of(tom, project) == Role.RESEARCHER
    assert tom.check_password("a-long-password")
    assert list(User.objects.values_list("username", flat=True)) == ["tom"]


def test_an_invitation_needs_a_life_time_and_a_short_note(project: Project) -> None:
    for days in (0, 366):
        with pytest.raises(BadInput, match="give 1 to 365"):
            invite(project, Role.OWNER, by="mira", days=days)
    with pytest.raises(BadInput, match="at most 120 characters"):
        invite(project, Role.OWNER, by="mira", note="x" * 121)

    assert not Invitation.objects.exists()


def test_a_name_that_was_taken_a_moment_ago_gets_a_sentence_and_leaves_the_link_good() -> None:
    project = make_project("jokes")
    invitation = invite(project, Role.AUDITOR, by="mira")
    make_member(project, None, name="tom")

    with pytest.raises(InvitationRefused, match="took this name"):
        join_anew(invitation, name="tom", password="a-long-password")

    invitation.refresh_from_db()
    assert invitation.used_at is None


@pytest.mark.django_db(transaction=True)
def test_coming_in_while_an_owner_is_removed_ends_well_or_with_a_sentence() -> None:
    if connection.vendor == "sqlite":
        pytest.skip("in memory SQLite refuses at once where a file, or PostgreSQL, waits")
    project = make_project("jokes")
    make_member(project, Role.OWNER)
    for number in range(5):
        leaving, coming = make_member(project, Role.OWNER), make_member(project, None)
        invitation = invite(project, Role.AUDITOR, by="mira", note=str(number))
        both = threading.Barrier(2)

        with ThreadPoolExecutor(2) as pool:
            removed = pool.submit(at_once, both, partial(remove_member, project, leaving))
            came_in = pool.submit(at_once, both, partial(accept, invitation, coming))

        assert removed.result() == "done"
        assert came_in.result() in {"done", "refused"}
        assert not Invitation.objects.open().exists()


def at_once(both: threading.Barrier, work: Callable[[], object]) -> str:
    both.wait(60)
    try:
        work()
    except InvitationRefused:
        return "refused"
    finally:
        connection.close()
    return "done"
