"""`worker`: runs background jobs until it is stopped."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import Any
from uuid import UUID

from django.core.management.base import CommandParser
from django.db import InterfaceError, OperationalError, close_old_connections, connection

from curation import jobs
from curation.management.base import ConcordCommand
from curation.management.polling import poll_rounds
from curation.management.working import Watch, serve_queues
from curation.models import Job
from curation.services.annotating.upkeep import look_after_rounds
from curation.services.operations import workers
from curation.services.quality.rule import projects_due
from curation.services.summaries import look_after

REAP_SECONDS = 15.0
POLL_SECONDS = 2.0  # how soon a hint of Label Studio is heeded
GRACE_SECONDS = 20.0  # for a job to come to its next step when the worker is asked to stop


class Command(ConcordCommand):
    help = "Run background jobs; jobs of workers that died are taken up again."

    def add_options(self, parser: CommandParser) -> None:
        parser.add_argument("--queue", default="default", help="default, gpu, fronts, or * for all")
        parser.add_argument("--batch", action="store_true", help="stop when nothing waits")
        parser.add_argument(
            "--grace",
            type=float,
            default=GRACE_SECONDS,
            metavar="SECONDS",
            help="when asked to stop: how long a job may take to its next step",
        )

    def run(self, **options: Any) -> None:
        stop = threading.Event()
        queues = _queues(options["queue"])
        worker = workers.enter(queues)
        watch = Watch()
        beside = [
            threading.Thread(target=_repeat, args=(stop, work, seconds), daemon=True)
            for work, seconds in (
                (partial(_upkeep, watch), REAP_SECONDS),
                (poll_rounds, POLL_SECONDS),
                (partial(_beat, worker), jobs.HEARTBEAT_SECONDS),
            )
        ]
        jobs.reap()
        for thread in beside:
            thread.start()
        try:
            serve_queues(
                queues,
                batch=options["batch"],
                grace=options["grace"],
                quiet=options["verbosity"] == 0,
                last_words=partial(workers.leave, worker),
            )
        finally:
            stop.set()
            for thread in beside:
                thread.join()
            with suppress(OperationalError, InterfaceError):
                workers.leave(worker)


def _beat(worker: UUID) -> None:
    workers.beat(worker, stopping=jobs.is_stopping())


def _queues(named: str) -> str:
    """The queues a worker serves: exchanges with fronts belong to the default ones."""
    return "default,fronts" if named == "default" else named


def _repeat(stop: threading.Event, work: Callable[[], object], seconds: float) -> None:
    """Do some work every few seconds until the worker stops."""
    try:
        while not stop.wait(seconds):
            # a long write held the database, or it is away: next time
            with suppress(OperationalError, InterfaceError):
                close_old_connections()
                work()
    finally:
        connection.close()


def _upkeep(watch: Watch) -> None:
    if not watch.clock_was_moved():  # then every heartbeat looks wrong until the next one
        jobs.reap()
    _look_after_rounds()
    _look_after_annotators()
    _look_after_summaries()


def _look_after_rounds() -> None:
    """Free abandoned tasks; renew stopping plans that have fallen behind, one job a round."""
    for target in look_after_rounds():
        params = {"round": target.number}
        same = Job.objects.active().filter(project=target.project, kind="settle", params=params)
        if not same.exists():
            jobs.start("settle", target.project, params)


def _look_after_annotators() -> None:
    """Where a project's rule acts on flags, keep the figures they come from up to date."""
    for project in projects_due():
        if not Job.objects.active().filter(project=project, kind="annotators").exists():
            jobs.start("annotators", project)


def _look_after_summaries() -> None:
    """Bring the tables of examples up to the votes that came."""
    for project in look_after():
        jobs.start_unless_busy("summaries", project, {"anew": True})
