"""What a request passes: proxies, sizes, ages of sessions, how often."""

from __future__ import annotations

import json
import time
from ipaddress import ip_network
from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory

from curation.guards import TrustedProxy
from curation.limits import rules
from curation.models import AuditEntry
from curation.services.auditing import record
from curation.services.tokens import create_token

pytestmark = pytest.mark.django_db


@pytest.fixture
def mira(django_user_model: Any) -> Any:
    return django_user_model.objects.create_user("mira", password="a-long-password")


def seen_address(**meta: str) -> tuple[str, bool]:
    """The address and the scheme that a view sees."""
    seen: list[HttpRequest] = []

    def view(request: HttpRequest) -> HttpResponse:
        seen.append(request)
        return HttpResponse()

    TrustedProxy(view)(RequestFactory().get("/", **meta))  # type: ignore[arg-type]
    return seen[0].META["REMOTE_ADDR"], "HTTP_X_FORWARDED_PROTO" in seen[0].META


def test_what_a_stranger_says_about_its_address_is_not_believed(settings: Any) -> None:
    settings.CONCORD_TRUSTED_PROXY = (ip_network("10.0.0.0/8"),)

    seen = seen_address(
        REMOTE_ADDR="203.0.113.9", HTTP_X_FORWARDED_FOR="1.2.3.4", HTTP_X_FORWARDED_PROTO="https"
    )

    assert seen == ("203.0.113.9", False)


@pytest.mark.parametrize(
    ("said", "believed"),
    [
        ("198.51.100.7", "198.51.100.7"),
        ("6.6.6.6, 198.51.100.7", "198.51.100.7"),  # the first was written by the client itself
        ("198.51.100.7, 10.0.0.3", "198.51.100.7"),  # two proxies of ours
        ("nonsense", "10.0.0.2"),
        ("", "10.0.0.2"),
    ],
)
def test_a_named_proxy_says_where_a_request_comes_from(
    settings: Any, said: str, believed: str
) -> None:
    settings.CONCORD_TRUSTED_PROXY = (ip_network("10.0.0.0/8"),)

    assert seen_address(REMOTE_ADDR="10.0.0.2", HTTP_X_FORWARDED_FOR=said)[0] == believed


def test_a_body_that_is_too_large_is_refused_before_it_is_read(client: Client) -> None:
    large: Any = {"CONTENT_LENGTH": "200000000"}

    page = client.post("/login/", b"", content_type="text/plain", **large)
    api = client.post("/api/v1/projects", b"", content_type="application/json", **large)

    assert page.status_code == api.status_code == 413
    assert "larger than 100 MB" in page.content.decode()
    assert json.loads(api.content)["status"] == 413


def test_a_session_that_rested_too_long_ends_with_a_sentence(
    client: Client, mira: Any, settings: Any
) -> None:
    client.force_login(mira)
    client.get("/account/")
    session = client.session
    session["seen"] = int(time.time()) - settings.CONCORD_SESSION_IDLE - 1
    session.save()

    answer = client.get("/account/", follow=True)

    assert answer.redirect_chain[0][0].startswith("/login/")
    assert "rested or lasted too long" in answer.content.decode()


def test_a_page_that_asks_by_itself_does_not_keep_a_session_alive(
    client: Client, mira: Any, settings: Any
) -> None:
    client.force_login(mira)
    client.get("/account/")
    long_ago = int(time.time()) - settings.CONCORD_SESSION_IDLE + 30
    session = client.session
    session["seen"] = long_ago
    session.save()

    client.get("/account/", headers={"X-Asked-By": "page"})
    assert client.session["seen"] == long_ago

    client.get("/account/")
    assert client.session["seen"] > long_ago


def test_a_session_that_is_too_old_ends_however_busy_it_was(
    client: Client, mira: Any, settings: Any
) -> None:
    client.force_login(mira)
    client.get("/account/")
    session = client.session
    session["since"] = int(time.time()) - settings.SESSION_COOKIE_AGE - 1
    session.save()

    assert client.get("/account/").status_code == 302


def test_a_stranger_who_asks_the_interface_too_often_is_told_when_to_come_back(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("time.time", lambda: 1_000_000.0)
    for _ in range(rules.STRANGER.times):
        client.get("/api/v1/projects")

    answer = client.get("/api/v1/projects")

    assert answer.status_code == 429
    assert answer.headers["Retry-After"] == "20"
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert "wait 20 seconds" in json.loads(answer.content)["detail"]


def test_made_up_tokens_count_by_where_they_come_from_and_true_ones_still_let_in(
    client: Client, mira: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("time.time", lambda: 1_000_000.0)
    key = create_token(mira, name="export", scopes=["read"]).key
    for number in range(rules.STRANGER.times):
        client.get("/api/v1/me", headers={"authorization": f"Bearer made-up-{number}"})

    guessed = client.get("/api/v1/me", headers={"authorization": "Bearer one-more"})
    true = client.get("/api/v1/me", headers={"authorization": f"Bearer {key}"})

    assert guessed.status_code == 429
    assert true.status_code == 200


def test_joining_by_link_is_limited_by_address(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("time.time", lambda: 1_000_000.0)
    for _ in range(rules.JOIN.times):
        client.get("/annotate/join/no-such-token/")

    other = client.get("/annotate/join/no-such-token/", REMOTE_ADDR="198.51.100.7")
    same = client.get("/annotate/join/no-such-token/")

    assert same.status_code == 429
    assert other.status_code != 429


def test_the_next_address_of_a_network_is_no_way_round(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("time.time", lambda: 1_000_000.0)
    for number in range(rules.JOIN.times):
        client.get("/annotate/join/no-such-token/", REMOTE_ADDR=f"2001:db8::{number:x}")

    same = client.get("/annotate/join/no-such-token/", REMOTE_ADDR="2001:db8::ffff:1")
    other = client.get("/annotate/join/no-such-token/", REMOTE_ADDR="2001:db8:0:1::1")

    assert same.status_code == 429
    assert other.status_code != 429


def test_the_audit_log_knows_who_asked_and_from_where(
    client: Client, mira: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def note(*_: Any, **__: Any) -> None:
        record("tried.out")

    monkeypatch.setattr("curation.views.account.change_reader", note)
    client.force_login(mira)
    client.post("/account/", {"name": "", "email": "", "time_zone": ""}, REMOTE_ADDR="192.0.2.1")

    line = AuditEntry.objects.get()
    assert (line.who, line.address) == ("mira", "192.0.2.1")
    assert len(line.request) >= 8
