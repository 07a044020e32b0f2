"""`manage.py members`: who may do what in a project, for operators."""

from __future__ import annotations

import json
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from curation.models import Invitation, Project, Role
from curation.services.access import role_of
from tests.factories import make_member, make_project

pytestmark = pytest.mark.django_db


@pytest.fixture
def project() -> Project:
    return make_project("jokes")


def said(*options: str) -> str:
    out = StringIO()
    call_command("members", *options, stdout=out)
    return out.getvalue()


def told(*options: str) -> dict[str, Any]:
    return dict(json.loads(said(*options, "--json")))


def test_somebody_with_an_account_is_made_a_member_and_listed(project: Project) -> None:
    mira = make_member(project, None, name="mira")

    given = said("add", "jokes", "mira", "--role", "owner")

    assert given == "mira is owner in jokes.\n"
    assert role_of(mira, project) == Role.OWNER
    [listed] = told("list", "jokes")["members"]
    assert (listed["name"], listed["role"]) == ("mira", "owner")


def test_a_member_is_removed_but_not_the_only_owner(project: Project) -> None:
    mira = make_member(project, Role.OWNER, name="mira")
    tom = make_member(project, Role.AUDITOR, name="tom")

    gone = told("remove", "jokes", "tom")
    with pytest.raises(CommandError, match="the only owner"):
        said("remove", "jokes", "mira")

    assert gone == {"project": "jokes", "name": "tom", "role": None}
    assert role_of(tom, project) is None
    assert role_of(mira, project) == Role.OWNER


def test_an_invitation_is_a_link_that_can_be_withdrawn(
    project: Project, client: Client, settings: Any
) -> None:
    settings.CONCORD_PUBLIC_URL = "https://concord.example"

    made = told("invite", "jokes", "--role", "annotator", "--days", "2", "--for", "Tom")
    path = made["link"].removeprefix("https://concord.example")
    good = client.get(path).status_code
    listed = said("list", "jokes")
    said("withdraw", "jokes", str(made["number"]))

    assert (made["role"], made["for"], good) == ("annotator", "Tom", 200)
    assert f"invitation {made['number']}: annotator for Tom, until" in listed
    assert client.get(path).status_code == 410
    assert told("list", "jokes")["invitations"] == []


def test_without_members_the_list_says_whose_the_project_is(project: Project) -> None:
    assert said("list", "jokes") == "Nobody has a role in jokes; superusers own it.\n"


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (("add", "jokes", "nobody", "--role", "owner"), "Nobody has an account named 'nobody'"),
        (("add", "jokes", "mira", "--role", "king"), "There is no role 'king'"),
        (("invite", "jokes", "--role", "owner", "--days", "0"), "give 1 to 365"),
        (("remove", "jokes", "mira"), "mira is no member"),
        (("withdraw", "jokes", "7"), "jokes has no invitation 7"),
        (("list", "nowhere"), "There is no project 'nowhere'"),
    ],
)
def test_what_cannot_be_meant_gets_a_sentence(
    project: Project, options: tuple[str, ...], sentence: str
) -> None:
    make_member(project, None, name="mira")

    with pytest.raises(CommandError, match=sentence):
        said(*options)

    assert not Invitation.objects.exists()
    assert not project.memberships.exists()
