"""The page of one's own tokens."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from curation.models import ApiToken, Project
from curation.services.tokens import create_token, find_token
from tests.factories import make_member, make_project

pytestmark = pytest.mark.django_db

PAGE = "/account/tokens/"
GOOD = {"name": "nightly export", "scopes": ["read"], "days": "90"}


@pytest.fixture
def project() -> Project:
    return make_project("jokes")


@pytest.fixture
def mira(project: Project) -> Client:
    client = Client()
    client.force_login(make_member(project, name="mira"))
    return client


def test_a_key_is_shown_once_and_never_again(mira: Client) -> None:
    made = mira.post(PAGE, GOOD)
    later = mira.get(PAGE).content.decode()

    (key,) = re.findall(r"<code tabindex=\"0\">(concord_[\w-]+)</code>", made.content.decode())
    assert made.status_code == 201
    assert "no-store" in made.headers["Cache-Control"]
    assert find_token(key).user.get_username() == "mira"
    assert key not in later
    assert "nightly export" in later


def test_a_token_is_made_for_one_project(mira: Client, project: Project) -> None:
    make_project("others")

    refused = mira.post(PAGE, {**GOOD, "project": "others"})
    mira.post(PAGE, {**GOOD, "project": "jokes", "days": ""})

    token = ApiToken.objects.get()
    assert refused.status_code == 400
    assert (token.project, token.expires_at) == (project, None)


@pytest.mark.parametrize("change", [{"name": ""}, {"scopes": []}, {"days": "0"}])
def test_a_form_that_cannot_be_meant_makes_nothing(mira: Client, change: dict[str, str]) -> None:
    answer = mira.post(PAGE, {**GOOD, **change})

    assert answer.status_code == 400
    assert not ApiToken.objects.exists()


def test_revoking_is_confirmed(mira: Client) -> None:
    mira.post(PAGE, GOOD)
    token = ApiToken.objects.get()

    mira.post(f"{PAGE}{token.pk}/revoke/")
    token.refresh_from_db()
    before = token.revoked_at
    mira.post(f"{PAGE}{token.pk}/revoke/", {"sure": "yes"})
    token.refresh_from_db()

    assert before is None
    assert token.revoked_at is not None
    assert "You have no token yet" in mira.get(PAGE).content.decode()


def test_nobody_sees_or_revokes_tokens_of_others(mira: Client, project: Project) -> None:
    other = create_token(make_member(project), name="secret plan", scopes=["read"]).token

    mira.post(f"{PAGE}{other.pk}/revoke/", {"sure": "yes"})
    other.refresh_from_db()

    assert "secret plan" not in mira.get(PAGE).content.decode()
    assert other.revoked_at is None


def test_who_is_not_logged_in_is_sent_to_the_login(client: Client) -> None:
    assert client.get(PAGE).headers["Location"].startswith("/login/")
