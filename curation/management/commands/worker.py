"""`worker`: runs background jobs until it is stopped."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from django.core.management import call_command
from django.core.management.base import CommandParser
from django.db import OperationalError, connection

from curation import jobs
from curation.management.base import ConcordCommand
from curation.management.polling import poll_rounds
from curation.models import Job
from curation.services.annotating.upkeep import look_after_rounds
from curation.services.quality.rule import projects_due

REAP_SECONDS = 15.0
POLL_SECONDS = 2.0  # how soon a hint of Label Studio is heeded


class Command(ConcordCommand):
    help = "Run background jobs; jobs of workers that died are taken up again."

    def add_options(self, parser: CommandParser) -> None:
        parser.add_argument("--queue", default="default", help="default, gpu, fronts, or * for all")
        parser.add_argument("--batch", action="store_true", help="stop when nothing waits")

    def run(self, **options: Any) -> None:
        stop = threading.Event()
        beside = [
            threading.Thread(target=_repeat, args=(stop, work, seconds), daemon=True)
            for work, seconds in ((_upkeep, REAP_SECONDS), (poll_rounds, POLL_SECONDS))
        ]
        jobs.reap()
        for thread in beside:
            thread.start()
        try:
            call_command(
                "db_worker",
                queue_name=_queues(options["queue"]),
                interval=0.5,
                batch=options["batch"],
                startup_delay=False,
                verbosity=options["verbosity"],
            )
        finally:
            stop.set()
            for thread in beside:
                thread.join()


def _queues(named: str) -> str:
    """The queues a worker serves: exchanges with fronts belong to the default ones."""
    return "default,fronts" if named == "default" else named


def _repeat(stop: threading.Event, work: Callable[[], object], seconds: float) -> None:
    """Do some work every few seconds until the worker stops."""
    try:
        while not stop.wait(seconds):
            with suppress(OperationalError):  # a long write held the database: next time
                work()
    finally:
        connection.close()


def _upkeep() -> None:
    jobs.reap()
    _look_after_rounds()
    _look_after_annotators()


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
