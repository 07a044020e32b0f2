"""What only the database knows about the health of an installation."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db import connection
from django.db.models import Count, Max, Min
from django.utils import timezone

from curation.errors import CurationError, NothingToDo
from curation.health.findings import Finding, good, note, problem
from curation.health.moments import clocks, last_backup
from curation.health.serving import several_workers
from curation.models import AnnotationRound, Job, WorkerProcess
from curation.services import backups, fronts
from curation.services.operations.readiness import database_trouble

LONG = timedelta(minutes=10)  # for a job to wait
OLDEST_SQLITE, OLDEST_POSTGRESQL = (3, 35), 140_000


def database() -> Finding:
    """Reachable, and with the tables of this version."""
    if trouble := database_trouble():
        return problem("database", trouble, "See DATABASE_URL, and run manage.py migrate.")
    return good("database", f"The {connection.vendor} database answers and is up to date.")


def engine() -> Finding:
    """New enough; SQLite in the mode in which reading and writing go side by side."""
    if connection.vendor == "postgresql":
        return _postgresql()
    if sqlite3.sqlite_version_info < OLDEST_SQLITE:
        return problem(
            "database version", f"SQLite is {sqlite3.sqlite_version}.", "Use 3.35 or later."
        )
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA journal_mode")
        mode = str(cursor.fetchone()[0])
    if mode != "wal":
        return note(
            "database version",
            f"SQLite works in mode {mode!r} instead of WAL, so readers and writers wait for each "
            "other; network folders do this.",
            "Move CONCORD_HOME to a disk of this machine, or use PostgreSQL.",
        )
    return good("database version", f"SQLite {sqlite3.sqlite_version} in WAL mode.")


def clock() -> Finding:
    here = timezone.now()
    database_says = here
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT clock_timestamp()")
            database_says = cursor.fetchone()[0]
    beats = WorkerProcess.objects.aggregate(at=Max("heartbeat_at"))["at"]
    jobs = Job.objects.aggregate(at=Max("created_at"))["at"]
    newest = max((at for at in (beats, jobs) if at is not None), default=None)
    return clocks(here=here, database=database_says, newest=newest)


def workers() -> Finding:
    alive = list(WorkerProcess.objects.alive())
    dead = WorkerProcess.objects.count() - len(alive)
    gone = f" {dead} more were killed in the last day." if dead else ""
    if not alive:
        return note(
            "workers",
            f"No worker is alive.{gone}",
            "Start one: manage.py worker, or make serve for everything.",
        )
    named = ", ".join(f"{worker} ({worker.queues})" for worker in alive)
    return good("workers", f"Alive: {named}.{gone}")


def workers_fit_database() -> Finding:
    alive = list(WorkerProcess.objects.alive())
    hosts = len({worker.host for worker in alive})
    return several_workers(vendor=connection.vendor, workers=len(alive), hosts=hosts)


def stuck_jobs() -> Finding:
    """Jobs that nobody will take, and jobs whose worker is gone."""
    silent = Job.objects.silent().count()
    if silent:
        return problem(
            "jobs",
            f"{silent} running jobs have not been heard of for half a minute.",
            "Start a worker; it takes them up again.",
        )
    waiting = Job.objects.filter(state=Job.State.READY, created_at__lt=timezone.now() - LONG)
    queues = waiting.order_by().values_list("queue").annotate(n=Count("pk"), at=Min("created_at"))
    for queue, n_jobs, since in queues.order_by("queue"):
        if not _is_served(queue):
            minutes = int((timezone.now() - since).total_seconds() // 60)
            return problem(
                "jobs",
                f"{n_jobs} jobs wait in queue {queue!r}, the oldest for {minutes} minutes, and no "
                "worker serves it.",
                f"Start one: manage.py worker --queue {queue}.",
            )
    return good("jobs", "No job is stuck.")


def label_studio() -> Finding:
    """Whether the server that rounds are sent to answers; none has to be there."""
    try:
        front = fronts.configured_front()
    except NothingToDo:
        return good("Label Studio", "None is set up; annotators use the built-in page.")
    except CurationError as error:
        return problem("Label Studio", str(error), "See docs/configuration.md.")
    try:
        front.front.check()
    except CurationError as error:
        used = AnnotationRound.objects.filter(
            front=AnnotationRound.Front.LABEL_STUDIO, state=AnnotationRound.State.OPEN
        ).exists()
        found = problem if used else note
        return found(
            "Label Studio",
            str(error),
            "Start it (manage.py labelstudio start) or mend its address and token "
            "(manage.py labelstudio connect).",
        )
    finally:
        front.front.close()
    return good("Label Studio", f"{front.url} answers.")


def backup() -> Finding:
    made = backups.last_backup(Path(settings.CONCORD_HOME))
    at = datetime.fromisoformat(made.made_at) if made else None
    return last_backup(at, now=timezone.now())


# asked only when the database answers
IN_DATABASE: dict[str, Callable[[], Finding]] = {
    "database version": engine,
    "clock": clock,
    "workers": workers,
    "workers and database": workers_fit_database,
    "jobs": stuck_jobs,
    "Label Studio": label_studio,
    "backup": backup,
}


def _postgresql() -> Finding:
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version_num")
        number = int(cursor.fetchone()[0])
    if number < OLDEST_POSTGRESQL:
        return problem(
            "database version", f"PostgreSQL is {number // 10_000}.", "Upgrade it to 14 or later."
        )
    return good("database version", f"PostgreSQL {number // 10_000}.")


def _is_served(queue: str) -> bool:
    served = {name for worker in WorkerProcess.objects.alive() for name in worker.queues.split(",")}
    return bool({queue, "*"} & served)
