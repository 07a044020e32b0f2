"""The whole path as a researcher walks it: from a question to a dataset, and a classifier."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path
from typing import Any

import pytest

from tests.browser.annotators import begin, press, wait_for_empty_queue
from tests.browser.people import follow
from tests.browser.walks.studio import SIGHTS, Studio, look
from tests.generation.limited_server import LimitedServer

pytestmark = pytest.mark.browser

TEXTS = 12


@pytest.mark.parametrize(("width", "scheme"), SIGHTS)
def test_a_researcher_gets_from_a_question_to_a_dataset_and_a_classifier(
    studio: Studio, model: LimitedServer, tmp_path: Path, width: int, scheme: str
) -> None:
    slug = f"jokes-{width}"
    page = studio.signed_in(width=width, scheme=scheme, accept_downloads=True)
    ask(page, studio, f"Jokes {width}")
    give_test_texts(page, tmp_path)
    choose_model(page, model)
    generate(page)
    link = open_round(page, studio, slug)
    for person in ("ann", "ben"):
        judge(studio, link, person)
    agree(page, studio, slug)
    freeze(page, studio, slug)
    take_along(page, tmp_path, slug)
    train(page, studio, slug)
    walk_back(page, studio, slug)

    (version,) = studio.told("versions", slug)["versions"]
    assert version["number"] == 1


def ask(page: Any, studio: Studio, title: str) -> None:
    """From the list of projects to a question and its labels."""
    look(page)
    follow(page, "a[href='/start/'] >> nth=0")
    look(page)
    page.fill("#id_title", title)
    page.fill("#id_description", "Is this a joke or news?")
    page.locator("[name=label]").nth(0).fill("joke")
    page.locator("[name=label]").nth(1).fill("news")
    page.click("button:has-text('Make the project')")
    page.wait_for_url("**/start/data/")
    look(page)


def give_test_texts(page: Any, tmp_path: Path) -> None:
    kinds = [("funny", "joke"), ("true", "news")] * 6
    rows = [f"t{n},a {kind} text {n},{label}" for n, (kind, label) in enumerate(kinds)]
    file = tmp_path / "test.csv"
    file.write_text("\n".join(["id,text,label", *rows]))
    page.set_input_files("#id_file", str(file))
    page.click("button:has-text('Look at the file')")
    page.wait_for_selector("text=Is this how the file is meant?")
    look(page)
    page.click("button:has-text('Store the texts')")
    page.wait_for_selector("text=12 real texts in the test set")
    look(page)
    page.click("main a:has-text('Go on')")


def choose_model(page: Any, model: LimitedServer) -> None:
    page.wait_for_url("**/start/model/")
    look(page)
    page.fill("#id_base_url", model.base_url)
    page.fill("#id_model", "tiny")
    page.click("button:has-text('Try it with one call')")
    page.wait_for_selector("text=It answered")
    look(page)
    page.click("main a:has-text('Go on')")
    page.wait_for_url("**/start/people/")
    look(page)
    page.fill("#id_overlap", "3")
    page.click("button:has-text('Keep it and go on')")


def generate(page: Any) -> None:
    page.wait_for_url("**/start/first/")
    look(page)
    page.fill("#id_count", str(TEXTS))
    page.click("button:has-text('Have them written')")
    page.wait_for_selector(f"text={TEXTS} texts can be judged now.")
    look(page)


def open_round(page: Any, studio: Studio, slug: str) -> str:
    """The researcher judges first; others come by link."""
    page.click("#judge")
    answer_all(page, odd_one_out=2)
    page.goto(f"{studio.url}/projects/{slug}/rounds/1/")
    look(page)
    return str(page.locator(".command code").first.inner_text())


def judge(studio: Studio, link: str, person: str) -> None:
    page = studio.page()
    page.goto(re.sub(r"=ID\b", f"={person}", link))
    answer_all(page, odd_one_out=3 if person == "ben" else 2)


def answer_all(page: Any, *, odd_one_out: int) -> None:
    """Everything is answered by keyboard; not all see jokes in the same texts."""
    begin(page)
    for number in range(TEXTS):
        press(page, "1" if number % odd_one_out else "2")
    page.wait_for_selector("text=Thank you. You are through.")
    wait_for_empty_queue(page)
    look(page)


def agree(page: Any, studio: Studio, slug: str) -> None:
    for step in ("annotators/", "agreement/", "examples/"):
        page.goto(f"{studio.url}/projects/{slug}/{step}")
        look(page)


def freeze(page: Any, studio: Studio, slug: str) -> None:
    page.goto(f"{studio.url}/projects/{slug}/explore/")
    look(page)
    page.click("text=with splits or a note")
    page.wait_for_selector("h1:has-text('Freeze version 1')")
    look(page)
    page.click("main form button.primary")
    page.wait_for_selector("text=Version 1 is frozen.")
    look(page)


def take_along(page: Any, tmp_path: Path, slug: str) -> None:
    with page.expect_download() as waiting:
        page.get_by_role("link", name="Croissant", exact=True).click()
    waiting.value.save_as(tmp_path / "taken.zip")
    assert zipfile.ZipFile(tmp_path / "taken.zip").testzip() is None


def train(page: Any, studio: Studio, slug: str) -> None:
    page.goto(f"{studio.url}/projects/{slug}/training/")
    look(page)
    page.select_option("#id_classifier", "tfidf")
    page.fill("#id_seeds", "1")
    page.click("text=Train and compare")
    page.wait_for_selector("h2:has-text('Scores')")
    look(page)


def walk_back(page: Any, studio: Studio, slug: str) -> None:
    """From a number to the votes and the prompt it came from."""
    page.goto(f"{studio.url}/projects/{slug}/report/")
    look(page)
    page.goto(f"{studio.url}/projects/{slug}/examples/")
    page.locator("main a[href*='/examples/g']").first.click()
    page.wait_for_selector(".drawer:not([hidden]) .name a")
    look(page)
    page.click(".drawer .name a")  # to the whole lineage
    page.wait_for_url(re.compile(r"/examples/g"))
    look(page)
    follow(page, "a[href*='/generation/'] >> visible=true >> nth=-1")
    look(page)
