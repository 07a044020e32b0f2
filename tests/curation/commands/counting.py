"""A job that adds texts one by one, and an installation where it can be watched."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

from tests.curation.commands.installations import ROOT, environment

TEXTS = 60
SETTINGS = "tests.curation.commands.counting_settings"
PATIENCE = 300.0  # seconds
START = (
    "from curation import jobs; from curation.models import Project;"
    "jobs.start('count', Project.objects.get())"
)
JOB = "SELECT state, attempts, note FROM curation_job WHERE kind = 'count'"
NUMBER = "SELECT count(*) FROM curation_example"
SILENT = (
    "from datetime import timedelta; from django.db.models import F;"
    "from curation.models import Job;"
    "Job.objects.update(heartbeat_at=F('heartbeat_at') - timedelta(minutes=1))"
)


def count(project: Any, params: dict[str, Any], progress: Callable[..., None]) -> dict[str, Any]:
    """Add texts one at a time; those that are there stay as they are."""
    from curation.services.examples import NewExample, add_examples

    for number in range(TEXTS):
        text = f"text {number} " + "and more of it " * 20
        add_examples(
            project,
            [
                NewExample(
                    external_id=f"text-{number}", text=text, source="real", split="pool",
                    intended_label=None, provenance={},
                )
            ],
        )  # fmt: skip
        progress(number + 1, TEXTS)
        time.sleep(0.1)
    return {"texts": TEXTS}


@dataclass(frozen=True, kw_only=True)
class Seen:
    """The job and what it has done so far."""

    state: str
    attempts: int
    note: str
    texts: int

    @property
    def ended(self) -> bool:
        return self.state not in {"ready", "running"}


@dataclass
class Installation:
    """One with a project and the job waiting; its processes end with the block."""

    home: Path
    database: str = ""
    processes: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def __enter__(self) -> Self:
        self.home.mkdir(exist_ok=True)
        self.manage("migrate", "-v0")
        self.manage("create_project", "jokes", "--labels", "a,b")
        return self

    def __exit__(self, *_: object) -> None:
        for process in self.processes:
            process.kill()
            process.wait()

    def manage(self, *arguments: str) -> str:
        done = subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=ROOT,
            env=self._environment(),
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def shell(self, program: str) -> str:
        return self.manage("shell", "--no-imports", "-c", program).strip()

    def run(self, *arguments: str) -> subprocess.Popen[bytes]:
        """A process of Python's, until the block ends."""
        process = subprocess.Popen(
            [sys.executable, *arguments],
            cwd=ROOT,
            env={**self._environment(), "CONCORD_WEB_THREADS": "2"},
            stderr=subprocess.DEVNULL,
        )
        self.processes.append(process)
        return process

    def pages(self, port: int) -> subprocess.Popen[bytes]:
        gunicorn = ["-m", "gunicorn", "-c", "python:curation.gunicorn", "curation.wsgi"]
        return self.run(*gunicorn, "--bind", f"127.0.0.1:{port}")

    def worker(self) -> subprocess.Popen[bytes]:
        return self.run("manage.py", "worker")

    def seen(self) -> Seen:
        """Asked of the database itself, since a command takes seconds to start."""
        state, attempts, note = self._ask(JOB)
        return Seen(state=state, attempts=attempts, note=note, texts=self._ask(NUMBER)[0])

    def wait_until(self, wanted: Callable[[Seen], bool]) -> Seen:
        deadline = time.monotonic() + PATIENCE
        while not wanted(seen := self.seen()):
            assert time.monotonic() < deadline, seen
            time.sleep(0.1)
        return seen

    def _ask(self, query: str) -> Sequence[Any]:
        if self.database:
            import psycopg

            with psycopg.connect(self.database) as connection:
                row = connection.execute(query).fetchone()
        else:
            address = f"file:{self.home / 'concord.sqlite3'}?mode=ro"
            with closing(sqlite3.connect(address, uri=True)) as opened:
                row = opened.execute(query).fetchone()
        assert row is not None
        return row

    def _environment(self) -> dict[str, str]:
        return {**environment(self.home, self.database), "DJANGO_SETTINGS_MODULE": SETTINGS}
