"""The list of projects: stages, work, cost, and as many queries for six as for two."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from curation.models import Annotation, Job, Project
from curation.services.answer_counts import answer_counts
from tests.curation.pages import text_of
from tests.factories import annotate, make_curated, make_example, make_project

pytestmark = pytest.mark.django_db


@pytest.fixture
def reader(admin_client: Client) -> Client:
    return admin_client


def line_of(page: str, slug: str) -> str:
    return page.split(f'href="/projects/{slug}/"')[1].split("<li>\n    <div>")[0]


def filled(slug: str) -> Project:
    project = make_project(slug)
    annotate(project, ["joke", "news", None])
    make_example(project, source="real")
    Job.objects.create(project=project, kind="pull", state="running", done=1, total=9)
    Job.objects.create(project=project, kind="explore", state="successful")
    return project


def queries_of(reader: Client, n: int) -> int:
    """How many the list takes for the first n projects, nothing being remembered."""
    for _ in range(2):  # sessions and books are written the first time
        cache.clear()
        with CaptureQueriesContext(connection) as asked:
            text_of(reader, "/")
    assert Project.objects.count() == n
    return len(asked)


@pytest.mark.parametrize("few", [10**9, 0], ids=["few answers", "many answers"])
def test_the_list_takes_as_many_queries_for_six_projects_as_for_two(
    reader: Client, few: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("curation.services.answer_counts.FEW", few)
    for n in range(2):
        answer_counts(filled(f"project-{n}"))
    two = queries_of(reader, 2)

    for n in range(2, 6):
        answer_counts(filled(f"project-{n}"))

    assert queries_of(reader, 6) == two


def test_each_project_tells_where_it_stands(reader: Client) -> None:
    make_project("empty")
    make_example(make_project("written"))
    make_curated(make_project("frozen"))

    page = text_of(reader, "/")

    assert "Generate: your turn, 0 texts" in line_of(page, "empty")
    assert "Annotate: your turn, 0 answers" in line_of(page, "written")
    assert "Train: your turn, 0 sources" in line_of(page, "frozen")


def test_what_runs_now_is_told_with_how_far_it_is(reader: Client) -> None:
    filled("jokes")

    line = line_of(text_of(reader, "/"), "jokes")

    assert "Pull annotations" in line
    assert "1 of 9" in line
    assert '<progress max="9" value="1"' in line
    assert "Annotate: at work" in line


def test_the_cost_is_what_is_written_down(reader: Client) -> None:
    project = make_project("jokes")
    annotate(project, ["joke", "news"])
    Annotation.objects.update(seconds=2100)
    annotate(make_project("untimed"), ["joke"])
    make_project("empty")

    page = text_of(reader, "/")

    assert "1 hour 10 minutes of people’s time so far" in line_of(page, "jokes")
    assert "time people took is not known" in line_of(page, "untimed")
    assert 'class="cost"' not in line_of(page, "empty")


def test_the_project_where_something_happened_last_comes_first(reader: Client) -> None:
    old, new = make_project("old"), make_project("new")
    Project.objects.update(created_at=timezone.now() - timedelta(days=9))
    for project, days in ((old, 1), (new, 3)):
        job = Job.objects.create(project=project, kind="agreement", state="successful")
        Job.objects.filter(pk=job.pk).update(created_at=timezone.now() - timedelta(days=days))

    page = text_of(reader, "/")

    assert page.index("/projects/old/") < page.index("/projects/new/")
