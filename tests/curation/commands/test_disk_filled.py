"""A disk that really is full, under pages and a job: a sentence, and on it goes with room."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.curation.commands.counting import START, TEXTS, Installation
from tests.curation.commands.ports import answer, free_port


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A folder with room for 24 MB."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=24m", "tmpfs", str(folder)]
    try:
        subprocess.run(mount, check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("a small disk can be made by root only")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


def fill(path: Path) -> None:
    """Write until there is no room for one more byte."""
    with path.open("wb", buffering=0) as file:
        try:
            while True:
                file.write(bytes(4096))
        except OSError:
            return


def signed_in(port: int) -> httpx.Response:
    """What the page says to somebody who signs in; doing so writes a session."""
    with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=120) as browser:
        browser.get("/login/")
        form = {"login": "ann", "username": "ann", "password": "wrong"}
        form["csrfmiddlewaretoken"] = browser.cookies["concord_csrf"]
        return browser.post("/login/", data=form)


def test_pages_say_so_and_a_job_goes_on_when_there_is_room(small_disk: Path) -> None:
    port = free_port()
    with Installation(home=small_disk / "home") as installation:
        installation.pages(port)
        worker = installation.worker()
        answer(port, "/login/")
        signed_in(port)
        installation.shell(START)
        installation.wait_until(lambda seen: seen.texts > 3)

        fill(small_disk / "filler")
        refused = signed_in(port)
        halfway = installation.seen()
        (small_disk / "filler").unlink()
        ended = installation.wait_until(lambda seen: seen.ended)
        alive = worker.poll() is None

    assert refused.status_code == 503
    assert "The disk of the server is full" in refused.text
    assert 3 < halfway.texts < TEXTS
    assert (ended.state, ended.attempts, ended.texts) == ("successful", 1, TEXTS)
    assert alive
