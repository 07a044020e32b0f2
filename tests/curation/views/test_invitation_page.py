"""Coming in by an invitation."""

from __future__ import annotations

import logging
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from curation.models import Invitation, Project, Role
from curation.services.access import role_of
from curation.services.invitations import invitation_token, invite, withdraw
from tests.curation.pages import text_of
from tests.factories import make_member, make_project

pytestmark = pytest.mark.django_db

NEW = {"username": "tom", "password1": "a-long-password", "password2": "a-long-password"}


@pytest.fixture
def project() -> Project:
    return make_project("jokes")


@pytest.fixture
def invitation(project: Project) -> Invitation:
    return invite(project, Role.RESEARCHER, by="mira")


@pytest.fixture
def link(invitation: Invitation) -> str:
    return f"/invitations/{invitation_token(invitation)}/"


def test_looking_tells_what_one_is_invited_to_and_uses_nothing_up(
    client: Client, link: str
) -> None:
    pages = [text_of(client, link) for _ in range(2)]

    assert "<bdi>mira</bdi> invites you as <strong>researcher</strong>" in pages[1]
    assert "Make an account and join" in pages[1]
    assert f"/login/?next={link.replace(':', '%3A')}" in pages[1]


def test_somebody_new_gets_an_account_and_is_inside(
    client: Client, project: Project, link: str
) -> None:
    answer = client.post(link, NEW, follow=True)

    tom = User.objects.get(username="tom")
    assert answer.redirect_chain == [("/projects/jokes/", 302)]
    assert "You are researcher in “jokes” now." in answer.content.decode()
    assert role_of(tom, project) == Role.RESEARCHER
    assert not tom.is_superuser


def test_somebody_with_an_account_joins_by_a_button(
    client: Client, project: Project, link: str
) -> None:
    tom = make_member(project, None, name="tom")
    client.force_login(tom)

    offered = text_of(client, link)
    answer = client.post(link)

    assert "Join as tom" in offered
    assert answer["Location"] == "/projects/jokes/"
    assert role_of(tom, project) == Role.RESEARCHER


def test_an_annotator_is_led_to_the_rounds(client: Client, project: Project) -> None:
    token = invitation_token(invite(project, Role.ANNOTATOR, by="mira"))

    answer = client.post(f"/invitations/{token}/", NEW)

    assert answer["Location"] == "/annotate/"


@pytest.mark.parametrize(
    "wrong",
    [
        {"password2": "another-password"},
        {"password1": "short", "password2": "short"},
        {"password1": "password123", "password2": "password123"},
        {"username": "Mira"},
        {"username": ""},
    ],
)
def test_an_account_that_cannot_be_made_uses_nothing_up(
    client: Client, project: Project, link: str, wrong: dict[str, str]
) -> None:
    make_member(project, None, name="mira")

    answer = client.post(link, NEW | wrong)

    assert answer.status_code == 400
    assert "No account was made" in answer.content.decode()
    assert User.objects.count() == 1
    assert Invitation.objects.open().count() == 1


def test_a_link_that_is_no_good_says_so_in_one_sentence(
    client: Client, invitation: Invitation, link: str
) -> None:
    withdraw(invitation)

    over, forged = client.get(link), client.get("/invitations/nonsense/")

    assert over.status_code == 410
    assert "This invitation was withdrawn; ask the people" in over.content.decode()
    assert forged.status_code == 403
    assert "This link is not whole" in forged.content.decode()


def test_a_member_keeps_what_they_are(client: Client, project: Project, link: str) -> None:
    owner = make_member(project, Role.OWNER)
    client.force_login(owner)

    answer = client.post(link)

    assert answer.status_code == 409
    assert "You are owner in this project already" in answer.content.decode()
    assert role_of(owner, project) == Role.OWNER
    assert Invitation.objects.open().exists()


def test_the_link_itself_goes_nowhere(
    client: Client, link: str, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO):
        answers: list[Any] = [client.get(link), client.post(link, {})]

    for answer in answers:
        assert answer["Cache-Control"] == "no-store"
        assert answer["Referrer-Policy"] == "same-origin"
    assert link not in caplog.text
