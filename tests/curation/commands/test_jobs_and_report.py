"""Jobs and the report from a shell."""

from __future__ import annotations

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from curation.models import Job, Project
from tests.factories import make_curated, make_project

pytestmark = pytest.mark.django_db


@pytest.fixture
def project() -> Project:
    return make_project("jokes")


def told(*arguments: str) -> Any:
    out = StringIO()
    call_command(*arguments, "--json", stdout=out)
    return json.loads(out.getvalue())


def test_a_job_is_started_once_stopped_and_tried_again(project: Project) -> None:
    first, second = (told("jobs", "start", "jokes", "agreement") for _ in range(2))
    stopped = told("jobs", "cancel", "jokes", str(first["id"]))
    again = told("jobs", "again", "jokes", str(first["id"]))

    assert first == second
    assert (stopped["state"], again["state"]) == ("cancelled", "ready")
    listed = told("jobs", "list", "jokes")["jobs"]
    assert [job["id"] for job in listed] == [again["id"], first["id"]]


@pytest.mark.parametrize(
    ("verb", "says"), [("cancel", "has no job 999999"), ("again", "has no job 999999")]
)
def test_a_job_that_is_not_there_is_a_sentence(project: Project, verb: str, says: str) -> None:
    with pytest.raises(CommandError, match=says):
        call_command("jobs", verb, "jokes", "999999")


def test_a_job_at_work_is_not_tried_again(project: Project) -> None:
    job = Job.objects.create(project=project, kind="agreement")

    with pytest.raises(CommandError, match="is ready, so there is nothing to try again"):
        call_command("jobs", "again", "jokes", str(job.pk))


def test_the_report_is_told_or_written(project: Project, tmp_path: Path) -> None:
    make_curated(project)
    page, out = tmp_path / "report.html", StringIO()

    call_command("report", "jokes", stdout=out)
    numbers, written = told("report", "jokes"), told("report", "jokes", "--to", str(page))

    assert "version 1: 6 kept" in out.getvalue()
    assert "30 votes by 3 simulated annotators" in out.getvalue()
    assert numbers["project"] == "jokes"
    assert written == {"file": str(page)}
    assert page.read_text().startswith("<!doctype html>")
