"""The whole path as a researcher walks it: from a question to a dataset, and a classifier."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path
from typing import Any

import pytest

from tests.browser.annotators import begin, press, wait_for_empty_queue
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
    start_project(page, studio, slug, tmp_path)

    generate(page, studio, slug, model)
    link = open_round(page, studio, slug)
    for person in ("ann", "ben", "cid"):
        judge(studio, link, person)
    agree(page, studio, slug)
    freeze(page, studio, slug)
    take_along(page, tmp_path, slug)
    train(page, studio, slug)
    walk_back(page, studio, slug)

    (version,) = studio.told("versions", slug)["versions"]
    assert version["number"] == 1


def start_project(page: Any, studio: Studio, slug: str, tmp_path: Path) -> None:
    test = tmp_path / "test.csv"
    kinds = [("funny", "joke"), ("true", "news")] * 6
    rows = [f"t{n},a {kind} text {n},{label}" for n, (kind, label) in enumerate(kinds)]
    test.write_text("\n".join(["id,text,label", *rows]))
    studio.manage("create_project", slug, "--labels", "joke,news", "--overlap", "3")
    studio.manage("import_examples", slug, str(test), "--split", "test")
    page.goto(f"{studio.url}/projects/{slug}/")
    look(page)


def generate(page: Any, studio: Studio, slug: str, model: LimitedServer) -> None:
    page.goto(f"{studio.url}/projects/{slug}/generation/")
    look(page)
    page.fill("#id_model", "tiny")
    page.fill("#id_base_url", model.base_url)
    page.fill("#id_count", str(TEXTS))
    page.click("text=Look first")
    page.wait_for_selector("text=What would be asked")
    look(page)
    page.click("button:text-is('Start')")
    page.wait_for_url(re.compile(r"/generation/runs/\d+/"))
    page.wait_for_selector("[data-active]", state="detached")
    page.wait_for_selector(f"text={TEXTS} of {TEXTS}")
    look(page)


def open_round(page: Any, studio: Studio, slug: str) -> str:
    page.goto(f"{studio.url}/projects/{slug}/rounds/new/")
    look(page)
    page.click("text=Open the round")
    page.wait_for_selector("text=Give it out")
    look(page)
    return str(page.locator(".command code").first.inner_text())


def judge(studio: Studio, link: str, person: str) -> None:
    """Everything is answered by keyboard; ben sees jokes where others see none."""
    page = studio.page()
    page.goto(re.sub(r"=ID\b", f"={person}", link))
    begin(page)
    for number in range(TEXTS):
        press(page, "1" if number % (3 if person == "ben" else 2) else "2")
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
    look(page)
    page.click(".name a")  # of the drawer, to the whole lineage
    page.wait_for_url(re.compile(r"/examples/g"))
    look(page)
    page.locator("a[href*='/generation/calls/']").first.click()
    page.wait_for_url(re.compile(r"/generation/calls/"))
    look(page)
