"""What every test shares: a data folder of its own, and no network but loopback."""

from __future__ import annotations

import os
import socket
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import DataError, connection, connections
from django.test import Client

SHARED = Path(__file__).resolve().parents[2] / "shared"


DATABASE = {"db", "transactional_db", "live_server"}  # fixtures


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what another database could change: tests that use it, and those that start programs."""
    for item in items:
        uses_it = item.get_closest_marker("django_db") or DATABASE & {
            *getattr(item, "fixturenames", ())
        }
        starts_some = hasattr(getattr(item, "module", None), "subprocess")
        if uses_it or starts_some or item.path.parent.name == "commands":
            item.add_marker("database")


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
    django_db_modify_db_settings_parallel_suffix: None,
) -> None:
    """Where a server runs beside the test, SQLite lies in a file, as users have it.

    In memory all threads share one cache, and a statement that meets another thread's is refused
    at once instead of waiting.
    """
    database = connections.databases["default"]
    beside = request.config.option.markexpr in {"browser", "live"}
    if beside and database["ENGINE"] == "django.db.backends.sqlite3":
        folder = tmp_path_factory.mktemp("database")
        database.setdefault("TEST", {})["NAME"] = str(folder / "test.sqlite3")


@pytest.fixture(autouse=True)
def concord_home(tmp_path: Path, settings: Any) -> Path:
    """Every test writes into a folder of its own."""
    settings.CONCORD_HOME = tmp_path / "concord"
    settings.CONCORD_HOME.mkdir()
    # what one test counted is not held against the next
    memory = "django.core.cache.backends.locmem.LocMemCache"
    settings.CACHES = {
        "default": {"BACKEND": "curation.caches.Cache", "LOCATION": str(tmp_path)},
        "shared": {"BACKEND": memory, "LOCATION": f"{tmp_path} shared"},
    }
    return Path(settings.CONCORD_HOME)


@pytest.fixture
def nul_is_refused(db: None) -> Iterator[None]:
    """The database takes no NUL as an argument, as PostgreSQL does where SQLite finds nothing."""

    def refuse(execute: Any, statement: str, given: Any, many: bool, context: Any) -> Any:
        if any("\0" in str(argument) for argument in given or ()):
            raise DataError("PostgreSQL text fields cannot contain NUL (0x00) bytes")
        return execute(statement, given, many, context)

    with connection.execute_wrapper(refuse):
        yield


@pytest.fixture(autouse=True)
def passwords_are_cheap(settings: Any) -> None:
    """The work that keeps guessers off is not what tests wait for."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(autouse=True)
def logged_in_as_by_the_page(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whom a test logs in has the session that the page would have given."""
    force_login = Client.force_login

    def with_session(self: Client, *args: Any, **kwargs: Any) -> None:
        force_login(self, *args, **kwargs)
        session, now = self.session, int(time.time())
        session.update({"since": now, "seen": now, "zone": ""})
        session.save()

    monkeypatch.setattr(Client, "force_login", with_session)


@pytest.fixture(autouse=True)
def only_loopback(monkeypatch: pytest.MonkeyPatch) -> None:
    """A test that reaches for the network fails at once, with the address it wanted."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: Any) -> None:
        host = address[0] if isinstance(address, tuple) else ""
        if host and host not in {"127.0.0.1", "::1", "localhost"} and not host.startswith("127."):
            raise AssertionError(f"a test tried to reach {address}")
        connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", guarded)


@pytest.fixture
def shared_data() -> Path:
    """Real tasks and real votes, where this machine has them."""
    folder = Path(os.environ.get("CONCORD_SHARED_DATA", SHARED / "data"))
    if not folder.is_dir():
        pytest.skip("the real data sets are not on this machine (CONCORD_SHARED_DATA)")
    return folder


@pytest.fixture
def few_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    """Answers are counted as in a small database, however many keys other tests have used up.

    PostgreSQL gives no key twice, so late in a long run a test's first answer looks like the last
    of many, and pages take the queries that many answers need.
    """
    monkeypatch.setattr("curation.services.answer_counts.FEW", 10**9)
