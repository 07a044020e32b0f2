"""The project page as a pipeline, and the list of projects, in a real browser."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from curation.models import Annotation, Job, Project
from tests.browser.accessibility import findings
from tests.factories import annotate, make_curated, make_example, make_project, make_round

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
]

PAGE = "/projects/jokes/"
LONG = "averylongwordwithoutanyspaceinit" * 4
NARROW_WIDE = [(width, scheme) for width in (390, 1280) for scheme in ("light", "dark")]


def judged(project: Project) -> None:
    annotate(project, ["joke", "news", None])


def asked(project: Project) -> None:
    target = make_round(project, front="page")
    target.tasks.create(example=make_example(project), wanted=3, due=3)


def at_work(project: Project) -> None:
    make_curated(project, simulated=False)
    Annotation.objects.update(seconds=42)
    Project.objects.filter(pk=project.pk).update(
        title=f"Jokes {LONG}", description="Is it a joke, or is it news?"
    )
    for kind, state in (("train", "failed"), ("agreement", "successful"), ("explore", "running")):
        now = timezone.now()
        job = Job.objects.create(
            project=project, kind=kind, state=state, done=31, total=120, note=LONG[:90],
            started_at=now - timedelta(seconds=75), heartbeat_at=now,
        )  # fmt: skip
        if state != "running":
            Job.objects.filter(pk=job.pk).update(finished_at=now, error=f"No room for {LONG}.")


SCENES: dict[str, Callable[[Project], Any]] = {
    "empty": lambda project: project,
    "judged": judged,
    "asked": asked,
    "at-work": at_work,
    "frozen": make_curated,
}


@pytest.mark.parametrize(("width", "scheme"), NARROW_WIDE)
def test_everybody_can_read_it_and_nothing_spills(
    open_page: Any, live_server: Any, width: int, scheme: str
) -> None:
    for name, fill in SCENES.items():
        fill(make_project(name, labels=("joke", "news")))
    page = open_page("/", width=width, scheme=scheme)
    wrong = {"/": findings(page)}

    for name in SCENES:
        page.goto(
            f"{page.url.split('/projects')[0].rstrip('/')}/projects/{name.replace(' ', '-')}/"
        )
        wide = page.evaluate("document.documentElement.scrollWidth")
        wrong[name] = findings(page) + ([] if wide == width else [f"{wide} pixels wide"])

    assert {name: found for name, found in wrong.items() if found} == {}
    assert page.problems == []


def test_the_pipeline_goes_from_left_to_right_or_down(open_page: Any) -> None:
    make_curated(make_project("jokes", labels=("joke", "news")))
    places = "all => all.map(one => [one.getBoundingClientRect().x, one.getBoundingClientRect().y])"

    wide = open_page(PAGE, width=1280).locator(".pipeline li").evaluate_all(places)
    narrow = open_page(PAGE, width=390).locator(".pipeline li").evaluate_all(places)

    assert len({y for _, y in wide}) == 1
    assert sorted(wide) == wide
    assert len({x for x, _ in narrow}) == 1
    assert wide[0][1] < 320  # without scrolling


def test_the_bar_of_running_work_moves_and_asking_stops_with_it(open_page: Any) -> None:
    project = make_project("jokes", labels=("joke", "news"))
    judged(project)
    job = Job.objects.create(project=project, kind="explore", state="running", done=10, total=100)
    page = open_page(PAGE)
    bar = page.locator(".pipeline .busy progress")
    assert bar.evaluate("bar => bar.value") == 10
    page.evaluate("window.same = true")

    Job.objects.filter(pk=job.pk).update(done=40)
    page.wait_for_selector(".pipeline .busy progress[value='40']")
    Job.objects.filter(pk=job.pk).update(done=60)
    page.wait_for_selector("text=/60 of 100 · .* left/")  # at the pace since the page is open
    Job.objects.filter(pk=job.pk).update(state="successful", finished_at=timezone.now())
    page.wait_for_selector("[data-active]", state="detached")
    page.wait_for_selector(".beside .jobs >> text=Measure expected scores")
    asked_for: list[str] = []
    page.on("request", lambda request: asked_for.append(request.url))
    page.wait_for_timeout(2600)

    assert page.evaluate("window.same")  # the page was never loaded anew
    assert asked_for == []
    assert page.inner_text("#work-told") == "The work is done."
    assert page.problems == []


@pytest.mark.parametrize("then", ["stays in the field", "reads on"])
def test_work_that_ends_does_not_take_away_what_one_is_filling_in(
    open_page: Any, then: str
) -> None:
    project = make_project("jokes", labels=("joke", "news"))
    make_curated(project)
    job = Job.objects.create(project=project, kind="summaries", state="running", done=1, total=9)
    page = open_page(PAGE)
    field = page.locator(".act input[name=seeds]")
    field.fill("7")
    if then == "reads on":
        page.click("h1")

    Job.objects.filter(pk=job.pk).update(done=2)
    page.wait_for_selector("text=2 of 9")
    Job.objects.filter(pk=job.pk).update(state="successful", finished_at=timezone.now())
    page.wait_for_selector("#work-told:not(:empty)", state="attached")

    assert page.is_visible("text=Reload the page to see what came of it.")
    assert field.input_value() == "7"
