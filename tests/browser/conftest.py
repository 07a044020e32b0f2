"""One browser for all tests; a context of its own for each."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth.models import User
from django.test import Client

from curation.models import AnnotationRound
from tests.browser.annotators import path_in

# playwright's synchronous interface runs an event loop in the test's thread
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    program = shutil.which("chromium") or shutil.which("chromium-browser")
    if program is None:
        pytest.skip("there is no chromium here: apt-get install chromium")
    api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    with api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def open_page(chromium: Any, live_server: Any, django_user_model: Any) -> Iterator[Any]:
    """A function that opens a path as an owner of all projects, at a width and in a scheme."""
    users = django_user_model.objects
    mira = users.create_user("mira", password="a-long-password", is_superuser=True)
    contexts = []

    def open_path(path: str, *, width: int = 1280, scheme: str = "light", **options: Any) -> Any:
        context = chromium.new_context(
            viewport={"width": width, "height": 900}, color_scheme=scheme, **options
        )
        contexts.append(context)
        context.add_cookies([session_of(mira, live_server.url)])
        page = context.new_page()
        page.problems = []
        page.on("console", lambda message: page.problems.append(message.text))
        page.on("pageerror", lambda error: page.problems.append(str(error)))
        page.goto(f"{live_server.url}{path}")
        return page

    yield open_path
    for context in contexts:
        context.close()


def session_of(user: User, url: str) -> dict[str, str]:
    """The cookie of somebody who signed in; the page that does it has tests of its own."""
    client = Client()
    client.force_login(user)
    name = settings.SESSION_COOKIE_NAME
    return {"name": name, "value": client.cookies[name].value, "url": url}


@pytest.fixture
def come(chromium: Any, live_server: Any) -> Iterator[Any]:
    """A function that opens a round by its link, as somebody without an account."""
    contexts = []

    def come_in(
        target: AnnotationRound, *, width: int = 1280, scheme: str = "light", **options: Any
    ) -> Any:
        context = chromium.new_context(
            viewport={"width": width, "height": 844}, color_scheme=scheme, **options
        )
        contexts.append(context)
        page = context.new_page()
        page.problems = []
        page.on("console", lambda message: page.problems.append(message.text))
        page.on("pageerror", lambda error: page.problems.append(str(error)))
        page.goto(f"{live_server.url}{path_in(target)}")
        return page

    yield come_in
    for context in contexts:
        context.close()
