"""The page of tokens in a browser: a key is copied once, a token is ended."""

from __future__ import annotations

from typing import Any

import pytest

from tests.browser.accessibility import findings

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PAGE = "/account/tokens/"


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_a_token_is_made_copied_and_ended(open_page: Any, width: int, scheme: str) -> None:
    page = open_page(PAGE, width=width, scheme=scheme)
    empty = findings(page)

    page.fill("#id_name", "nightly export")
    page.click("text=Make the token")
    key = page.inner_text(".command code >> nth=0")
    made = findings(page)
    page.goto(page.url)
    page.click("text=Revoke nightly export")
    page.check("[name=sure]")
    page.click("text=Revoke it")

    assert key.startswith("concord_")
    assert "is revoked" in page.inner_text(".messages")
    assert "You have no token yet" in page.inner_text("main")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert (empty, made, page.problems) == ([], [], [])
