"""Whoever has a role in a project can give it up; the last owner cannot."""

from __future__ import annotations

import pytest
from django.test import Client

from curation.models import Membership, Project, Role
from curation.services.invitations import invite
from tests.curation.pages import text_of
from tests.factories import make_member, make_project

pytestmark = pytest.mark.django_db

LEAVE = "/projects/jokes/members/leave/"


@pytest.fixture
def project() -> Project:
    project = make_project("jokes")
    make_member(project, Role.OWNER, name="mira")
    return project


@pytest.mark.parametrize("role", [Role.RESEARCHER, Role.AUDITOR, Role.ANNOTATOR])
def test_a_member_leaves_after_a_second_look(client: Client, project: Project, role: Role) -> None:
    tom = make_member(project, role, name="tom")
    client.force_login(tom)

    asked = text_of(client, LEAVE)
    left = client.post(LEAVE, follow=True)

    assert f"You lose the role {role.value} in this project at once." in asked
    assert "You have left" in left.content.decode()
    assert not Membership.objects.filter(user=tom).exists()


def test_the_last_owner_is_told_why_not(client: Client, project: Project) -> None:
    client.force_login(Membership.objects.get(project=project).user)

    answer = client.post(LEAVE, follow=True)

    assert "is the only owner" in answer.content.decode()
    assert Membership.objects.filter(project=project).count() == 1


def test_the_way_out_stands_where_each_role_looks(client: Client, project: Project) -> None:
    for role, page in ((Role.AUDITOR, "/projects/jokes/members/"), (Role.ANNOTATOR, "/annotate/")):
        client.force_login(make_member(project, role))

        assert LEAVE in client.get(page).content.decode()


def test_an_annotator_who_leaves_sees_nothing_of_the_project(
    client: Client, project: Project
) -> None:
    client.force_login(make_member(project, Role.ANNOTATOR))

    assert "/projects/jokes/versions/" not in client.get(LEAVE).content.decode()


def test_an_operator_without_a_role_has_nothing_to_leave(
    admin_client: Client, project: Project
) -> None:
    assert LEAVE not in admin_client.get("/projects/jokes/members/").content.decode()
    assert admin_client.post(LEAVE).status_code == 404


def test_links_that_an_owner_saw_end_when_they_leave(client: Client, project: Project) -> None:
    tom = make_member(project, Role.OWNER, name="tom")
    link = invite(project, Role.OWNER, by="mira")
    client.force_login(tom)

    client.post(LEAVE)

    link.refresh_from_db()
    assert link.withdrawn_at is not None
