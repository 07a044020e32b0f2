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
from curation.management.upkeep import upkeep
from curation.management.working import Watch, serve_queues
from curation.services.operations import workers
from curation.services.operations.carrying_on import carrying_on

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
            threading.Thread(target=_repeat, args=(stop, *each), daemon=True)
            for each in (
                ("upkeep", partial(upkeep, watch), REAP_SECONDS),
                ("asking Label Studio", poll_rounds, POLL_SECONDS),
                ("the worker's heartbeat", partial(_beat, worker), jobs.HEARTBEAT_SECONDS),
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


def _repeat(stop: threading.Event, what: str, work: Callable[[], object], seconds: float) -> None:
    """Do some work every few seconds until the worker stops, whatever becomes of it."""
    try:
        while not stop.wait(seconds):
            # a long write held the database, or it is away: next time
            with suppress(OperationalError, InterfaceError), carrying_on(what):
                close_old_connections()
                work()
    finally:
        connection.close()
