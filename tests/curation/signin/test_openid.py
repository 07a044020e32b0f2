"""Signing in at a provider, by the whole exchange with one that listens on loopback."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from allauth.socialaccount.models import SocialAccount
from django.test import Client

from curation.deployment.door import BadEnvironment, openid_providers
from curation.errors import TokenRefused
from curation.models import AuditEntry
from curation.services.tokens import create_token, find_token
from tests.curation.signin.openid import CLIENT, SECRET, Provider, running

pytestmark = pytest.mark.django_db

START = "/account/oidc/uni/login/"
ENVIRONMENT = {
    "CONCORD_OPENID": "uni",
    "CONCORD_OPENID_UNI_NAME": "University",
    "CONCORD_OPENID_UNI_CLIENT": CLIENT,
    "CONCORD_OPENID_UNI_SECRET": SECRET,
}


@pytest.fixture
def provider(settings: Any) -> Iterator[Provider]:
    with running() as provider:
        provider.person = {
            "sub": "42",
            "preferred_username": "mira",
            "name": "Mira Meyer",
            "email": "mira@uni.org",
            "email_verified": True,
        }
        said = ENVIRONMENT | {"CONCORD_OPENID_UNI_SERVER": provider.url}
        apps = [one.as_app() for one in openid_providers(said)]
        settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"APPS": apps}}
        yield provider


def go_there_and_back(client: Client, start: str = START) -> Any:
    """What a browser does: post the button, follow to the provider, come back with its answer."""
    there = client.post(start).headers["Location"]
    back = httpx.get(there, trust_env=False).headers["Location"]
    parts = urlsplit(back)
    return client.get(f"{parts.path}?{parts.query}")


def test_the_sign_in_page_offers_the_provider_by_its_name(
    client: Client, provider: Provider
) -> None:
    page = client.get("/login/").content.decode()

    assert "Log in at University" in page
    assert f'action="{START}' in page


def test_somebody_unknown_gets_an_account_only_where_the_operator_says_so(
    client: Client, provider: Provider, settings: Any, django_user_model: Any
) -> None:
    closed = go_there_and_back(client)
    made_while_closed = django_user_model.objects.count()
    settings.CONCORD_SIGNUP = "openid"
    opened = go_there_and_back(client)

    assert "Accounts are given out here" in closed.content.decode()
    assert made_while_closed == 0
    assert opened.headers["Location"] == "/"
    user = django_user_model.objects.get()
    assert (user.username, user.get_full_name()) == ("mira", "Mira Meyer")
    assert not user.has_usable_password()
    assert client.get("/").status_code == 200


def test_the_same_person_comes_back_to_the_same_account(
    client: Client, provider: Provider, settings: Any, django_user_model: Any
) -> None:
    settings.CONCORD_SIGNUP = "openid"
    go_there_and_back(client)
    provider.person["preferred_username"] = "renamed"

    go_there_and_back(again := Client())

    assert django_user_model.objects.count() == 1
    assert "mira" in again.get("/account/").content.decode()
    assert AuditEntry.objects.filter(what="signin.done", who="mira").count() == 2


def test_an_account_is_not_taken_over_by_somebody_with_its_address(
    client: Client, provider: Provider, settings: Any, django_user_model: Any
) -> None:
    settings.CONCORD_SIGNUP = "openid"
    user = django_user_model.objects.create_user("owner", "mira@uni.org", "a-long-password")
    EmailAddress.objects.create(user=user, email="mira@uni.org", verified=True, primary=True)

    go_there_and_back(client)

    assert client.get("/account/").status_code == 302


def test_who_waits_in_an_account_with_somebody_elses_address_is_out_when_that_person_comes(
    client: Client, provider: Provider, settings: Any, django_user_model: Any
) -> None:
    settings.SOCIALACCOUNT_EMAIL_AUTHENTICATION = True
    settings.SOCIALACCOUNT_EMAIL_AUTHENTICATION_AUTO_CONNECT = True
    thief = django_user_model.objects.create_user("thief", "mira@uni.org", "a-long-password")
    kept = create_token(thief, name="for later", scopes=["manage"])

    go_there_and_back(client)

    thief.refresh_from_db()
    assert "thief" in client.get("/account/").content.decode()  # the account is hers now
    assert not thief.has_usable_password()
    with pytest.raises(TokenRefused):
        find_token(kept.key)


@pytest.mark.parametrize("own", ["", "thief@uni.org"])
def test_nor_does_their_second_factor_or_other_address_keep_that_person_out(
    client: Client, provider: Provider, settings: Any, django_user_model: Any, own: str
) -> None:
    settings.SOCIALACCOUNT_EMAIL_AUTHENTICATION = True
    settings.SOCIALACCOUNT_EMAIL_AUTHENTICATION_AUTO_CONNECT = True
    thief = django_user_model.objects.create_user("thief", own or "mira@uni.org", "a-long-password")
    EmailAddress.objects.create(user=thief, email="mira@uni.org", verified=False)
    if own:
        EmailAddress.objects.create(user=thief, email=own, verified=True, primary=True)
    kept = create_token(thief, name="for later", scopes=["manage"])
    TOTP.activate(thief, generate_totp_secret())

    go_there_and_back(client)

    assert "thief" in client.get("/account/").content.decode()
    thief.refresh_from_db()
    assert thief.email == "mira@uni.org"
    assert not EmailAddress.objects.filter(user=thief).exclude(email="mira@uni.org").exists()
    with pytest.raises(TokenRefused):
        find_token(kept.key)


def test_who_has_verified_their_address_here_keeps_their_second_factor(
    client: Client, provider: Provider, settings: Any, django_user_model: Any
) -> None:
    settings.SOCIALACCOUNT_EMAIL_AUTHENTICATION = True
    settings.SOCIALACCOUNT_EMAIL_AUTHENTICATION_AUTO_CONNECT = True
    mira = django_user_model.objects.create_user("mira", "mira@uni.org", "a-long-password")
    EmailAddress.objects.create(user=mira, email="mira@uni.org", verified=True, primary=True)
    TOTP.activate(mira, generate_totp_secret())

    go_there_and_back(client)

    assert client.get("/account/").status_code == 302  # to a code of hers
    assert Authenticator.objects.filter(user=mira).exists()


def test_an_account_can_be_joined_to_the_provider_from_inside(
    client: Client, provider: Provider, django_user_model: Any
) -> None:
    owner = django_user_model.objects.create_user("owner", password="a-long-password")
    client.force_login(owner)

    asked = go_there_and_back(client, f"{START}?process=connect")
    joined_by_the_session_alone = SocialAccount.objects.exists()
    client.post(asked.headers["Location"], {"password": "a-long-password"})
    go_there_and_back(again := Client())

    assert not joined_by_the_session_alone
    assert "owner" in again.get("/account/").content.decode()


def test_an_answer_that_nobody_asked_for_is_refused(client: Client, provider: Provider) -> None:
    answer = client.get("/account/oidc/uni/login/callback/?code=once&state=made-up")

    assert "Signing in elsewhere failed" in answer.content.decode()
    assert provider.tokens == 0
    assert AuditEntry.objects.get().what == "signin.refused"


@pytest.mark.parametrize("missing", ["SERVER", "CLIENT", "SECRET"])
def test_a_provider_that_is_half_described_is_refused_by_its_variable(missing: str) -> None:
    said = ENVIRONMENT | {"CONCORD_OPENID_UNI_SERVER": "https://login.uni.org"}
    del said[f"CONCORD_OPENID_UNI_{missing}"]

    with pytest.raises(BadEnvironment, match=f"CONCORD_OPENID_UNI_{missing} is not set"):
        openid_providers(said)
