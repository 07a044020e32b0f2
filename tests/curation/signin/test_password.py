"""Signing in by password: the address that was there before, and what is new about it."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from curation.management.commands.serve import first_login
from curation.models import AuditEntry
from curation.services.reading import change_reader

pytestmark = pytest.mark.django_db

PASSWORD = "a-long-password"


@pytest.fixture
def mira(django_user_model: Any) -> Any:
    return django_user_model.objects.create_user("mira", "mira@lab.org", PASSWORD)


def sign_in(client: Client, name: str = "mira", password: str = PASSWORD, **more: str) -> Any:
    return client.post("/login/", {"login": name, "password": password, **more})


def lines() -> list[tuple[str, str, str]]:
    return list(AuditEntry.objects.values_list("who", "what", "object"))


@pytest.mark.parametrize("name", ["mira", "mira@lab.org"])
def test_the_user_name_or_the_address_and_the_password_let_in(
    client: Client, mira: Any, name: str
) -> None:
    answer = sign_in(client, name, next="/studies/")

    assert answer.headers["Location"] == "/studies/"
    assert client.get("/").status_code == 200


def test_what_serve_wrote_down_lets_in(client: Client) -> None:
    first_login()
    from django.conf import settings

    said = (settings.CONCORD_HOME / "login.txt").read_text()
    password = said.split("password: ")[1].strip()

    assert sign_in(client, "researcher", password).headers["Location"] == "/"


def test_signing_in_gives_the_session_another_key(client: Client, mira: Any) -> None:
    client.get("/login/")
    client.session.save()
    before = client.session.session_key

    sign_in(client)

    assert client.session.session_key != before


def test_nobody_is_sent_to_another_site(client: Client, mira: Any) -> None:
    answer = sign_in(client, next="https://evil.example.org/")

    assert answer.headers["Location"] == "/"


def test_the_sixth_wrong_password_in_five_minutes_is_not_even_tried(
    client: Client, mira: Any
) -> None:
    for _ in range(5):
        sign_in(client, password="wrong")

    answer = sign_in(client)

    assert "wait five minutes" in answer.content.decode()
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "300")
    assert client.get("/").status_code == 302


def test_a_flood_of_attempts_gets_429_and_when_to_come_back(
    client: Client, mira: Any, settings: Any
) -> None:
    settings.ACCOUNT_RATE_LIMITS = {"login": "2/m/ip"}
    sign_in(client, password="wrong")
    sign_in(client, password="wrong")

    answer = sign_in(client)

    assert answer.status_code == 429
    assert answer.headers["Retry-After"] == "60"
    assert "Too many attempts were made" in answer.content.decode()


def test_signing_in_out_and_being_refused_are_in_the_audit_log(client: Client, mira: Any) -> None:
    sign_in(client, password="wrong")
    sign_in(client, name="hunter2-in-the-wrong-field")
    sign_in(client)
    client.post("/logout/")

    assert lines() == [
        ("nobody who signed in", "signin.refused", "mira"),
        ("nobody who signed in", "signin.refused", "a name that nobody has"),
        ("mira", "signin.done", ""),
        ("mira", "signin.ended", ""),
    ]
    assert AuditEntry.objects.latest("number").address == "127.0.0.1"


def test_accounts_are_not_made_by_visitors_unless_the_operator_says_so(
    client: Client, settings: Any, django_user_model: Any
) -> None:
    wish = {"username": "new", "password1": PASSWORD, "password2": PASSWORD}

    closed = client.post("/account/signup/", wish)
    made_while_closed = django_user_model.objects.count()
    settings.CONCORD_SIGNUP = "open"
    opened = client.post("/account/signup/", wish)

    assert "Accounts are given out here" in closed.content.decode()
    assert made_while_closed == 0
    assert opened.status_code == 302
    assert django_user_model.objects.get().username == "new"


def test_a_new_password_is_sent_only_where_there_is_mail(
    client: Client, mira: Any, settings: Any, mailoutbox: list[Any]
) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
    without = client.get("/account/password/reset/")
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    client.post("/account/password/reset/", {"email": "mira@lab.org"})

    assert without.status_code == 404
    assert "changepassword" in without.content.decode()
    assert mailoutbox[0].to == ["mira@lab.org"]
    assert "/account/password/reset/key/" in mailoutbox[0].body


def test_the_link_of_the_mail_sets_a_new_password(
    client: Client, mira: Any, mailoutbox: list[Any]
) -> None:
    client.post("/account/password/reset/", {"email": "mira@lab.org"})
    link = next(word for word in mailoutbox[0].body.split() if "/reset/key/" in word)
    form = client.get(link.removeprefix("http://testserver"), follow=True)
    place = form.redirect_chain[-1][0]

    client.post(place, {"password1": "another-long-one", "password2": "another-long-one"})

    assert sign_in(client, password="another-long-one").headers["Location"] == "/"


def test_a_changed_password_ends_the_other_sessions(client: Client, mira: Any) -> None:
    elsewhere = Client()
    sign_in(elsewhere)
    sign_in(client)

    client.post(
        "/account/password/change/",
        {"oldpassword": PASSWORD, "password1": "another-long-one", "password2": "another-long-one"},
    )

    assert client.get("/account/").status_code == 200
    assert elsewhere.get("/account/").status_code == 302


def test_sessions_are_listed_and_others_are_ended(client: Client, mira: Any) -> None:
    elsewhere = Client(headers={"user-agent": "a phone"})
    sign_in(elsewhere)
    sign_in(client)

    page = client.get("/account/sessions/").content.decode()
    client.post("/account/sessions/")

    assert "a phone" in page
    assert "this one" in page
    assert elsewhere.get("/account/").status_code == 302
    assert client.get("/account/").status_code == 200


def test_the_account_page_keeps_name_and_zone(client: Client, mira: Any) -> None:
    sign_in(client)

    client.post("/account/", {"name": "Mira M.", "email": "m@lab.org", "time_zone": "Asia/Tokyo"})

    mira.refresh_from_db()
    assert (mira.get_full_name(), mira.email) == ("Mira M.", "m@lab.org")
    assert 'data-zone="Asia/Tokyo"' in client.get("/account/").content.decode()


def test_an_address_of_another_account_is_refused(
    client: Client, mira: Any, django_user_model: Any
) -> None:
    django_user_model.objects.create_user("ann", "ann@lab.org", PASSWORD)
    sign_in(client)

    answer = client.post("/account/", {"name": "", "email": "Ann@lab.org", "time_zone": ""})

    assert "Another account has this address" in answer.content.decode()


def test_times_are_told_in_the_zone_that_was_chosen_else_the_browsers(
    client: Client, mira: Any
) -> None:
    sign_in(client)
    client.cookies["concord_zone"] = "Asia/Kathmandu"
    by_browser = client.get("/account/sessions/").content.decode()
    change_reader(mira, name="", email="", time_zone="Asia/Tokyo")
    sign_in(again := Client())
    by_choice = again.get("/account/sessions/").content.decode()

    assert "+0545" in by_browser
    assert "JST" in by_choice


@pytest.mark.parametrize(
    "zone", ["nowhere", "../../etc/passwd", "/etc/passwd", "Europe", "a" * 999]
)
def test_a_cookie_that_names_no_zone_changes_nothing(client: Client, zone: str) -> None:
    client.cookies["concord_zone"] = zone

    assert client.get("/login/").status_code == 200
