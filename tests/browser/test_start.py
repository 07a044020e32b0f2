"""The first steps in a real browser: from an empty list to the first judged text."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from curation.jobs import run_job
from curation.models import Annotation, Job, Project
from tests.browser.accessibility import findings
from tests.browser.annotators import begin, press, wait_for_saved
from tests.browser.people import follow
from tests.generation.scripted_server import serving, texts

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

CSV = "message,kind\nWin a prize now,spam\nSee you at six,ham\nCall me back,ham\nBye,ham\n"
PICTURES = os.environ.get("CONCORD_SCREENSHOTS", "")


def replies() -> list[Any]:
    """What is tried, then two calls."""
    kinds = ("tried", "ordinary", "unwanted")
    return [texts(*[f"This {k} text has number {n} in it." for n in range(3)]) for k in kinds]


class Walk:
    """A page that is looked at on every step."""

    def __init__(self, page: Any, width: int, scheme: str) -> None:
        self.page, self.width, self.scheme = page, width, scheme
        self.found: list[str] = []

    def look(self, name: str) -> None:
        self.found += [f"{name}: {one}" for one in findings(self.page)]
        wide = self.page.evaluate("document.documentElement.scrollWidth")
        if wide > self.width:
            self.found.append(f"{name}: {wide} px wide")
        if PICTURES:
            path = Path(PICTURES) / f"{name}-{self.width}-{self.scheme}.png"
            self.page.screenshot(path=path, full_page=True)


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (390, "dark")])
def test_a_stranger_comes_from_an_empty_list_to_the_first_text(
    open_page: Any, tmp_path: Path, width: int, scheme: str
) -> None:
    (tmp_path / "messages.csv").write_text(CSV)
    page = open_page("/", width=width, scheme=scheme)
    walk = Walk(page, width, scheme)

    walk.look("0-empty")
    page.click("a:text('New project')")
    page.click("a:text-is('Spam')")
    page.wait_for_selector("text=From a template")
    page.fill("#id_title", "Is it spam?")
    walk.look("1-question")
    page.click("button:text('Make the project')")

    page.set_input_files("#id_file", tmp_path / "messages.csv")
    walk.look("2-data")
    follow(page, "button:text('Look at the file')")
    walk.look("3-file")
    page.click("button:text('Store the texts')")
    page.wait_for_selector("text=4 real texts in the test set")
    walk.look("4-stored")
    page.click("a:text('Go on')")

    with serving(replies()) as server:
        page.fill("#id_base_url", server.base_url)
        page.fill("#id_model", "tiny")
        walk.look("5-model")
        page.click("button:text('Try it with one call')")
        page.wait_for_selector("text=It answered")
        walk.look("6-tried")
        follow(page, "a:text('Go on')")

        walk.look("7-people")
        page.fill("#id_overlap", "1")
        page.click("button:text('Keep it and go on')")

        page.fill("#id_count", "4")
        walk.look("8-plan")
        page.click("button:text('Have them written')")
        page.wait_for_selector("text=wait for a worker")
        walk.look("9-waiting")
        run_job.call(Job.objects.get(kind="generate").pk)

    page.wait_for_selector("#judge")  # without a reload
    walk.look("10-written")
    page.click("#judge")
    begin(page)
    walk.look("11-judging")
    press(page, "1")
    wait_for_saved(page, "Ordinary message")

    page.goto(page.url.split("/annotate/")[0] + "/projects/is-it-spam/start/")
    walk.look("12-end")

    assert walk.found == []
    assert page.problems == []
    assert Project.objects.get().examples.filter(split="pool").count() == 4
    assert Annotation.objects.count() == 1


def test_going_back_loses_nothing_and_the_keyboard_is_enough(open_page: Any) -> None:
    page = open_page("/start/")
    page.focus("#id_title")
    page.keyboard.type("Kind of message")
    for word in ("Spam", "not asked for", "Ham", "asked for"):
        while page.evaluate("document.activeElement.name") not in ("label", "means") or (
            page.evaluate("document.activeElement.value")
        ):
            page.keyboard.press("Tab")
        page.keyboard.type(word)
    page.focus("button:text('Make the project')")
    page.keyboard.press("Enter")
    page.wait_for_url("**/start/data/")

    page.click("nav >> text=Question")

    assert page.input_value("#id_title") == "Kind of message"
    assert page.input_value("[aria-label='What label 2 means']") == "asked for"
    page.go_back()
    assert page.url.endswith("/start/data/")
