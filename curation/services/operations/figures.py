"""What the database can tell Prometheus."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.models import Count, Min, QuerySet
from django.utils import timezone
from django.utils.module_loading import import_string

from curation.metering.figures import Figure
from curation.models import Annotation, Job, WorkerProcess

KEPT_SECONDS = 15.0  # Prometheus and its spare ask at the same moment; counting takes a while
LARGE = 1_000_000  # rows; PostgreSQL's own estimate is good enough above, and takes no time

_kept: tuple[float, list[Figure]] | None = None


def installation_figures() -> list[Figure]:
    """Jobs, queues, workers, votes, the database, and what the spokes tell; up to 15 s old."""
    global _kept  # noqa: PLW0603 - one answer for all threads of a process; a race costs a count
    now = time.monotonic()
    if _kept is None or now - _kept[0] > KEPT_SECONDS:
        _kept = now, [*_own(), *_of_spokes()]
    return _kept[1]


def forget_figures() -> None:
    """Count anew at the next question."""
    global _kept  # noqa: PLW0603
    _kept = None


def _own() -> Iterator[Figure]:
    yield from _jobs()
    yield from _queues()
    yield from _workers()
    votes = count_of(Annotation.objects.all())
    yield Figure(name="concord_annotations", meaning="Answers of annotators.", value=votes)
    yield Figure(
        name="concord_database_bytes", meaning="Size of the database.", value=database_bytes()
    )


def _of_spokes() -> Iterator[Figure]:
    for path in settings.CONCORD_FIGURES:
        tell: Callable[[], list[Figure]] = import_string(path)
        yield from tell()


def _jobs() -> Iterator[Figure]:
    counted = Job.objects.order_by().values("kind", "state").annotate(n=Count("pk"))
    for row in counted.order_by("kind", "state"):
        labels = {"kind": row["kind"], "state": row["state"]}
        yield Figure(name="concord_jobs", meaning="Jobs.", labels=labels, value=row["n"])


def _queues() -> Iterator[Figure]:
    """Every queue, those where nothing waits as well: an absent row raises no alarm."""
    waiting = Job.objects.filter(state=Job.State.READY).order_by().values("queue")
    oldest = dict(waiting.annotate(since=Min("created_at")).values_list("queue", "since"))
    for queue in settings.TASKS["default"]["QUEUES"]:
        since = oldest.get(queue)
        yield Figure(
            name="concord_queue_age_seconds",
            meaning="How long the oldest waiting job has waited.",
            labels={"queue": queue},
            value=(timezone.now() - since).total_seconds() if since else 0.0,
        )


def _workers() -> Iterator[Figure]:
    alive = list(WorkerProcess.objects.alive())
    yield Figure(
        name="concord_workers_alive",
        meaning="Workers heard of in the last 30 seconds.",
        value=len(alive),
    )
    for worker in alive:
        yield Figure(
            name="concord_worker_heartbeat_age_seconds",
            meaning="Time since a worker was heard of.",
            labels={"worker": str(worker), "queues": worker.queues},
            value=(timezone.now() - worker.heartbeat_at).total_seconds(),
        )


def count_of(rows: QuerySet[Any]) -> int:
    """How many rows a whole table has; above a million PostgreSQL's estimate."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            table = rows.model._meta.db_table
            cursor.execute("SELECT reltuples FROM pg_class WHERE oid = %s::regclass", [table])
            if (estimate := cursor.fetchone()[0]) >= LARGE:
                return int(estimate)
    return rows.order_by().count()


def database_bytes() -> int:
    """Size of the database: files of SQLite with its log, else what the server says."""
    if connection.vendor == "sqlite":
        name = str(connection.settings_dict["NAME"])
        files = [Path(name + ending) for ending in ("", "-wal", "-shm")]
        return sum(file.stat().st_size for file in files if file.is_file())
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_database_size(current_database())")
        return int(cursor.fetchone()[0])
