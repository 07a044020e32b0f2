"""What can wait is done by one thread, in order, after the requests."""

from __future__ import annotations

import logging
import threading
from functools import partial

import pytest
from django.db import connection

from curation.models import Project
from curation.services import beside
from tests.factories import make_project

pytestmark = pytest.mark.django_db(transaction=True)


def wait() -> None:
    """Until all that was asked for is done."""
    beside._THREAD.submit(lambda: None).result(timeout=30)


def test_work_is_done_by_another_thread_in_order() -> None:
    done: list[tuple[int, bool]] = []

    for number in range(3):
        beside.soon(partial(note, done, number))
    wait()

    assert done == [(0, False), (1, False), (2, False)]


def note(done: list[tuple[int, bool]], number: int) -> None:
    done.append((number, threading.current_thread() is threading.main_thread()))


def test_what_breaks_is_logged_and_the_next_is_done(caplog: pytest.LogCaptureFixture) -> None:
    done: list[str] = []

    def break_off() -> None:
        raise ValueError("the disk is away")

    with caplog.at_level(logging.ERROR, logger="concord.beside"):
        beside.soon(break_off)
        beside.soon(lambda: done.append("next"))
        wait()

    assert done == ["next"]
    assert "the disk is away" in caplog.text


def test_it_reads_the_database_and_closes_its_connection_afterwards() -> None:
    make_project("jokes")
    seen: list[object] = []

    beside.soon(lambda: seen.append(Project.objects.get().slug))
    wait()
    closed = beside._THREAD.submit(lambda: connection.connection is None).result(timeout=30)

    assert seen == ["jokes"]
    assert closed or connection.vendor == "sqlite"  # which in memory is never closed
