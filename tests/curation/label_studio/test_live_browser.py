"""Somebody who was invited works in a real browser, while others answer through the API."""

from __future__ import annotations

import shutil
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

import pytest

from curation.label_studio.accounts import PersonSession
from curation.label_studio.client import LabelStudioClient
from curation.services.pulling import exchange
from curation.services.rounds.people import deep_link, invite_people
from tests.curation.label_studio.rounds_at_work import send, stored, votes_per_task, work
from tests.factories import make_example, make_project

pytestmark = [pytest.mark.live, pytest.mark.django_db]

TEXTS = [
    "plain words",
    "שלום עולם, זה טקסט (1) ארוך.\nand one line in English.",
    "<img src=x onerror=alert(1)><script>alert(2)</script> <b>bold</b> & $text",
    "nothing\x00there, \u202eforced order\u202c, 😀",
    "word " * 20_000,
    "two\n\nparagraphs",
]
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
STREAM = ".lsf-richtext__container"
LOOK = """() => {
    const line = document.querySelector('.lsf-richtext__line'), look = getComputedStyle(line);
    return [look.unicodeBidi, look.display].join(' ');
}"""
GONE = f"before => (document.querySelector('{STREAM}') || {{}}).innerText !== before"


@dataclass
class Visit:
    """What somebody saw in the browser."""

    answers: int = 0
    texts: list[str] = field(default_factory=list)
    looks: set[str] = field(default_factory=set)  # how lines are laid out
    dialogs: list[str] = field(default_factory=list)


def visit(program: str, start: str, email: str, password: str) -> Visit:
    """Log in by the deep link and answer by keyboard until nothing is shown.

    In a thread of its own: playwright's event loop and Django's connections do not mix.
    """
    from playwright.sync_api import sync_playwright

    seen = Visit()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=FLAGS)
        page = browser.new_context(viewport={"width": 1280, "height": 900}).new_page()
        page.set_default_timeout(60_000)
        page.on("dialog", lambda dialog: _dismiss(dialog, seen))
        page.goto(start)
        page.fill("input[name=email]", email)
        page.fill("input[name=password]", password)
        page.keyboard.press("Enter")
        page.wait_for_selector(STREAM)
        while page.locator(STREAM).count():
            _answer(page, seen)
        browser.close()
    return seen


def _dismiss(dialog: Any, seen: Visit) -> None:
    seen.dialogs.append(dialog.message)
    dialog.dismiss()


def _answer(page: Any, seen: Visit) -> None:
    text = page.evaluate(f"document.querySelector('{STREAM}').innerText")
    seen.texts.append(text)
    seen.looks.add(page.evaluate(LOOK))
    page.keyboard.press("Escape")  # the guidelines, where they cover the page
    page.keyboard.press("1")
    page.keyboard.press("Control+Enter")
    page.wait_for_function(GONE, arg=text)
    page.locator(STREAM).or_(page.get_by_text("No More Tasks Left")).first.wait_for()
    seen.answers += 1


def test_an_invited_person_works_by_keyboard_beside_three_others(
    real: LabelStudioClient, signed_in: Callable[[str], PersonSession]
) -> None:
    program = shutil.which("chromium") or shutil.which("chromium-browser")
    if program is None:
        pytest.skip("there is no chromium here: apt-get install chromium")
    pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    project = make_project(overlap=3)
    project.instructions = "Read <each> text."
    project.save()
    for number, text in enumerate(TEXTS):
        make_example(project, text, name=f"text-{number}")
    target = send(project, real)
    (eve,) = invite_people(target, real, [f"eve-{uuid.uuid4().hex[:8]}@lab.example.org"])
    people = [signed_in(f"crowd-{number}@crowd.local") for number in range(2)]

    with ThreadPoolExecutor(3) as pool:
        hers = pool.submit(visit, program, deep_link(target), eve.email, eve.password)
        others = [pool.submit(work, one, target, lambda email, task: "news") for one in people]
        seen, by_others = hers.result(), sum(other.result() for other in others)
    exchange(target, real)

    assert seen.dialogs == [], "no script of a text has run"
    assert seen.looks == {"plaintext block"}
    assert any("<script>alert(2)</script>" in text for text in seen.texts)
    assert (seen.answers, by_others) == (6, 12), "three people, three votes each"
    assert votes_per_task(target) == [3] * 6
    by_eve = {label for _, name, label in stored(target) if name == eve.annotator}
    assert by_eve == {"joke"}
    real.delete_project(target.remote_project or 0)
