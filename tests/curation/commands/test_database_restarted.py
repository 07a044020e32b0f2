"""The database goes away under pages and a worker, and comes back; nobody lends a hand."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.curation.commands.installations import ROOT, environment, manage
from tests.curation.commands.ports import answer, free_port
from tests.curation.commands.postgres_server import PostgresServer

pytestmark = pytest.mark.skipif(
    not os.environ.get("DATABASE_URL", "").startswith("postgres"),
    reason="needs PostgreSQL (make test-postgres)",
)
JOB = (
    "from curation import jobs; from curation.models import Project;"
    "jobs.start('agreement', Project.objects.get())"
)
STATES = (
    "from curation.models import Job; print(*Job.objects.order_by('pk')"
    ".values_list('state', flat=True))"
)


@pytest.fixture
def server() -> Iterator[PostgresServer]:
    with PostgresServer() as server:
        yield server


def shell(home: Path, database: str, program: str) -> str:
    done = manage(home, "shell", "--no-imports", "-c", program, database=database)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def start(home: Path, database: str, *arguments: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, *arguments],
        cwd=ROOT,
        env={**environment(home, database), "CONCORD_WEB_THREADS": "2"},
        stderr=subprocess.DEVNULL,
    )


def test_pages_say_so_and_everything_goes_on_when_it_is_back(
    server: PostgresServer, tmp_path: Path
) -> None:
    home, port = tmp_path, free_port()
    assert manage(home, "migrate", database=server.url).returncode == 0
    made = manage(home, "create_project", "jokes", "--labels", "a,b", database=server.url)
    assert made.returncode == 0, made.stderr
    gunicorn = ["-m", "gunicorn", "-c", "python:curation.gunicorn", "curation.wsgi"]
    web = start(home, server.url, *gunicorn, "--bind", f"127.0.0.1:{port}")
    worker = start(home, server.url, "manage.py", "worker")
    try:
        answer(port, "/readyz")
        answer(port, "/login/")

        server.stop()
        not_ready = answer(port, "/readyz", wanted=503)
        page = answer(port, "/annotate/", wanted=503, cookie="concord_session=" + "a" * 32)
        alive = answer(port, "/healthz")
        time.sleep(5)  # the worker looks into its queue several times
        server.start()
        answer(port, "/readyz")
        shell(home, server.url, JOB)
        deadline = time.monotonic() + 240
        while (states := shell(home, server.url, STATES)) == "ready":
            assert time.monotonic() < deadline
            time.sleep(0.5)

        assert not_ready.startswith("The database does not answer")
        assert alive == "alive\n"
        assert "The database cannot be reached at this moment." in page
        assert worker.poll() is None
        assert states in {"running", "successful", "failed"}
    finally:
        for process in (web, worker):
            process.terminate()
            process.wait()
