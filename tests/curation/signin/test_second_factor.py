"""Second factors: an app's codes, recovery codes, and how their seeds are kept."""

from __future__ import annotations

import re
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import (
    format_hotp_value,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.test import Client

from curation.models import AuditEntry
from curation.services.sealing import sealer
from curation.services.secrets import renew_secrets

pytestmark = pytest.mark.django_db

PASSWORD = "a-long-password"
CODE = "/account/second-factor/code/"
APP = "/account/second-factor/app/"


@pytest.fixture
def client_of_mira(client: Client, django_user_model: Any) -> Client:
    django_user_model.objects.create_user("mira", password=PASSWORD)
    sign_in(client)
    return client


def sign_in(client: Client) -> Any:
    return client.post("/login/", {"login": "mira", "password": PASSWORD})


def code_of(secret: str, *, before: int = 0) -> str:
    now = min(yield_hotp_counters_from_time()) + 1
    return format_hotp_value(hotp_value(secret, now - before))


def switch_on(client: Client) -> str:
    """The key of the app, once the second factor is on."""
    client.post("/account/confirm/?next=" + APP, {"password": PASSWORD})
    page = client.get(APP).content.decode()
    secret = re.search(r'class="key">([A-Z2-7]+)<', page)
    assert secret
    client.post(APP, {"code": code_of(secret.group(1), before=1)})
    return secret.group(1)


def test_the_picture_to_scan_keeps_to_the_policy(client_of_mira: Client) -> None:
    client_of_mira.post("/account/confirm/?next=" + APP, {"password": PASSWORD})

    answer = client_of_mira.get(APP)

    page = answer.content.decode()
    assert 'src="data:image/svg+xml;base64,' in page
    assert "style=" not in page
    assert "<script>" not in page
    assert "img-src 'self' data:" in answer.headers["Content-Security-Policy"]


def test_changing_how_one_signs_in_asks_for_the_password_again(client_of_mira: Client) -> None:
    assert client_of_mira.get(APP).headers["Location"].startswith("/account/confirm/")


def test_with_a_second_factor_the_password_alone_lets_nobody_in(client_of_mira: Client) -> None:
    secret = switch_on(client_of_mira)

    asked = sign_in(again := Client())
    inside_before = again.get("/account/").status_code
    again.post(CODE, {"code": "000000"})
    inside_wrong = again.get("/account/").status_code
    again.post(CODE, {"code": code_of(secret)})

    assert asked.headers["Location"].startswith(CODE)
    assert (inside_before, inside_wrong) == (302, 302)
    assert again.get("/account/").status_code == 200


def test_a_recovery_code_lets_in_once(client_of_mira: Client) -> None:
    switch_on(client_of_mira)
    page = client_of_mira.get("/account/second-factor/codes/").content.decode()
    code = re.findall(r"<li><code>(\d+)</code>", page)[0]

    sign_in(first := Client())
    first.post(CODE, {"code": code})
    sign_in(second := Client())
    second.post(CODE, {"code": code})

    assert first.get("/account/").status_code == 200
    assert second.get("/account/").status_code == 302


def test_seeds_are_sealed_and_follow_the_secret_key(client_of_mira: Client, settings: Any) -> None:
    secret = switch_on(client_of_mira)
    kept = Authenticator.objects.get(type="totp").data["secret"]
    old, settings.SECRET_KEY = settings.SECRET_KEY, "another-key"
    settings.SECRET_KEY_FALLBACKS = [old]
    renew_secrets()
    settings.SECRET_KEY_FALLBACKS = []

    assert secret not in kept
    assert sealer().open(Authenticator.objects.get(type="totp").data["secret"]) == secret


def test_a_seed_that_no_key_opens_lets_nobody_in(client_of_mira: Client, settings: Any) -> None:
    secret = switch_on(client_of_mira)
    settings.SECRET_KEY = "another-key"

    sign_in(again := Client())
    again.post(CODE, {"code": code_of("")})
    again.post(CODE, {"code": code_of(secret)})

    assert again.get("/account/").status_code == 302


def test_switching_it_on_and_off_is_written_down(
    client_of_mira: Client, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        switch_on(client_of_mira)

    client_of_mira.post("/account/second-factor/app/off/")

    assert sign_in(Client()).headers["Location"] == "/"
    said = set(AuditEntry.objects.values_list("what", flat=True))
    assert {"account.totp_activated", "account.totp_deactivated"} <= said
