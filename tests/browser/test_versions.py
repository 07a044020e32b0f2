"""Versions in a real browser: freezing two, opening their diff, walking a row back."""

from __future__ import annotations

from typing import Any

import pytest

from curation.models import Project
from tests.browser.accessibility import findings
from tests.factories import make_curated, make_project

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
]

ROOT = "/projects/jokes/versions/"
PATHS = ["", "freeze/", "2/", "1/lineage/", "1/diff/2/", "1/rows/joke-4/"]


@pytest.fixture
def project() -> Project:
    project = make_project("jokes", labels=("joke", "news"))
    make_curated(project)
    return project


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("path", PATHS)
def test_nothing_spills_nothing_is_blocked_and_axe_finds_nothing(
    project: Project, open_page: Any, path: str, width: int, scheme: str
) -> None:
    page = open_page(ROOT + path, width=width, scheme=scheme)

    assert page.evaluate("document.documentElement.scrollWidth") == width
    assert page.problems == []
    assert findings(page) == []


def test_a_version_is_frozen_and_compared_by_keyboard_alone(
    project: Project, open_page: Any
) -> None:
    page = open_page(f"{ROOT}freeze/?threshold=0.6")

    page.focus("#id_train")
    for text in ("0.6", "0.2", "0.2", "5", "for the paper"):
        page.keyboard.type(text)
        page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.innerText") == "Freeze version 3 with 10 rows"
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{ROOT}3/")

    assert "for the paper" in page.inner_text("main")
    assert "6 train, 2 validation, 2 test" in page.inner_text(".facts")
    page.focus("text=What changed since version 2")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{ROOT}2/diff/3/")
    assert "4: the policy changed" in page.inner_text("main")


def test_shares_that_cannot_be_meant_are_said_and_what_was_typed_stays(
    project: Project, open_page: Any
) -> None:
    page = open_page(f"{ROOT}freeze/?threshold=0.6")

    page.fill("#id_train", "0.6")
    page.click("main button")
    page.wait_for_selector("[role=alert]")

    assert "add up to 0.6" in page.inner_text("[role=alert]")
    assert page.input_value("#id_train") == "0.6"
    assert project.dataset_versions.count() == 2


def test_a_row_is_walked_from_a_version_to_its_votes_and_to_the_other_version(
    project: Project, open_page: Any
) -> None:
    page = open_page(f"{ROOT}1/")

    page.click("text=joke-4")
    page.wait_for_url(f"**{ROOT}1/rows/joke-4/")
    assert "ann-3" in page.inner_text("main")
    page.click("main table >> text=Version 2")
    page.wait_for_url(f"**{ROOT}2/rows/joke-4/")

    assert "Version 2 (this one)" in page.inner_text("main")


def test_the_rows_of_a_change_are_chosen_by_a_link(project: Project, open_page: Any) -> None:
    page = open_page(f"{ROOT}1/diff/2/")

    page.click("text=went out (1)")
    page.wait_for_url("**?show=out#examples")

    assert page.inner_text(".filters [aria-current]") == "went out (1)"
    assert page.locator(".changes > li").count() == 1
