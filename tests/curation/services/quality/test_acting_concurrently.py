"""Somebody is set aside while they and others answer; only PostgreSQL lets both write at once."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import pytest
from django.db import connection, transaction

from curation.errors import AnnotationRefused
from curation.models import Annotation, AnnotationRound, Annotator, Participation, Task
from curation.services.annotating.answering import Given, submit
from curation.services.annotating.joining import join
from curation.services.annotating.taking_back import undo
from curation.services.quality.acting import act
from tests.curation.annotating.room import books, make_room, sit, take, work_through

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer at a time"),
]

PEOPLE = [f"ann-{number}" for number in range(1, 7)]


def work(target: AnnotationRound, name: str) -> None:
    try:
        for _ in range(6):
            person = join(target, name, simulated=True)
            with suppress(AnnotationRefused):
                work_through(person, most=5)
                undo(person)
    finally:
        connection.close()


def judge(target: AnnotationRound, name: str) -> None:
    try:
        person = target.project.annotators.get(name=name)
        for _ in range(4):
            for verb in ("requeue", "restore"):
                act(person, verb, reason="a test", by="mira")
        act(person, "requeue", reason="a test", by="mira")
    finally:
        connection.close()


def test_books_are_right_however_actions_and_answers_cross() -> None:
    target = make_room(texts=60)
    AnnotationRound.objects.update(simulated=True)  # so that nobody is told to slow down
    target.refresh_from_db()
    for name in PEOPLE:
        join(target, name, simulated=True)

    with ThreadPoolExecutor(8) as pool:
        jobs = [pool.submit(work, target, name) for name in PEOPLE]
        jobs += [pool.submit(judge, target, name) for name in PEOPLE[:2]]
        for job in jobs:
            job.result()

    for task in target.tasks.filter(purpose=Task.Purpose.VOTE):
        counted = Annotation.objects.votes().filter(task=task).count()
        assert task.votes == counted, task.pk
        assert task.leased == task.leases.filter(held=True).count()
        assert task.due == max(0, 3 - task.votes - task.leased)


def test_an_answer_that_waited_for_the_exclusion_does_not_count() -> None:
    target = make_room(texts=1)
    person = sit(target, "ann-1")
    served = take(person)

    def answer() -> None:
        try:
            submit(person, served.key, Given(label="joke"))
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            list(Participation.objects.select_for_update())
            Annotator.objects.update(standing="excluded")
            waiting = pool.submit(answer)
            time.sleep(0.5)
        waiting.result()

    assert books(target) == [(0, 0, 3, "open")]
