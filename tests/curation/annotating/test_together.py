"""A crowd that works a round at the same time, and programs that are killed in the middle."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.utils import timezone

from curation.models import AnnotationRound, Lease, Task
from curation.services.annotating import settling
from curation.services.annotating.answering import Given, submit
from curation.services.annotating.joining import join
from curation.services.annotating.leases import release_expired
from curation.services.annotating.rounds import RoundOptions
from tests.curation.annotating.crew import Crew
from tests.curation.annotating.promises import broken_promises
from tests.curation.annotating.room import books, make_room, take

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer at a time"),
]

THREADS = 8
EACH = 2  # people of a thread
CALM = {"answer": 1}
LIVELY = {"answer": 20, "skip": 2, "undo": 3, "leave": 3}


def open_room(*, texts: int, options: RoundOptions | None = None) -> AnnotationRound:
    """A round nobody is told to slow down in."""
    settling._plans.clear()
    target = make_room(texts=texts, options=options)
    AnnotationRound.objects.update(simulated=True)
    target.refresh_from_db()
    return target


def work_together(target: AnnotationRound, moods: dict[str, int]) -> None:
    """Threads with people of their own work the round to its end; what one raises is raised."""
    failed = threading.Event()

    def work(number: int) -> None:
        names = [f"ann-{number}-{person}" for person in range(EACH)]
        try:
            Crew(target, names, seed=number, moods=moods, stopped=failed.is_set).work()
        except BaseException:
            failed.set()  # others would wait for what this one holds
            raise
        finally:
            connection.close()

    with ThreadPoolExecutor(THREADS) as pool:
        for job in [pool.submit(work, number) for number in range(THREADS)]:
            job.result()


def states(target: AnnotationRound) -> set[str]:
    return set(target.tasks.values_list("state", flat=True))


def test_many_at_once_give_every_text_its_overlap_and_no_more() -> None:
    target = open_room(texts=24)

    work_together(target, CALM)

    assert broken_promises(target) == {}
    assert {*target.tasks.values_list("votes", "leased", "due", "state")} == {(3, 0, 0, "full")}


def test_many_at_once_settle_an_adaptive_round() -> None:
    target = open_room(texts=24, options=RoundOptions(overlap=5, first=2, gamma=0.6))

    work_together(target, CALM)

    assert broken_promises(target) == {}
    assert states(target) <= {Task.State.FULL, Task.State.SETTLED}


@pytest.mark.parametrize("first", [None, 2])
def test_books_stay_right_while_people_skip_take_back_and_go_away(first: int | None) -> None:
    target = open_room(texts=24, options=RoundOptions(overlap=4, first=first, gamma=0.6))

    work_together(target, LIVELY)

    assert broken_promises(target) == {}
    assert not target.leases.filter(held=True).exists()
    assert Task.State.OPEN not in states(target)


def test_an_answer_that_waited_while_its_lease_was_given_back_counts_once() -> None:
    target = open_room(texts=1, options=RoundOptions(overlap=2))
    person = join(target, "ann", simulated=True)
    served = take(person)
    Lease.objects.update(expires_at=timezone.now() - timedelta(seconds=1))

    def answer() -> None:
        try:
            submit(person, served.key, Given(label="joke"))
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            assert release_expired(target) == 1
            waiting = pool.submit(answer)
            time.sleep(0.5)
        waiting.result()

    assert broken_promises(target) == {}
    assert books(target) == [(1, 0, 1, "open")]


def test_programs_killed_in_the_middle_lose_nothing_and_double_nothing() -> None:
    target = open_room(texts=60)
    dice, told = random.Random(1), []

    for seed in range(3):
        told += answers_until_killed(target, seed=seed, after=0.1 + 0.4 * dice.random())

    assert broken_promises(target, acknowledged=dict(told)) == {}
    Lease.objects.filter(held=True).update(expires_at=timezone.now() - timedelta(seconds=1))
    work_together(target, CALM)
    assert broken_promises(target, acknowledged=dict(told)) == {}
    assert {*target.tasks.values_list("votes", "leased", "due", "state")} == {(3, 0, 0, "full")}


def answers_until_killed(
    target: AnnotationRound, *, seed: int, after: float
) -> list[tuple[str, str]]:
    """Key and label of what a program stored that was killed `after` seconds of work."""
    given = connection.settings_dict
    url = f"postgres://{given['USER']}@{given['HOST']}:{given['PORT']}/{given['NAME']}"
    worker = subprocess.Popen(
        [sys.executable, "-m", "tests.curation.annotating.crew", str(target.key), str(seed)],
        env={**os.environ, "DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "curation.settings"},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert worker.stdout is not None
    first = worker.stdout.readline()
    time.sleep(after)
    worker.send_signal(signal.SIGKILL)
    rest = worker.stdout.read().splitlines(keepends=True)
    worker.stdout.close()
    worker.wait()
    whole = [line.split() for line in [first, *rest] if line.endswith("\n")]
    return [(key, label) for key, label in whole]
