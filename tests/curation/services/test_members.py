"""Roles given, changed and taken away; a project keeps an owner."""

from __future__ import annotations

import threading

import pytest
from django.contrib.auth.models import User
from django.db import connection

from curation.errors import BadInput, InvitationRefused
from curation.models import Membership, Project, Role
from curation.services.access import role_of
from curation.services.invitations import accept, invite
from curation.services.members import (
    give_role,
    members_of,
    remove_member,
    role_named,
    user_named,
)
from tests.factories import make_member, make_project

pytestmark = pytest.mark.django_db


@pytest.fixture
def project() -> Project:
    return make_project("jokes")


def test_a_role_is_given_once_and_changed_afterwards(project: Project) -> None:
    mira = make_member(project, None, name="mira")

    give_role(project, mira, Role.AUDITOR)
    give_role(project, mira, Role.RESEARCHER)

    assert Membership.objects.count() == 1
    assert role_of(mira, project) == Role.RESEARCHER


def test_members_stand_with_owners_first_and_then_by_name(project: Project) -> None:
    roles = {"zoe": "auditor", "tom": "owner", "ann": "owner", "bob": "annotator"}
    for name, role in roles.items():
        make_member(project, role, name=name)

    assert [held.user.username for held in members_of(project)] == ["ann", "tom", "bob", "zoe"]


@pytest.mark.parametrize("role", [Role.RESEARCHER, Role.ANNOTATOR, Role.AUDITOR])
def test_the_only_owner_stays_owner(project: Project, role: Role) -> None:
    mira = make_member(project, Role.OWNER, name="mira")
    make_member(project, Role.RESEARCHER)

    with pytest.raises(BadInput, match="mira is the only owner of project 'jokes'"):
        give_role(project, mira, role)
    with pytest.raises(BadInput, match="make somebody else its owner first"):
        remove_member(project, mira)

    assert role_of(mira, project) == Role.OWNER


def test_one_of_two_owners_may_go(project: Project) -> None:
    mira, tom = (make_member(project, Role.OWNER, name=name) for name in ("mira", "tom"))

    give_role(project, mira, Role.AUDITOR)
    remove_member(project, mira)

    assert [held.user for held in members_of(project)] == [tom]


def test_an_owner_whose_account_is_closed_does_not_count(project: Project) -> None:
    mira, closed = (make_member(project, Role.OWNER) for _ in range(2))
    closed.is_active = False
    closed.save(update_fields=["is_active"])

    with pytest.raises(BadInput, match="the only owner"):
        remove_member(project, mira)


def test_owning_another_project_is_no_help(project: Project) -> None:
    mira = make_member(project, Role.OWNER)
    make_member(make_project("other"), Role.OWNER)

    with pytest.raises(BadInput, match="the only owner"):
        remove_member(project, mira)


def test_whoever_is_no_member_cannot_be_removed(project: Project) -> None:
    stranger = make_member(project, None, name="stranger")

    with pytest.raises(BadInput, match="stranger is no member of project 'jokes'"):
        remove_member(project, stranger)


def test_names_that_stand_for_nothing_are_refused() -> None:
    with pytest.raises(BadInput, match="choose one of owner, researcher, annotator, auditor"):
        role_named("king")
    with pytest.raises(BadInput, match="Nobody has an account named 'nobody'"):
        user_named("nobody")


@pytest.mark.parametrize("how", ["removed", "made a researcher"])
def test_who_was_an_owner_does_not_come_back_by_a_link_they_have_seen(
    project: Project, how: str
) -> None:
    make_member(project, Role.OWNER)
    mira = make_member(project, Role.OWNER, name="mira")
    kept_for_later = invite(project, Role.OWNER, by="mira", days=365)

    if how == "removed":
        remove_member(project, mira)
    else:
        give_role(project, mira, Role.RESEARCHER)

    with pytest.raises(InvitationRefused):
        accept(kept_for_later, mira)
    assert role_of(mira, project) != Role.OWNER


def test_links_stay_good_when_somebody_goes_who_never_saw_them(project: Project) -> None:
    make_member(project, Role.OWNER)
    tom = make_member(project, Role.RESEARCHER)
    invitation = invite(project, Role.AUDITOR, by="mira")

    remove_member(project, tom)

    assert accept(invitation, make_member(project, None)).role == Role.AUDITOR


@pytest.mark.django_db(transaction=True)
def test_of_two_owners_who_remove_each_other_at_once_one_stays() -> None:
    if connection.vendor == "sqlite":
        pytest.skip("in memory SQLite refuses at once where a file, or PostgreSQL, waits")
    project = make_project("jokes")
    owners = [make_member(project, Role.OWNER, name=name) for name in ("mira", "tom")]
    both = threading.Barrier(2)
    refused: list[str] = []

    def remove(user: User) -> None:
        both.wait(60)
        try:
            remove_member(project, user)
        except BadInput as error:
            refused.append(str(error))
        finally:
            connection.close()

    threads = [threading.Thread(target=remove, args=[owner]) for owner in owners]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)

    assert project.memberships.filter(role=Role.OWNER).count() == 1
    assert len(refused) == 1
