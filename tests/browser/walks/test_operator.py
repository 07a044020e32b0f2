"""What an operator does: lets people in, sees who did what, saves everything and restores it."""

from __future__ import annotations

import json
import re
import urllib.request
from pathlib import Path

import pytest

from tests.browser.walks.studio import SIGHTS, Studio, look
from tests.curation.commands.installations import manage, told

pytestmark = pytest.mark.browser


@pytest.mark.parametrize(("width", "scheme"), SIGHTS)
def test_an_operator_lets_somebody_in_and_sees_who_did_what(
    studio: Studio, width: int, scheme: str
) -> None:
    slug = f"lab-{width}"
    studio.manage("create_project", slug, "--labels", "joke,news")
    page = studio.signed_in(width=width, scheme=scheme)

    page.goto(f"{studio.url}/projects/{slug}/members/")
    look(page)
    page.select_option("#id_role", "annotator")
    page.click("button:has-text('Make an invitation')")
    link = page.locator(".command code").first.inner_text()
    look(page)

    guest = studio.page(width=width, scheme=scheme)
    guest.goto(link)
    look(guest)
    guest.fill("#id_username", f"guest-{width}")
    guest.fill("#id_password1", "a-long-password-1")
    guest.fill("#id_password2", "a-long-password-1")
    guest.keyboard.press("Enter")
    guest.wait_for_url(f"{studio.url}/annotate/")
    look(guest)
    refused = guest.goto(f"{studio.url}/projects/{slug}/")
    assert refused.status == 403

    page.goto(f"{studio.url}/projects/{slug}/audit/")
    look(page)
    assert f"guest-{width}" in page.inner_text("main")
    page.goto(f"{studio.url}/projects/{slug}/secrets/")
    look(page)


def test_an_operator_asks_how_the_installation_is(studio: Studio) -> None:
    def asked(path: str) -> str:
        with urllib.request.urlopen(f"{studio.url}{path}") as answer:
            return str(answer.read().decode())

    doctor = json.loads(studio.manage("doctor", "--json"))

    assert (asked("/healthz"), asked("/readyz")) == ("alive\n", "ready\n")
    assert doctor["healthy"]


def test_an_operator_saves_all_while_people_work_and_restores_it_elsewhere(
    studio: Studio, tmp_path: Path
) -> None:
    studio.manage("create_project", "saved", "--labels", "joke,news")
    page = studio.signed_in()

    archive = Path(studio.told("backup", str(tmp_path / "backup.zip"))["path"])
    home = tmp_path / "elsewhere"
    home.mkdir()
    done = manage(home, "restore", str(archive))

    assert done.returncode == 0, done.stderr
    assert "saved" in json.dumps(told(home, "members", "list", "saved"))
    page.goto(f"{studio.url}/")
    look(page)
    assert re.search(r"\bsaved\b", page.inner_text("main"))
