"""Leases: a task in somebody's hands, given to others when they do not come back.

Rows are locked with `no_key` here and wherever people work: others may go on to name them as a
foreign key. SQLite locks whole and takes no notice of how.
"""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta

from django.db import connection
from django.utils import timezone

from curation.bulk import insert_row, update_rows
from curation.models import AnnotationRound, Lease, Participation, Task
from curation.services.annotating import settling
from curation.services.annotating.statements import IN_HANDS, OVER, locking, rows

RENEWED = 0.1  # a lease is renewed when this share of its time is over
RELEASED_TOGETHER = 20  # expired leases looked after by one request


def hold(
    mine: Participation,
    task: int,
    *,
    now: datetime,
    served_at: datetime | None = None,
    once: bool = True,
) -> Lease:
    """Put the task of this key into this person's hands, in the caller's transaction.

    Args:
        once: they may have held it before; where that is known not to be, nothing is looked up.
    """
    until = now + timedelta(seconds=mine.round.lease_seconds)
    had = Lease.objects.filter(task=task, participation=mine.pk).first() if once else None
    # an answer that was given meanwhile without a connection still names the old key
    lease = had or Lease(task_id=task, participation=mine, key=uuid.uuid4())
    lease.served_at, lease.expires_at, lease.held = served_at or now, until, True
    if had is not None:
        update_rows(Lease, ["served_at", "expires_at", "held"], [had])
        return had
    insert_row(
        Lease,
        round=mine.round_id,
        task=task,
        participation=mine.pk,
        key=lease.key,
        served_at=lease.served_at,
        expires_at=until,
        held=True,
    )
    return lease


def in_hands(mine: Participation) -> list[Lease]:
    """What the person holds, oldest first, locked. Dealing with it keeps it theirs."""
    whole = timedelta(seconds=mine.round.lease_seconds)
    until = timezone.now() + whole
    early = connection.ops.adapt_datetimefield_value(until - RENEWED * whole)
    found = rows(IN_HANDS.format(locking=locking()), [early, mine.pk])
    if any(to_renew for *_, to_renew in found):
        Lease.objects.filter(pk__in=[key for key, *_ in found]).update(expires_at=until)
    return [
        Lease(pk=pk, task_id=task, participation=mine, key=uuid.UUID(str(key)), held=True)
        for pk, task, key, _ in found
    ]


def release_expired(target: AnnotationRound) -> int:
    """Give tasks whose lease has run out back to the line, some at a time; how many.

    In the caller's transaction. What others have locked is passed over: nobody waits here, and so
    nobody waits for one who waits.
    """
    now = timezone.now()
    if not rows(OVER, [target.pk, connection.ops.adapt_datetimefield_value(now)]):
        return 0
    over = Lease.objects.filter(round=target.pk, held=True, expires_at__lt=now)
    free = over.order_by("expires_at").select_for_update(no_key=True, skip_locked=True)
    leases = {lease.task_id: lease for lease in free[:RELEASED_TOGETHER]}
    tasks = Task.objects.filter(pk__in=list(leases)).order_by("pk")
    given_back = list(tasks.select_for_update(no_key=True, skip_locked=True))
    for task in given_back:
        _end(target, leases[task.pk], task)
    return len(given_back)


def release_held(participation: Participation) -> int:
    """Take back all tasks this person holds, whether their time is up or not.

    In the caller's transaction, tasks in the order in which all who lock several lock them.
    """
    held = Lease.objects.filter(participation=participation, held=True).order_by("task")
    for lease in held.select_for_update(no_key=True):
        task = Task.objects.select_for_update(no_key=True).get(pk=lease.task_id)
        _end(participation.round, lease, task)
    return len(held)


def _end(target: AnnotationRound, lease: Lease, task: Task) -> None:
    """End the lease on this task, which is locked; a late answer can still name it."""
    Lease.objects.filter(pk=lease.pk).update(held=False)
    if task.purpose == Task.Purpose.VOTE:
        task.leased = max(0, task.leased - 1)
        settling.settle_task(target, task)
