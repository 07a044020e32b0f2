"""The number asked for is the number delivered, whatever the server does and whoever is killed."""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.db import connection

from curation.models import Example, Project
from generation.scheduling.budget import nanos_of
from generation.services import run_summary
from tests.generation.limited_server import LimitedServer
from tests.generation.recount import check
from tests.generation.wishes import billed, write

ROOT = Path(__file__).resolve().parents[2]
CAP = "9"
FAULTS = {
    "error_429": 0.01, "error_500": 0.02, "error_503": 0.01, "timeout": 0.005, "cut": 0.01,
    "malformed": 0.01, "bad_content": 0.02, "too_few": 0.03, "too_many": 0.03,
    "wrong_label": 0.02, "duplicate_text": 0.03, "refusal": 0.02, "content_filter": 0.01,
    "no_usage": 0.05,
}  # fmt: skip
LIMITS = {
    "rpm": 6_000, "tpm": 4_000_000, "concurrency_limit": 12, "timeout_s": 0.2,
    "latency_s": 0.03, "latency_spread": 0.8,
}  # fmt: skip


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_five_thousand_are_delivered_exactly_through_every_fault_and_limit(
    project: Project, seed: int
) -> None:
    with LimitedServer(seed=seed, **FAULTS, **LIMITS) as server:
        run = write(project, server, count=5_000, seed=seed, cap=nanos_of(CAP))
        stats, bill = server.stats(), billed(server)

    assert (run.status, run.accepted, run.error) == ("successful", 5_000, "")
    assert Example.objects.count() == 5_000
    per_label = [project.examples.filter(intended_label=label) for label in project.labels.all()]
    assert [examples.count() for examples in per_label] == [2_500, 2_500]
    check(run)
    assert stats["answered_well_twice"] == 0
    assert stats["faults"].keys() == FAULTS.keys() - {"no_usage"}  # each has happened
    assert bill <= run.spent <= nanos_of(CAP)


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """A database with an empty project, to be copied."""
    database = Database.made(tmp_path_factory.mktemp("prepared"))
    children = Children(database)
    children.said("manage.py", "migrate", "--verbosity", "0")
    children.said("manage.py", "create_project", "jokes", "--labels", "joke,news", "--json")
    yield database
    database.drop()


@pytest.fixture
def children(prepared: Database, tmp_path: Path) -> Iterator[Children]:
    """Programs over a copy of it."""
    copy = Database.made(tmp_path, template=prepared)
    yield Children(copy)
    copy.drop()


@dataclass(frozen=True)
class Database:
    """One that child processes share, of the kind the suite runs on."""

    home: Path  # also where the children keep their files
    name: str = ""  # on the suite's own PostgreSQL server

    @classmethod
    def made(cls, home: Path, *, template: Database | None = None) -> Database:
        if connection.vendor == "sqlite":
            if template:
                shutil.copy(template.home / "shared.sqlite3", home)
            return cls(home)
        database = cls(home, f"killed_{uuid.uuid4().hex}")
        source = f" TEMPLATE {template.name}" if template else ""
        _administer(f"CREATE DATABASE {database.name}{source}")
        return database

    @property
    def url(self) -> str:
        if not self.name:
            return f"sqlite:///{self.home / 'shared.sqlite3'}"
        return urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{self.name}").geturl()

    def drop(self) -> None:
        if self.name:
            _administer(f"DROP DATABASE {self.name} WITH (FORCE)")


def _administer(command: str) -> None:
    import psycopg

    server = urlsplit(os.environ["DATABASE_URL"])._replace(path="/postgres").geturl()
    with psycopg.connect(server, autocommit=True) as admin:
        admin.execute(command)


class Children:
    """Programs over one database."""

    def __init__(self, database: Database) -> None:
        self._environment = os.environ | {
            "DATABASE_URL": database.url,
            "CONCORD_HOME": str(database.home),
            "PYTHONPATH": str(ROOT),
        }

    def start(self, *arguments: str, stderr: int | None = None) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, *arguments],
            cwd=ROOT,
            env=self._environment,
            stdout=subprocess.PIPE,
            stderr=stderr,
            text=True,
        )

    def said(self, *arguments: str) -> str:
        """What a program prints that ends well."""
        with self.start(*arguments) as process:
            assert process.stdout is not None
            said = process.stdout.read()
        assert process.returncode == 0
        return said

    def counted(self) -> dict[str, Any]:
        """Every run's summary, once its counters have been checked."""
        return dict(json.loads(self.said("tests/generation/interrupted.py", "count")))

    def kill_at(self, n: int, *arguments: str, pause: float) -> None:
        """Start a program, and kill it once it has `n` examples and a moment has passed."""
        with self.start(*arguments) as process:
            assert process.stdout is not None
            for line in process.stdout:
                if int(line) >= n:
                    time.sleep(pause)
                    process.send_signal(signal.SIGKILL)
                    break
        assert process.returncode == -signal.SIGKILL, "it ended before it could be killed"


def asking(server: LimitedServer, count: int, seed: int) -> tuple[str, ...]:
    program = "tests/generation/interrupted.py"
    return (program, "ask", server.base_url, str(count), str(seed), CAP)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_worker_that_is_killed_at_random_moments_delivers_exactly_and_asks_nothing_twice(
    children: Children, seed: int
) -> None:
    dice = random.Random(seed)
    moments = sorted(dice.sample(range(1, 4_500), 3))
    with LimitedServer(seed=seed, **FAULTS, **LIMITS) as server:
        program = asking(server, 5_000, seed)
        for moment in moments:
            children.kill_at(moment, *program, pause=dice.uniform(0, 0.05))
        children.said(*program)
        stats, bill = server.stats(), billed(server)

    found = children.counted()
    (run,) = found["runs"]
    assert (run["status"], run["accepted"], found["examples"]) == ("successful", 5_000, 5_000)
    assert run["calls_lost"] > 0
    assert stats["answered_well_twice"] == 0
    assert bill <= run["spent"] <= nanos_of(CAP)


def test_of_two_processes_with_the_same_wish_the_second_goes_on_and_the_first_stops(
    children: Children,
) -> None:
    with LimitedServer(**LIMITS | {"rpm": 300}) as server:  # slow until the two have met
        program = asking(server, 1_200, 0)
        with children.start(*program, stderr=subprocess.PIPE) as first:
            assert first.stdout is not None
            assert first.stderr is not None
            while int(first.stdout.readline()) < 20:
                pass
            with children.start(*program) as second:
                assert second.stdout is not None
                second.stdout.readline()
                server.configure(rpm=60_000)
                second.communicate()
            complaint = first.stderr.read()
        stats, bill = server.stats(), billed(server)

    found = children.counted()
    (run,) = found["runs"]
    assert (first.returncode, second.returncode) == (1, 0)
    assert "RunTakenOver: Another process has taken up generation run 1" in complaint
    assert (run["status"], run["accepted"], found["examples"]) == ("successful", 1_200, 1_200)
    assert stats["answered_well_twice"] == 0
    assert bill <= run["spent"]


def test_two_wishes_at_the_same_time_share_a_project_without_a_text_in_common(
    children: Children,
) -> None:
    with LimitedServer(**LIMITS | {"duplicate_text": 0.5}) as server:
        with (
            children.start(*asking(server, 600, 1)) as first,
            children.start(*asking(server, 600, 2)) as second,
        ):
            first.communicate()
            second.communicate()
        bill = billed(server)

    found = children.counted()
    assert (first.returncode, second.returncode) == (0, 0)
    assert [run["accepted"] for run in found["runs"]] == [600, 600]
    assert found["examples"] == 1_200
    assert sum(run["rejected"]["duplicate"] for run in found["runs"]) > 50
    assert bill == sum(run["spent"] for run in found["runs"])


def test_the_summary_says_what_each_example_has_cost(project: Project) -> None:
    with LimitedServer() as server:
        run = write(project, server, count=20)

    summary = run_summary(run)

    assert summary["cost_per_accepted"] == run.cost_per_accepted != ""
    assert round(run.spent / 20) < run.spent
