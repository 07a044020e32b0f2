"""The loop of a worker: django-tasks-db's, made to stop between steps and to outlive outages."""

from __future__ import annotations

import logging
import os
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from types import FrameType

from django.db import DatabaseError, InterfaceError, OperationalError, close_old_connections
from django.utils.crypto import get_random_string
from django_tasks_db.management.commands.db_worker import Worker

from curation import jobs
from curation.services.operations.outages import outage

LOG = logging.getLogger("concord.worker")
LOOK_SECONDS = 0.5  # between two looks into the queue
JUMP_SECONDS = 5.0  # a clock that is only corrected moves by less
OUTAGE_SECONDS = 3.0  # between two tries to reach a database that is away


def serve_queues(
    queues: str, *, batch: bool, grace: float, quiet: bool, last_words: Callable[[], object]
) -> None:
    """Run jobs until a signal, or with `batch` until nothing waits.

    Args:
        grace: seconds from the signal until a job that has come to no step is put back in line
            and the process ends.
        last_words: what is done before such an end.
    """
    if quiet:
        for name in ("django_tasks", "django_tasks_db"):
            logging.getLogger(name).setLevel(logging.CRITICAL)
    worker = PatientWorker(queues, batch=batch, grace=grace, last_words=last_words)
    worker.configure_signals()
    worker.run()


class Watch:
    """Notices that somebody, or a time server, has set this host's clock."""

    def __init__(self) -> None:
        self._apart = time.time() - time.monotonic()

    def clock_was_moved(self) -> bool:
        """Whether the clock jumped by more than some seconds since this was asked last."""
        apart, before = time.time() - time.monotonic(), self._apart
        self._apart = apart
        return abs(apart - before) > JUMP_SECONDS


class PatientWorker(Worker):
    """Hands its job back when it is asked to stop; waits for a database that is away."""

    def __init__(
        self, queues: str, *, batch: bool, grace: float, last_words: Callable[[], object]
    ) -> None:
        super().__init__(
            queue_names=queues.split(","),
            interval=LOOK_SECONDS,
            batch=batch,
            backend_name="default",
            startup_delay=False,
            max_tasks=None,
            worker_id=get_random_string(32),
            excluded_queue_names=[],
        )
        self._grace = grace
        self._last_words = last_words

    def run(self) -> None:
        while self.running:
            try:
                super().run()
                return
            except (OperationalError, InterfaceError) as error:
                if not outage(error):
                    raise
                LOG.warning("the database is away; trying again")
            with suppress(OperationalError, InterfaceError):
                close_old_connections()
            time.sleep(OUTAGE_SECONDS)

    def shutdown(self, signum: int, frame: FrameType | None) -> None:
        if self.running:
            jobs.stop_taking_steps()
            timer = threading.Timer(self._grace, self._end)
            timer.daemon = True
            timer.start()
        super().shutdown(signum, frame)

    def _end(self) -> None:
        """The job has come to no step in time: give it back and go."""
        with suppress(DatabaseError, InterfaceError):
            jobs.hand_back_running()
            self._last_words()
        os._exit(0)
