"""Probes, metrics and the name of each request."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.test import Client

from curation import jobs
from curation.archives.marker import Restoring, note_restoring
from curation.services.operations import figures, readiness, workers
from tests.factories import annotate, make_project

ELSEWHERE = "10.0.0.9"


@pytest.fixture(autouse=True)
def counted_anew() -> Iterator[None]:
    figures.forget_figures()
    yield
    figures.forget_figures()


def test_healthz_touches_nothing(client: Client) -> None:
    answer = client.get("/healthz", headers={"host": "10.1.2.3:8321"})

    assert (answer.status_code, answer.content) == (200, b"alive\n")


@pytest.mark.django_db
def test_readyz_says_ready(client: Client) -> None:
    answer = client.get("/readyz", headers={"host": "10.1.2.3:8321"})

    assert (answer.status_code, answer.content) == (200, b"ready\n")


@pytest.mark.django_db
def test_readyz_names_what_the_database_lacks(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    readiness._check_tables.cache_clear()
    monkeypatch.setattr(readiness, "missing_migrations", lambda: ["curation.0099_new"])

    answer = client.get("/readyz")

    assert answer.status_code == 503
    assert "lacks 1 migrations (curation.0099_new first); run manage.py migrate." in str(
        answer.content
    )


@pytest.mark.django_db
def test_readyz_says_that_the_disk_is_full(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda folder: SimpleNamespace(free=1024 * 1024))

    answer = client.get("/readyz")

    assert answer.status_code == 503
    assert answer.content.startswith(b"1 MiB are free")


@pytest.mark.django_db
def test_a_half_restored_installation_serves_nothing_but_says_so(
    client: Client, concord_home: Path
) -> None:
    note_restoring(concord_home, Restoring(archive="b.zip", sha256="0", started_at="today"))

    page, ready, alive = (client.get(path) for path in ("/login/", "/readyz", "/healthz"))

    assert (page.status_code, ready.status_code, alive.status_code) == (503, 503, 200)
    assert "half restored from b.zip" in page.content.decode()
    assert "manage.py restore b.zip again" in ready.content.decode()


@pytest.mark.django_db
def test_a_request_keeps_its_id_and_gets_one_where_it_has_none(client: Client) -> None:
    kept = client.get("/login/", headers={"x-request-id": "abc-1"})
    made = client.get("/login/", headers={"x-request-id": "two words"})

    assert kept["X-Request-ID"] == "abc-1"
    assert re.fullmatch(r"[0-9a-f]{32}", made["X-Request-ID"])


@pytest.mark.django_db
def test_each_request_is_one_line_with_route_project_and_user(
    client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", "concord.request")
    client.force_login(get_user_model().objects.create_superuser("ann", password="x"))
    make_project("jokes")

    client.get("/projects/jokes/jobs/")

    fields: dict[str, Any] = caplog.records[-1].fields  # type: ignore[attr-defined]
    assert fields["route"] == "/projects/<slug:slug>/jobs/"
    assert (fields["method"], fields["status"]) == ("GET", 200)


@pytest.mark.django_db
def test_metrics_tell_requests_jobs_workers_votes_and_size(client: Client) -> None:
    project = make_project()
    annotate(project, ["joke", "joke", "news"])
    jobs.start("agreement", project)
    workers.enter("default,fronts")
    client.get("/login/")

    lines = client.get("/metrics").content.decode()

    assert 'concord_requests_total{method="GET",route="login/",status="200"}' in lines
    assert 'concord_jobs{kind="agreement",state="ready"} 1.0' in lines
    assert re.search(r'concord_queue_age_seconds\{queue="default"\} 0\.\d', lines)
    assert 'concord_queue_age_seconds{queue="gpu"} 0.0' in lines
    assert "concord_workers_alive 1.0" in lines
    assert "concord_annotations 3.0" in lines
    assert "# HELP concord_database_bytes" in lines


@pytest.mark.django_db
def test_metrics_are_for_this_host_or_by_token(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CONCORD_METRICS_TOKEN", "long-enough")
    by_token = {"authorization": "Bearer long-enough"}

    refused = [
        client.get("/metrics", REMOTE_ADDR=ELSEWHERE),
        client.get("/metrics", headers={"x-forwarded-for": "10.0.0.9"}),
        client.get("/metrics", headers={"authorization": "Bearer wrong"}, REMOTE_ADDR=ELSEWHERE),
    ]
    told = client.get("/metrics", headers=by_token, REMOTE_ADDR=ELSEWHERE)

    assert [answer.status_code for answer in refused] == [403, 403, 403]
    assert told.status_code == 200
