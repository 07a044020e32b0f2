"""Comparing tasks in a real browser: by keyboard, by touch, without scripts; the study's page."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from curation import jobs
from curation.models import Job, ObjectivityStudy
from curation.services.objectivity.links import study_link
from tests.browser.accessibility import findings
from tests.curation.objectivity.rows import make_study, say
from tests.factories import make_example

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
]

LONG = "averylongwordwithoutanyspaceinit" * 8
HOSTILE = "<script>document.title = 'bad'</script> \u202eright to left\u202c שלום 👀"


@pytest.fixture
def study() -> ObjectivityStudy:
    study = make_study(per_annotator=3)
    for project in study.projects.all():
        project.description = f"Is it {project.slug}? {LONG}"
        project.save()
        make_example(project, HOSTILE, split="train", gold=project.label_names()[0])
        make_example(project, LONG, split="train", gold=project.label_names()[1])
    return study


@pytest.fixture
def come(chromium: Any, live_server: Any, study: ObjectivityStudy) -> Iterator[Any]:
    """A function that opens the study by its link, as somebody without an account."""
    contexts = []

    def come_in(*, width: int = 1280, scheme: str = "light", **options: Any) -> Any:
        context = chromium.new_context(
            viewport={"width": width, "height": 844}, color_scheme=scheme, **options
        )
        contexts.append(context)
        page = context.new_page()
        page.problems = []
        page.on("console", lambda message: page.problems.append(message.text))
        page.on("pageerror", lambda error: page.problems.append(str(error)))
        page.goto(f"{live_server.url}/compare/{study.key}/join/{study_link(study)}/")
        return page

    yield come_in
    for context in contexts:
        context.close()


def test_all_pairs_by_keyboard_alone_with_one_taken_back(
    come: Any, study: ObjectivityStudy
) -> None:
    page = come()
    page.keyboard.press("ArrowLeft")
    page.wait_for_selector("text=1 of 3 compared")
    page.keyboard.press("ArrowRight")
    page.wait_for_selector("text=2 of 3 compared")
    page.keyboard.press("z")
    page.wait_for_selector("text=1 of 3 compared")
    taken_back = page.input_value("[name=pair]")
    page.keyboard.press("s")
    page.wait_for_selector("text=2 of 3 compared")
    page.keyboard.press("ArrowLeft")
    page.wait_for_selector("text=You are through")

    assert study.comparisons.count() == 3
    assert study.comparisons.get(pair=taken_back).winner is None
    first = study.comparisons.order_by("pk").first()
    assert first is not None
    assert first.winner == first.left
    assert page.problems == []


@pytest.mark.parametrize("then", ["Escape", "waits"])
def test_an_answer_whose_load_was_stopped_can_be_given_again(
    come: Any, study: ObjectivityStudy, then: str
) -> None:
    page = come()
    stop_the_next_post(page)
    page.keyboard.press("ArrowLeft")
    page.wait_for_timeout(300)
    if then == "Escape":
        page.keyboard.press("Escape")
    else:
        page.wait_for_timeout(5200)

    page.keyboard.press("ArrowLeft")
    page.wait_for_selector("text=1 of 3 compared")

    assert study.comparisons.count() == 1


def test_nothing_is_taken_back_on_top_of_what_was_stopped(
    come: Any, study: ObjectivityStudy
) -> None:
    page = come()
    page.keyboard.press("ArrowLeft")
    page.wait_for_selector("text=1 of 3 compared")
    stop_the_next_post(page)
    page.keyboard.press("z")
    page.wait_for_timeout(300)
    page.keyboard.press("Escape")

    page.keyboard.press("z")
    page.wait_for_timeout(300)

    assert study.comparisons.count() == 1
    page.keyboard.press("s")
    page.wait_for_selector("text=2 of 3 compared")


def stop_the_next_post(page: Any) -> None:
    """As the browser's Stop does: the page stays, and no other one comes."""
    page.route("**/compare/**", lambda route: route.abort("aborted"), times=1)


def test_keys_can_be_switched_off_and_stay_off(come: Any, study: ObjectivityStudy) -> None:
    page = come()
    page.keyboard.press("?")
    page.uncheck("#use-keys")
    page.reload()
    page.keyboard.press("s")
    page.wait_for_timeout(300)

    assert not study.comparisons.exists()


def test_comparing_works_without_scripts(come: Any, study: ObjectivityStudy) -> None:
    page = come(java_script_enabled=False)

    page.click(".answers .left")
    page.wait_for_selector("text=1 of 3 compared")
    page.click("[value=undo]")
    page.wait_for_selector("text=0 of 3 compared")

    assert not study.comparisons.exists()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
def test_nothing_spills_runs_or_shuts_anybody_out(come: Any, width: int, scheme: str) -> None:
    page = come(width=width, scheme=scheme)
    page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true; })")

    assert page.evaluate("document.documentElement.scrollWidth") == width
    assert findings(page) == []
    assert page.title() == "tasks · Concord"
    assert page.problems == []


def test_buttons_are_large_enough_for_a_thumb(come: Any) -> None:
    page = come(width=390, has_touch=True, is_mobile=True)

    boxes = [one.bounding_box() for one in page.locator(".answers button").all()]

    assert min(box["height"] for box in boxes) >= 44
    page.tap(".answers .cannot")
    page.wait_for_selector("text=1 of 3 compared")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
def test_a_ranked_study_fits_and_can_be_read_by_all(
    open_page: Any, study: ObjectivityStudy, width: int, scheme: str
) -> None:
    for first, second in (("irony", "news"), ("news", "spam"), ("spam", "irony")):
        say(study, "ann", first, second, first)
    page = open_page("/objectivity/tasks/", width=width, scheme=scheme)
    page.click("text=Rank the tasks")
    jobs.run_job.func(Job.objects.get().pk)
    page.wait_for_selector("text=Contradictions")
    page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true; })")

    assert "“irony” → “news” → “spam” → “irony”" in page.inner_text(".cycles")
    assert page.evaluate("document.documentElement.scrollWidth") == width
    assert findings(page) == []
    assert page.problems == []
