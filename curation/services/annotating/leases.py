"""Leases: a task in somebody's hands, given to others when they do not come back.

Rows are locked with `no_key` here and wherever people work: others may go on to name them as a
foreign key. SQLite locks whole and takes no notice of how.
"""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from curation.models import AnnotationRound, Lease, Participation, Task
from curation.services.annotating import settling

RENEWED = 0.1  # a lease is renewed when this share of its time is over
RELEASED_TOGETHER = 20  # expired leases looked after by one request


def hold(
    mine: Participation, task: int, *, now: datetime, served_at: datetime | None = None
) -> Lease:
    """Put the task of this key into this person's hands, in the caller's transaction."""
    lease = Lease(
        round_id=mine.round_id,
        task_id=task,
        participation=mine,
        key=uuid.uuid4(),
        served_at=served_at or now,
        expires_at=now + timedelta(seconds=mine.round.lease_seconds),
    )
    # in one statement also where they had it before and let it go
    Lease.objects.bulk_create(
        [lease],
        update_conflicts=True,
        unique_fields=["task", "participation"],
        update_fields=["key", "served_at", "expires_at", "held"],
    )
    return lease


def in_hands(mine: Participation) -> list[Lease]:
    """What the person holds, oldest first, locked. Dealing with it keeps it theirs."""
    leases = Lease.objects.filter(participation=mine.pk, held=True).order_by("served_at", "pk")
    held = list(leases.select_for_update(no_key=True))
    whole = timedelta(seconds=mine.round.lease_seconds)
    until = timezone.now() + whole
    if any(lease.expires_at < until - RENEWED * whole for lease in held):
        leases.filter(pk__in=[lease.pk for lease in held]).update(expires_at=until)
    return held


def release_expired(target: AnnotationRound) -> int:
    """Give tasks whose lease has run out back to the line; how many.

    Each in a transaction of its own, lease before task: so no two requests wait for each other.
    """
    over = Lease.objects.filter(round=target.pk, held=True, expires_at__lt=timezone.now())
    # in the order of the index that serves this; another order would mean to sort or to scan
    keys = list(over.order_by("expires_at").values_list("pk", flat=True)[:RELEASED_TOGETHER])
    return sum(_release(target, key) for key in keys)


@transaction.atomic
def _release(target: AnnotationRound, key: int) -> bool:
    lease = (
        Lease.objects.select_for_update(no_key=True, skip_locked=True)
        .filter(pk=key, held=True, expires_at__lt=timezone.now())
        .first()
    )
    if lease is None:
        return False  # answered, renewed, or in the hands of another request
    give_back(target, lease)
    return True


def release_held(participation: Participation) -> int:
    """Take back all tasks this person holds, whether their time is up or not.

    In the caller's transaction, tasks in the order in which all who lock several lock them.
    """
    held = Lease.objects.filter(participation=participation, held=True).order_by("task")
    for lease in held.select_for_update(no_key=True):
        give_back(participation.round, lease)
    return len(held)


def give_back(target: AnnotationRound, lease: Lease) -> None:
    """End the lease, in the caller's transaction; a late answer can still name it."""
    task = Task.objects.select_for_update(no_key=True).get(pk=lease.task_id)
    Lease.objects.filter(pk=lease.pk).update(held=False)
    if task.purpose == Task.Purpose.VOTE:
        task.leased = max(0, task.leased - 1)
        settling.settle_task(target, task)
