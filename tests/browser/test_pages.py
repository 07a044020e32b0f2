"""Pages in a real browser: nothing spills, nothing is blocked, the keyboard is enough."""

from __future__ import annotations

from typing import Any

import pytest

from curation.models import Job, Project
from tests.factories import make_curated, make_project

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
]

PATHS = ["/", "/projects/jokes/", "/projects/jokes/versions/1/", "/projects/jokes/report/"]


@pytest.fixture
def project() -> Project:
    project = make_project("jokes", labels=("joke", "news"))
    make_curated(project)
    return project


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("path", PATHS)
def test_nothing_spills_over_the_edge_and_nothing_is_blocked(
    project: Project, open_page: Any, path: str, width: int, scheme: str
) -> None:
    page = open_page(path, width=width, scheme=scheme)

    assert page.evaluate("document.documentElement.scrollWidth") == width
    assert page.problems == []


def test_a_strip_tells_its_votes_to_the_keyboard(project: Project, open_page: Any) -> None:
    page = open_page("/projects/jokes/")
    strip = page.locator(".strip").first

    strip.focus()

    assert strip.locator(".tip").is_visible()
    assert "ann-1" in strip.locator(".tip").inner_text()
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"


def test_everything_that_can_be_done_can_be_reached_with_tab(
    project: Project, open_page: Any
) -> None:
    page = open_page("/projects/jokes/")
    reached = set()

    for _ in range(60):
        page.keyboard.press("Tab")
        reached.add(page.evaluate("document.activeElement.innerText.trim()"))

    assert {"Skip to the content", "Log out", "Train and compare", "Version 1"} <= reached


def test_a_job_ends_on_the_page_without_a_hand(project: Project, open_page: Any) -> None:
    job = Job.objects.create(project=project, kind="pull", state=Job.State.RUNNING, done=1, total=9)
    page = open_page("/projects/jokes/")
    page.wait_for_selector("text=1 of 9")

    Job.objects.filter(pk=job.pk).update(done=5)
    page.wait_for_selector("text=5 of 9")
    Job.objects.filter(pk=job.pk).update(state=Job.State.SUCCESSFUL)
    page.wait_for_selector("[data-active]", state="detached")

    assert page.locator(".jobs progress").count() == 0


def test_the_page_works_without_scripts(project: Project, open_page: Any) -> None:
    page = open_page("/projects/jokes/", java_script_enabled=False)

    page.click("text=Measure agreement")

    assert project.jobs.get().kind == "agreement"
    assert "waits for a worker" in page.inner_text(".jobs")
