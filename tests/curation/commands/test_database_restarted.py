"""The database goes away under pages and a job, and comes back; nobody lends a hand."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.curation.commands.counting import SILENT, START, TEXTS, Installation
from tests.curation.commands.ports import answer, free_port
from tests.curation.commands.postgres_server import PostgresServer

pytestmark = pytest.mark.skipif(
    not os.environ.get("DATABASE_URL", "").startswith("postgres"),
    reason="needs PostgreSQL (make test-postgres)",
)


@pytest.fixture(scope="module")
def server() -> Iterator[PostgresServer]:
    with PostgresServer() as server:
        yield server


@pytest.fixture
def installation(server: PostgresServer, tmp_path: Path) -> Iterator[Installation]:
    with server.database() as url, Installation(home=tmp_path / "home", database=url) as made:
        yield made


def test_pages_say_so_and_everything_goes_on_when_it_is_back(
    server: PostgresServer, installation: Installation
) -> None:
    port = free_port()
    installation.pages(port)
    worker = installation.worker()
    answer(port, "/readyz")
    answer(port, "/login/")
    installation.shell(START)
    installation.wait_until(lambda seen: seen.texts > 3)

    server.stop()
    not_ready = answer(port, "/readyz", wanted=503)
    page = answer(port, "/annotate/", wanted=503, cookie="concord_session=" + "a" * 32)
    alive = answer(port, "/healthz")
    server.start()
    halfway = installation.seen()
    answer(port, "/readyz")
    ended = installation.wait_until(lambda seen: seen.ended)

    assert not_ready.startswith("The database does not answer")
    assert alive == "alive\n"
    assert "The database cannot be reached at this moment." in page
    assert worker.poll() is None
    assert 3 < halfway.texts < TEXTS
    assert (ended.state, ended.attempts, ended.texts) == ("successful", 1, TEXTS)


def test_a_killed_workers_job_is_taken_up_by_another(installation: Installation) -> None:
    killed = installation.worker()
    installation.shell(START)
    installation.wait_until(lambda seen: seen.texts > 3)

    killed.kill()
    killed.wait()
    halfway = installation.seen()
    installation.shell(SILENT)
    installation.worker()
    ended = installation.wait_until(lambda seen: seen.ended)

    assert halfway.state == "running"  # nobody has noticed yet
    assert 3 < halfway.texts < TEXTS
    assert (ended.state, ended.attempts, ended.texts) == ("successful", 2, TEXTS)
