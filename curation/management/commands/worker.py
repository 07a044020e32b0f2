"""`worker`: runs background jobs until it is stopped."""

from __future__ import annotations

import threading
from contextlib import suppress
from typing import Any

from django.core.management import call_command
from django.core.management.base import CommandParser
from django.db import OperationalError, connection

from curation import jobs
from curation.management.base import ConcordCommand
from curation.models import Job
from curation.services.annotating.upkeep import look_after_rounds

REAP_SECONDS = 15.0


class Command(ConcordCommand):
    help = "Run background jobs; jobs of workers that died are taken up again."

    def add_options(self, parser: CommandParser) -> None:
        parser.add_argument("--queue", default="default", help="default, gpu, or * for all")
        parser.add_argument("--batch", action="store_true", help="stop when nothing waits")

    def run(self, **options: Any) -> None:
        stop = threading.Event()
        reaper = threading.Thread(target=_reap_until, args=(stop,), daemon=True)
        jobs.reap()
        reaper.start()
        try:
            call_command(
                "db_worker",
                queue_name=options["queue"],
                interval=0.5,
                batch=options["batch"],
                startup_delay=False,
                verbosity=options["verbosity"],
            )
        finally:
            stop.set()
            reaper.join()


def _reap_until(stop: threading.Event) -> None:
    try:
        while not stop.wait(REAP_SECONDS):
            with suppress(OperationalError):  # a long write held the database: next time
                jobs.reap()
                _look_after_rounds()
    finally:
        connection.close()


def _look_after_rounds() -> None:
    """Free abandoned tasks; renew stopping plans that have fallen behind, one job a round."""
    for target in look_after_rounds():
        params = {"round": target.number}
        same = Job.objects.active().filter(project=target.project, kind="settle", params=params)
        if not same.exists():
            jobs.start("settle", target.project, params)
