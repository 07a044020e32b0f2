"""Freezing many texts in a real browser: a job does it, the page follows it to the version."""

from __future__ import annotations

from typing import Any

import pytest

from curation import jobs
from curation.models import Job, Project
from curation.services.datasets import later
from tests.browser.accessibility import findings
from tests.factories import annotate, make_project

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
]

ROOT = "/projects/jokes/versions/"


@pytest.fixture
def project(monkeypatch: pytest.MonkeyPatch) -> Project:
    monkeypatch.setattr(later, "AT_ONCE", 0)
    project = make_project("jokes", labels=("joke", "news"))
    annotate(project, ["joke"] * 3)
    annotate(project, ["news", "news", "joke"])
    return project


def started(open_page: Any, **options: Any) -> tuple[Any, Job]:
    page = open_page(f"{ROOT}freeze/?threshold=0.8", **options)
    page.focus("main form button.primary")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{ROOT}freezing/*/")
    return page, Job.objects.get(kind="freeze")


def test_the_page_leads_to_the_version_when_the_job_is_done(
    project: Project, open_page: Any
) -> None:
    page, job = started(open_page)
    assert "waits for a worker" in page.inner_text("main")

    jobs.run_job.func(job.pk)

    page.wait_for_url(f"**{ROOT}1/")
    assert "Version 1 is frozen." in page.inner_text("main")
    assert page.problems == []


def test_the_page_says_why_nothing_was_frozen(project: Project, open_page: Any) -> None:
    page, job = started(open_page)
    Job.objects.create(kind="pull", project=project)

    jobs.run_job.func(job.pk)

    page.wait_for_selector("text=No version was frozen")
    assert "are being fetched" in page.inner_text("main")
    page.click("text=Change the policy")
    page.wait_for_url(f"**{ROOT}freeze/?way=global&threshold=0.8")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("failed", [False, True])
def test_nothing_spills_nothing_is_blocked_and_axe_finds_nothing(
    project: Project, open_page: Any, failed: bool, width: int, scheme: str
) -> None:
    page, job = started(open_page, width=width, scheme=scheme)
    if failed:
        Job.objects.create(kind="pull", project=project)
        jobs.run_job.func(job.pk)
        page.wait_for_selector("text=No version was frozen")

    assert page.evaluate("document.documentElement.scrollWidth") == width
    assert page.problems == []
    assert findings(page) == []
