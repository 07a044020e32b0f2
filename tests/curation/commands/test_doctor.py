"""The doctor: everything that can be looked at, whatever state the installation is in."""

from __future__ import annotations

import io
import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from curation import jobs
from curation.archives.marker import Restoring, note_restoring
from curation.models import Job
from curation.services.operations import checks, workers
from tests.factories import make_project
from tests.servers import ModelServer

pytestmark = pytest.mark.django_db


def examined(*options: str) -> dict[str, dict[str, str]]:
    """Findings by their check; what is wrong does not stop us here."""
    out = io.StringIO()
    try:
        call_command("doctor", "--json", *options, stdout=out)
    except CommandError:
        assert not json.loads(out.getvalue())["healthy"]
    findings: list[dict[str, str]] = json.loads(out.getvalue())["findings"]
    return {finding["check"]: finding for finding in findings}


def test_every_finding_says_how_it_stands_and_what_is_bad_how_to_mend_it(
    concord_home: Path,
) -> None:
    (concord_home / "secret_key").write_text("x")
    (concord_home / "secret_key").chmod(0o600)

    found = examined()

    assert {"database", "disk space", "workers", "jobs", "backup", "encoder"} <= set(found)
    assert all(finding["says"].endswith(".") for finding in found.values())
    assert all(finding["mend"] for finding in found.values() if finding["level"] != "good")
    assert found["database"]["level"] == found["jobs"]["level"] == "good"


def test_what_is_wrong_makes_it_exit_1_in_plain_words(concord_home: Path) -> None:
    note_restoring(concord_home, Restoring(archive="b.zip", sha256="0", started_at="today"))
    out = io.StringIO()

    with pytest.raises(CommandError, match=r"mending: .*restoring"):
        call_command("doctor", stdout=out)

    assert "✗ restoring: This installation is half restored from b.zip" in out.getvalue()


def test_a_database_that_is_away_hides_only_what_it_alone_knows(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(checks, "database_trouble", lambda: "The database does not answer.")

    found = examined()

    assert found["database"]["level"] == "problem"
    assert found["jobs"]["says"] == "Not looked at: the database cannot be used."
    assert found["static files"]["level"] == "good"


def test_jobs_that_nobody_takes_are_told_with_their_queue() -> None:
    jobs.start("train", make_project(), queue="gpu")
    Job.objects.update(created_at=timezone.now() - timedelta(minutes=20))
    workers.enter("default,fronts")

    stuck = examined()["jobs"]

    assert stuck["says"].startswith("1 jobs wait in queue 'gpu', the oldest for 20 minutes")
    assert stuck["mend"] == "Start one: manage.py worker --queue gpu."


def test_a_job_whose_worker_is_gone_is_told() -> None:
    job = jobs.start("train", make_project())
    Job.objects.filter(pk=job.pk).update(
        state="running", heartbeat_at=timezone.now() - timedelta(minutes=2)
    )

    assert examined()["jobs"]["level"] == "problem"


def test_living_workers_are_named_and_killed_ones_counted() -> None:
    workers.enter("*")
    workers.beat(workers.enter("gpu"), stopping=False)

    told = examined()["workers"]["says"]

    assert told.count("(*)") == 1
    assert told.count("(gpu)") == 1


def test_a_language_model_is_reached_only_when_asked(
    monkeypatch: pytest.MonkeyPatch, model_server: Any
) -> None:
    monkeypatch.setenv("CONCORD_LLM_KEY", "right-key")

    silent = examined()
    reached = examined("--llm", model_server.url)
    monkeypatch.setenv("CONCORD_LLM_KEY", "wrong-key")
    refused = examined("--llm", model_server.url)
    away = examined("--llm", "http://127.0.0.1:9/v1")

    assert "language model" not in silent
    assert reached["language model"]["says"] == f"{model_server.url} answers."
    assert refused["language model"]["says"].endswith("does not accept the key.")
    assert away["language model"]["level"] == "problem"
    assert "wrong-key" not in json.dumps(refused)


@pytest.fixture
def model_server() -> Any:
    with ModelServer(key="right-key") as server:
        yield server
