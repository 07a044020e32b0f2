"""Asked once more: a session that was left open must not become a lasting way in."""

from __future__ import annotations

import time
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.test import Client

from curation.models import ApiToken, AuditEntry

pytestmark = pytest.mark.django_db

PASSWORD = "a-long-password"
TOKEN = {"name": "nightly", "scopes": ["read"], "days": "90"}
MOVED = {"name": "", "email": "thief@evil.org", "time_zone": ""}


@pytest.fixture
def mira(django_user_model: Any) -> Any:
    return django_user_model.objects.create_user("mira", "mira@lab.org", PASSWORD)


def signed_in_long_ago(client: Client, user: Any) -> Client:
    client.force_login(user)
    session = client.session
    session["since"] = int(time.time()) - 3_600
    session.save()
    return client


def test_a_token_is_made_only_after_the_password_was_given_again(client: Client, mira: Any) -> None:
    signed_in_long_ago(client, mira)

    asked = client.post("/account/tokens/", TOKEN)
    made_before = ApiToken.objects.count()
    client.post(asked.headers["Location"], {"password": PASSWORD})

    assert asked.headers["Location"].startswith("/account/confirm/")
    assert made_before == 0
    assert ApiToken.objects.get().name == "nightly"


def test_an_address_that_new_passwords_are_sent_to_is_not_changed_by_a_session_alone(
    client: Client, mira: Any
) -> None:
    signed_in_long_ago(client, mira)

    asked = client.post("/account/", MOVED)

    mira.refresh_from_db()
    assert asked.headers["Location"].startswith("/account/confirm/")
    assert mira.email == "mira@lab.org"


def test_a_name_is_changed_without_being_asked(client: Client, mira: Any) -> None:
    signed_in_long_ago(client, mira)

    client.post("/account/", {"name": "M.", "email": "mira@lab.org", "time_zone": ""})

    mira.refresh_from_db()
    assert mira.first_name == "M."


def test_the_old_mailbox_gets_no_new_password_any_more(
    client: Client, mira: Any, mailoutbox: list[Any]
) -> None:
    EmailAddress.objects.create(user=mira, email="mira@lab.org", verified=True, primary=True)
    client.force_login(mira)
    client.post("/account/", {"name": "", "email": "new@lab.org", "time_zone": ""})

    Client().post("/account/password/reset/", {"email": "mira@lab.org"})

    assert not [mail for mail in mailoutbox if "/reset/key/" in mail.body]
    assert AuditEntry.objects.filter(what="account.email_changed", who="mira").exists()


@pytest.mark.parametrize(
    ("place", "sent"), [("/account/tokens/", TOKEN), ("/account/password/set/", {})]
)
def test_who_has_no_password_here_must_have_signed_in_a_moment_ago(
    client: Client, django_user_model: Any, place: str, sent: dict[str, Any]
) -> None:
    user = django_user_model.objects.create_user("from-elsewhere")

    client.force_login(user)
    fresh = client.post(place, sent).status_code
    signed_in_long_ago(client, user)

    assert fresh in (200, 201)
    assert client.post(place, sent).status_code == 403
