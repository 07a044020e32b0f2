"""What people do on any page: they sign in, and they go on to the next one."""

from __future__ import annotations

from typing import Any

PASSWORD = "a-long-password"


def sign_in(page: Any, name: str, password: str = PASSWORD) -> None:
    """Fill the form and send it, once the page has put the cursor into its first field.

    Whoever is faster makes the browser say that it leaves the cursor where it is, which tests
    that keep what the console says would take for a fault of the page.
    """
    page.wait_for_selector("#id_username:focus")
    page.fill("#id_username", name)
    page.fill("#id_password", password)
    page.keyboard.press("Enter")


def follow(page: Any, selector: str) -> None:
    """Click what leads to another page, and be there; a click alone does not wait for it."""
    with page.expect_navigation():
        page.click(selector)
