"""The explorer in a real browser: sliders, lines, switches, addresses, freezing."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from curation.datasets import Policy, drop_reasons
from curation.models import Project
from curation.services.agreement import judge
from tests.browser.accessibility import findings
from tests.browser.people import follow
from tests.curation.explorer.scores_made import store_scores
from tests.factories import annotate, make_example, make_project

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
]

PAGE = "/projects/jokes/explore/"


@pytest.fixture
def project() -> Project:
    """40 texts with five votes: jokes are disputed, news are not."""
    project = make_project("jokes", labels=("joke", "news"))
    for number in range(40):
        label, other = ("joke", "news") if number % 3 == 0 else ("news", "joke")
        against = number // 3 % 3 if label == "joke" else number % 2
        votes = [label] * (5 - against) + [other] * against
        example = make_example(project, name=f"text-{number}", intended=label)
        annotate(project, votes, example=example)
    store_scores(project)
    return project


@pytest.fixture
def visit(open_page: Any, live_server: Any) -> Any:
    """A function that opens the explorer at a query."""

    def at(query: str = "", **options: Any) -> Any:
        page = open_page(PAGE, **options)
        if query:
            page.goto(f"{live_server.url}{PAGE}?{query}")
        return page

    return at


def told(page: Any) -> str:
    return str(page.inner_text("#kept-sentence"))


def kept_by(project: Project, policy: Policy) -> int:
    return int((drop_reasons(judge(project).judged, policy) == "").sum())


def settled(page: Any, words: str) -> None:
    page.wait_for_function(
        "words => document.getElementById('kept-sentence').textContent.includes(words)", arg=words
    )


def test_the_slider_is_moved_by_keyboard(project: Project, visit: Any) -> None:
    page = visit()
    page.focus("#slide-keep_share")

    for _ in range(20):
        page.keyboard.press("ArrowLeft")
    settled(page, "50\u00a0%")

    assert told(page).startswith(f"{kept_by(project, Policy(keep_share=0.5))} of 40")
    assert page.inner_text("output[for=slide-keep_share]") == "50\u00a0%"
    assert page.url.endswith("?way=within_label&keep_share=0.5")
    assert page.evaluate("document.activeElement.id") == "slide-keep_share"
    assert page.problems == []


def test_the_slider_is_moved_by_mouse(project: Project, visit: Any) -> None:
    page = visit()
    box = page.locator("#slide-keep_share").bounding_box()

    page.mouse.click(box["x"] + box["width"] / 4, box["y"] + box["height"] / 2)
    page.wait_for_url("**keep_share=0.2*")

    share = float(re.search(r"keep_share=([\d.]+)", page.url)[1])  # type: ignore[index]
    assert 0.2 <= share < 0.3
    assert told(page).startswith(f"{kept_by(project, Policy(keep_share=share))} of 40")


def test_a_line_of_the_histogram_is_dragged(project: Project, visit: Any) -> None:
    page = visit("way=global")
    plot = page.locator("[data-drag=threshold]").first.bounding_box()

    page.mouse.move(plot["x"] + plot["width"] * 0.4, plot["y"] + 20)
    page.mouse.down()
    page.mouse.move(plot["x"] + plot["width"] * 0.8, plot["y"] + 20, steps=5)
    page.mouse.up()
    page.wait_for_url("**threshold=0.9*")

    gamma = float(re.search(r"threshold=([\d.]+)", page.url)[1])  # type: ignore[index]
    assert told(page).startswith(f"{kept_by(project, Policy(threshold=gamma))} of 40")
    assert page.problems == []


def test_a_switch_changes_everything_at_once(project: Project, visit: Any) -> None:
    page = visit()
    assert "keeps its place" in page.inner_text("#minority-sentence")

    page.check("[name=way][value=global]")
    settled(page, "whatever the label")

    assert "shrinks" in page.inner_text("#minority-sentence")
    assert page.locator("#slide-threshold").is_visible()
    assert not page.locator("#slide-keep_share").is_visible()
    assert "0.484" in page.inner_text("#score-sentence")
    assert f"with {kept_by(project, Policy(threshold=0.8))} rows" in page.inner_text(".freeze")

    page.check("[name=way][value=per_label]")
    settled(page, "0.8 for “joke”, 0.8 for “news”")
    page.check("[name=way][value=all]")
    settled(page, "everything that was judged")


def test_the_numbers_on_the_page_are_the_servers(project: Project, visit: Any) -> None:
    page = visit("way=global&threshold=0.8&min_votes=5&balance=equal")

    asked = "fetch('numbers/' + location.search).then(a => a.text())"
    answer = json.loads(page.evaluate(asked))

    assert told(page).startswith(f"{answer['kept']} of {answer['judged']}")
    policy = Policy(threshold=0.8, min_votes=5, balance="equal")
    assert answer["kept"] == kept_by(project, policy)


def test_an_address_restores_the_state_also_after_going_back(project: Project, visit: Any) -> None:
    page = visit()
    page.check("[name=way][value=global]")
    settled(page, "whatever the label")
    page.focus("#slide-threshold")
    page.keyboard.press("ArrowRight")
    settled(page, "0.81")
    before = told(page)

    page.click(".masthead a[href='/projects/jokes/']")
    page.wait_for_url("**/projects/jokes/")
    page.go_back()
    settled(page, "0.81")

    assert told(page) == before
    assert page.input_value("#slide-threshold") == "0.81"
    page.reload()
    assert told(page) == before
    assert page.is_checked("[name=way][value=global]")


def test_the_texts_at_the_line_follow(project: Project, visit: Any) -> None:
    page = visit("way=global")
    before = page.inner_text("#margin")

    page.focus("#slide-threshold")
    page.keyboard.press("End")
    page.wait_for_function(
        "before => document.getElementById('margin').innerText !== before", arg=before
    )

    kept = kept_by(project, Policy(threshold=1.0))
    assert f"1 to 10 of {kept}" in page.inner_text("#margin")


def test_a_number_that_cannot_be_meant_is_told_beside_the_numbers_of_before(
    project: Project, visit: Any
) -> None:
    page = visit()
    page.click("text=More choices")

    page.fill("#id_price", "cheap")
    page.wait_for_selector("#trouble:not([hidden])")

    assert "price of a vote must be a number" in page.inner_text("#trouble")
    page.fill("#id_price", "0.05")
    page.wait_for_selector("#trouble", state="hidden")
    assert "each so far" in page.inner_text("#answer")


def test_it_works_without_scripts(project: Project, visit: Any) -> None:
    page = visit(java_script_enabled=False)

    page.check("[name=way][value=global]")
    follow(page, "text=Show what this keeps")

    assert "agreement of at least 0.8, whatever the label" in told(page)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("way", ["within_label", "global", "all"])
def test_nothing_spills_and_everybody_can_read_it(
    project: Project, visit: Any, way: str, width: int, scheme: str
) -> None:
    page = visit(f"way={way}", width=width, scheme=scheme)

    assert page.evaluate("document.documentElement.scrollWidth") == width
    assert findings(page) == []
    assert page.problems == []


@pytest.mark.parametrize("width", [390, 1280])
def test_long_names_of_labels_leave_room_for_pictures_and_numbers(visit: Any, width: int) -> None:
    long = ("says_something_rather_long_about_what_the_weather_is_like", "news")
    project = make_project("jokes", labels=long)
    for number in range(12):
        votes = [long[number % 2]] * 4 + [long[1 - number % 2]]
        annotate(project, votes, example=make_example(project, name=f"text-{number}"))

    page = visit(width=width)

    assert page.evaluate("document.documentElement.scrollWidth") == width
    drawn = page.locator(".rows svg").evaluate_all("all => all.map((one) => one.clientWidth)")
    assert min(drawn) > 120
    votes_of = page.locator(".reading .agree").first.locator("xpath=..").bounding_box()
    assert votes_of["height"] < 30


def test_without_votes_and_with_a_bad_address_nothing_spills_either(
    visit: Any,
) -> None:
    make_project("jokes")
    page = visit(width=390)

    assert page.evaluate("document.documentElement.scrollWidth") == 390
    assert findings(page) == []


def test_two_versions_are_frozen_one_after_the_other(project: Project, visit: Any) -> None:
    page = visit("way=global&threshold=0.8")
    page.click("text=Freeze version 1")
    page.wait_for_url("**/versions/1/")

    page.click(".rail >> text=Curate")
    page.wait_for_url("**/explore/")
    page.focus("#slide-keep_share")
    page.keyboard.press("PageDown")
    settled(page, "60\u00a0%")
    page.click("text=Freeze version 2")
    page.wait_for_url("**/versions/2/")

    first, second = project.dataset_versions.order_by("number")
    assert (first.policy["threshold"], second.policy["keep_share"]) == (0.8, 0.6)
    assert first.kept == kept_by(project, Policy(threshold=0.8))
    assert second.kept == kept_by(project, Policy(keep_share=0.6))
