"""A whole installation in processes of its own, and a browser before it."""

from __future__ import annotations

import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.browser.accessibility import findings
from tests.browser.people import sign_in
from tests.curation.commands.installations import ROOT, environment, manage, told
from tests.curation.commands.ports import answer, free_port

SIGHTS = [(1280, "light"), (390, "dark")]  # how each walk sees the pages
PATIENCE = 120_000  # milliseconds for work in the background


@dataclass(kw_only=True)
class Studio:
    """`manage.py serve` in a folder of its own."""

    home: Path
    url: str
    browser: Any
    contexts: list[Any] = field(default_factory=list)

    def manage(self, *arguments: str) -> str:
        """What a command says; it must succeed."""
        done = manage(self.home, *arguments)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def told(self, *arguments: str) -> dict[str, Any]:
        return told(self.home, *arguments)

    def page(self, *, width: int = 1280, scheme: str = "light", **options: Any) -> Any:
        """A page of somebody who has not signed in; what goes wrong on it is kept."""
        context = self.browser.new_context(
            viewport={"width": width, "height": 900}, color_scheme=scheme, **options
        )
        self.contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        page.problems = []
        page.on("console", lambda message: page.problems.append(message.text))
        page.on("pageerror", lambda error: page.problems.append(str(error)))
        return page

    def signed_in(self, name: str = "", password: str = "", **sight: Any) -> Any:
        """A page of this person; of the first user, as `login.txt` says, when nobody is named."""
        page = self.page(**sight)
        if not name:
            said = (self.home / "login.txt").read_text()
            name, password = re.findall(r": (\S+)", said)
        page.goto(f"{self.url}/login/")
        sign_in(page, name, password)
        page.wait_for_url(f"{self.url}/")
        return page


@contextmanager
def serving(home: Path, browser: Any) -> Iterator[Studio]:
    home.mkdir()
    port = free_port()
    arguments = ["serve", "--without-label-studio", "--port", str(port)]
    process = subprocess.Popen(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env=environment(home),
        stderr=subprocess.DEVNULL,
    )
    studio = Studio(home=home, url=f"http://127.0.0.1:{port}", browser=browser)
    try:
        answer(port, "/readyz")
        while "Alive:" not in manage(home, "doctor").stdout:
            time.sleep(0.2)  # the workers come up after the pages
        yield studio
    finally:
        for context in studio.contexts:
            context.close()
        process.terminate()
        process.wait()


def look(page: Any) -> None:
    """Nothing spills over, everybody can read it, and the browser complains of nothing."""
    page.wait_for_load_state("networkidle")
    width = page.viewport_size["width"]
    wide = page.evaluate("document.documentElement.scrollWidth")
    wrong = [*findings(page), *page.problems, *([] if wide == width else [f"{wide} pixels wide"])]
    assert wrong == [], "\n".join([page.url, *wrong])
