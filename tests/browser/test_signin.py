"""Signing in, one's account, secrets and the audit log in a real browser."""

from __future__ import annotations

from typing import Any

import pytest
from allauth.mfa.totp.internal.auth import (
    format_hotp_value,
    hotp_value,
    yield_hotp_counters_from_time,
)

from curation.models import Membership, Project, Role
from curation.services.projects import set_threshold
from curation.services.secrets import keep_secret
from tests.browser.accessibility import findings
from tests.browser.people import sign_in
from tests.factories import make_project

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
]

OUTSIDE = ["/login/", "/account/signup/", "/account/password/reset/"]
INSIDE = [
    "/account/",
    "/account/password/change/",
    "/account/second-factor/",
    "/account/sessions/",
    "/account/elsewhere/",
    "/projects/jokes/secrets/",
    "/projects/jokes/audit/",
]


@pytest.fixture
def jokes(django_user_model: Any, open_page: Any) -> Project:
    project = make_project("jokes")
    mira = django_user_model.objects.get(username="mira")
    Membership.objects.get_or_create(project=project, user=mira, role=Role.OWNER)
    set_threshold(project, 0.7)
    address = "https://a-server-with-a-long-name.of-a-laboratory.example.org:8443"
    keep_secret("llm_key", "sk-0123456789abcdefWXYZ", address=address, project=project, by="mira")
    return project


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("path", INSIDE)
def test_pages_inside_fit_are_not_blocked_and_axe_finds_nothing_serious(
    jokes: Project, open_page: Any, path: str, width: int, scheme: str
) -> None:
    page = open_page(path, width=width, scheme=scheme)

    assert page.evaluate("document.documentElement.scrollWidth") == width
    assert findings(page) == []
    assert page.problems == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("path", OUTSIDE)
def test_pages_outside_fit_are_not_blocked_and_axe_finds_nothing_serious(
    live_server: Any, chromium: Any, path: str, width: int, scheme: str
) -> None:
    context = chromium.new_context(viewport={"width": width, "height": 844}, color_scheme=scheme)
    page = context.new_page()
    problems: list[str] = []
    page.on("console", lambda message: problems.append(message.text))
    page.goto(f"{live_server.url}{path}")

    assert page.evaluate("document.documentElement.scrollWidth") == width
    assert findings(page) == []
    assert problems == []
    context.close()


def test_a_second_factor_is_added_by_the_picture_and_asked_for_the_next_time(
    open_page: Any, live_server: Any
) -> None:
    page = open_page("/account/")
    page.click("text=Add an authenticator app")
    page.fill("#id_password", "a-long-password")
    page.click("text=Go on")
    page.wait_for_selector(".qr")
    drawn = page.evaluate("document.querySelector('.qr').naturalWidth")
    secret = page.locator(".key").inner_text()
    now = min(yield_hotp_counters_from_time()) + 1
    page.fill("#id_code", format_hotp_value(hotp_value(secret, now - 1)))
    page.click("text=Switch the second factor on")
    page.wait_for_selector(".recovery")
    page.click("text=Log out")
    sign_in(page, "mira")
    page.wait_for_selector("text=The second factor")
    page.fill("#id_code", format_hotp_value(hotp_value(secret, now)))
    page.keyboard.press("Enter")
    page.wait_for_url(f"{live_server.url}/")

    assert drawn > 0
    assert page.problems == []


def test_times_are_told_in_the_zone_that_was_chosen(open_page: Any, live_server: Any) -> None:
    page = open_page("/", timezone_id="America/New_York")
    page.click("text=Log out")  # sessions that began on the page are listed
    sign_in(page, "mira")
    page.wait_for_url(f"{live_server.url}/")
    page.goto(f"{live_server.url}/account/sessions/")
    by_browser = page.locator("tbody time").first.inner_text()
    page.goto(page.url.replace("sessions/", ""))
    page.select_option("#id_time_zone", "Asia/Kathmandu")
    page.click("text=Save")
    page.wait_for_selector("text=as you wrote it")
    page.goto(page.url + "sessions/")

    assert page.locator("tbody time").first.inner_text() != by_browser
    assert page.problems == []
