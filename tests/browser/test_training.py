"""The pages of training and of studies in a real browser."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.cache import cache
from django.utils import timezone

from curation.models import Job, Project
from tests.browser.accessibility import findings
from tests.training.factories import make_project
from tests.training.scored_study import ARMS, drawn_run, fail_cell, planned_study, scored_study
from training.models import Study, TrainingRun

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
]

HOME = "/projects/headlines/training/"
LONG = "averylongwordwithoutanyspaceinit" * 4
PATHS = [HOME, "run", "/studies/", "/studies/new/", "/studies/as-good/", "/studies/under-way/",
         "/studies/new/?project=headlines", "/studies/new/?shape=filtering"]  # fmt: skip


@pytest.fixture
def project() -> Project:
    cache.clear()
    project = make_project("headlines")
    Project.objects.update(title=f"Headlines {LONG}")
    project.refresh_from_db()
    return project


@pytest.fixture
def study(project: Project) -> Study:
    """A finished study over two projects, one under way with a failure, and the project's runs."""
    study = scored_study("headlines", "rumours")
    fail_cell(planned_study(slug="under-way"), arm="Real", seed=1, error=f"No room for {LONG}.")
    for place, arm in enumerate(ARMS):
        TrainingRun.objects.filter(source=arm.source, project=project).delete()
        drawn_run(project, arm.name, 0, draw=place)
    Job.objects.create(
        project=project, kind="train", state="running", done=3, total=9, note=LONG, params={}
    )
    return study


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
def test_nothing_spills_over_the_edge_and_everybody_can_read_it(
    study: Study, open_page: Any, width: int, scheme: str
) -> None:
    run = TrainingRun.objects.filter(project__slug="headlines").earliest("pk")
    page = open_page("/studies/", width=width, scheme=scheme)
    wrong = {}

    for path in PATHS:
        path = f"{HOME}runs/{run.pk}/" if path == "run" else path
        page.goto(f"{page.url.split('/studies')[0].split('/projects')[0]}{path}")
        page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true; })")
        wide = page.evaluate("document.documentElement.scrollWidth")
        found = findings(page) + ([] if wide == width else [f"{wide} pixels wide"])
        if found:
            wrong[path] = found

    assert wrong == {}
    assert page.problems == []


def test_a_study_tells_how_it_goes_without_a_hand(study: Study, open_page: Any) -> None:
    project = Project.objects.get(slug="headlines")
    job = Job.objects.create(project=project, kind="study", params={"study": "under-way"})
    page = open_page("/studies/under-way/")
    page.wait_for_selector("text=It waits for a worker")

    cell = Study.objects.get(slug="under-way").cells.filter(arm="Both", seed=0).get()
    cell.run = TrainingRun.objects.get(source="real+synthetic", project=project)
    cell.save()
    page.wait_for_selector(f"#cell-{cell.run.pk}-3")
    page.click("#do-stop")
    page.wait_for_selector("[data-active]", state="detached")

    job.refresh_from_db()
    assert job.state == Job.State.CANCELLED
    assert page.locator("#do-start").count() == 1


@pytest.mark.parametrize("scripts", [True, False])
def test_looking_and_starting_work_with_and_without_scripts(
    study: Study, open_page: Any, scripts: bool
) -> None:
    page = open_page("/studies/new/?project=headlines", java_script_enabled=scripts)
    page.fill("#id_seeds", "2")

    page.click("text=Look first")
    page.wait_for_selector("text=What it takes")
    assert page.input_value("#id_seeds") == "2"
    assert not Job.objects.filter(kind="study").exists()

    page.click("text=Start the study")
    page.wait_for_selector("text=It waits for a worker")
    assert Job.objects.filter(kind="study").count() == 1


def test_the_numbers_of_a_figure_unfold_by_keyboard(study: Study, open_page: Any) -> None:
    page = open_page("/studies/as-good/")
    assert not page.locator("#table-scores table").is_visible()

    page.locator("[href='#table-scores']").first.focus()
    page.keyboard.press("Enter")
    page.wait_for_selector("#table-scores table", state="visible")


def test_a_run_that_ends_does_not_take_away_what_one_is_filling_in(
    study: Study, open_page: Any
) -> None:
    page = open_page(HOME)
    seeds = page.locator("#more [name=seeds]")
    seeds.fill("7")
    page.click("h1")

    Job.objects.update(state="successful", finished_at=timezone.now())
    page.wait_for_selector("text=Reload the page to see what came of it.")

    assert seeds.input_value() == "7"
    assert page.problems == []


def test_a_run_that_ends_is_shown_where_nobody_fills_in_anything(
    study: Study, open_page: Any
) -> None:
    page = open_page(HOME)
    page.wait_for_selector("[data-active]")

    with page.expect_navigation():
        Job.objects.update(state="successful", finished_at=timezone.now())

    assert page.locator("[data-active]").count() == 0


def test_training_is_asked_for_without_a_mouse(study: Study, open_page: Any) -> None:
    page = open_page(HOME)
    reached = set()

    for _ in range(70):
        page.keyboard.press("Tab")
        reached.add(page.evaluate("document.activeElement.id || document.activeElement.value"))

    assert {"id_sources_0", "id_classifier", "id_seeds", "look", "start"} <= reached
