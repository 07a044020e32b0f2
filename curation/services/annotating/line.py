"""A person's way along the line of tasks that are due.

Every look-up here names its rows through one index, and nothing is joined: right after a million
rows were written a planner knows nothing of them, and a join may then read them all for one text.
"""

from __future__ import annotations

import time
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import NamedTuple

from django.db import connection
from django.db.models import QuerySet
from django.utils import timezone

from curation.models import Annotation, Lease, Participation, Task
from curation.services.annotating import statements

AGAIN, FIRST = 0, 1  # urgencies: tasks that are asked again go before those that were never asked
# tasks looked at together: a few, and ever more while none is for this person
NEAR, FURTHER, FAR = 4, 16, 512
FARTHEST = 5_000  # tasks of a line looked at for one request; the next one goes on from there
# a task joins the urgent line when its change is stored, perhaps behind one that came later: by
# the time a slow disk takes, and the clocks of several servers differ
STORED_WITHIN = 60_000_000  # µs
BEYOND = 2**62  # no position is
LOOK_AGAIN = timedelta(minutes=1)  # between two searches from the start that may find nothing


class Place(NamedTuple):
    """A task in line."""

    task: int  # its key
    urgency: int
    position: int
    had: bool  # this person has judged its text or holds it
    once: bool  # they held it and let it go


@dataclass(frozen=True, kw_only=True)
class Taken:
    task: int | None  # its key
    once: bool = True  # this person may have held it before
    ended: bool = False  # there is nothing in line for this person, nor was anything passed over


def take_next(mine: Participation) -> Taken:
    """The next due task this person has not judged, in any round; from now on one less due.

    Tasks asked again go first. A search goes on where the person's last one ended: what lies
    before was judged by them, is in their hands or was not due, and what becomes due again goes
    to the end of the urgent line. So each task is looked at about once by each person; only where
    a search ends with nothing is the line gone through from its start, now and then.

    Args:
        mine: locked; where the search ended is noted on it, for the caller to store.
    """
    taken = _search(mine)
    now = timezone.now()
    waits = mine.look_again_at is not None and now < mine.look_again_at <= now + LOOK_AGAIN
    if taken.ended and not waits:  # longer than that only where the clock was set back
        # what they held or had answered in another round when they came past may be theirs by now
        mine.look_again_at = now + LOOK_AGAIN
        mine.again_position = mine.first_position = -1
        taken = _search(mine)
    if taken.task is not None:
        with connection.cursor() as cursor:
            cursor.execute(statements.TAKE, [taken.task])
    return taken


def _search(mine: Participation) -> Taken:
    """The same from where the person's last search ended, and without taking the task."""
    walk = _Walk(mine)
    now = time.time_ns() // 1_000
    found = walk.along(AGAIN)
    mine.again_position = max(mine.again_position, min(walk.passed, now - STORED_WITHIN))
    if found is None:
        found = walk.along(FIRST)
        mine.first_position = max(mine.first_position, walk.passed)
    if found is None:
        return Taken(task=None, ended=walk.whole)
    return Taken(task=found.task, once=found.once)


def in_line(round_key: int, urgency: int, *, after: int) -> QuerySet[Task]:
    """Due tasks behind a position, in order. Ordered also to be counted: so one index serves."""
    due = Task.objects.filter(round=round_key, due__gt=0, urgency=urgency, position__gt=after)
    return due.order_by("position")


def judged(annotator: int, examples: Collection[int]) -> set[int]:
    """Those of `examples` that this annotator has answered as a text like others, in any round,
    or that they hold where several rounds ask for them."""
    tasks = dict(
        Task.objects.filter(example__in=examples, purpose=Task.Purpose.VOTE).values_list(
            "pk", "example"
        )
    )
    answered = Annotation.objects.filter(annotator=annotator, task__in=list(tasks))
    had = set(answered.order_by().values_list("task", flat=True))
    if len(tasks) > len(set(examples)):
        parts = Participation.objects.filter(annotator=annotator).values_list("pk", flat=True)
        held = Lease.objects.filter(participation__in=list(parts), task__in=list(tasks), held=True)
        had |= set(held.order_by().values_list("task", flat=True))
    return {tasks[task] for task in had}


class _Walk:
    """One search; how far it came and whether it saw everything."""

    def __init__(self, mine: Participation) -> None:
        self.whole = True
        self.passed = -1  # all up to this position is not for this person
        self._mine = mine
        self._start = {AGAIN: mine.again_position, FIRST: mine.first_position}
        self._near = self._look(self._start, NEAR)

    def along(self, urgency: int) -> Place | None:
        """The first task in this line that is for them, locked."""
        self.passed = self._start[urgency]
        stayed = False  # somebody has a task locked which may still be for this person
        for places in self._stretches(urgency):
            free = [place for place in places if not place.had]
            found = _lock_first(free)
            if not stayed:
                self.passed = places[-1].position if found is None else found.position
            if free and found != free[0] and not stayed:
                self.passed, stayed, self.whole = free[0].position - 1, True, False
            if found is not None:
                return found
        return None

    def _stretches(self, urgency: int) -> Iterator[list[Place]]:
        looked, size = 0, NEAR
        places = [place for place in self._near if place.urgency == urgency]
        while places:
            yield places
            looked += size
            if len(places) < size:
                return
            if looked >= FARTHEST:
                self.whole = False
                return
            after, size = places[-1].position, min(FAR, size * FURTHER)
            places = self._look({urgency: after}, size)

    def _look(self, after: Mapping[int, int], size: int) -> list[Place]:
        """So many tasks of each line named in `after`, behind the position it says."""
        mine = self._mine
        found = statements.rows(
            statements.STRETCH,
            {
                "annotator": mine.annotator_id,
                "participation": mine.pk,
                "round": mine.round_id,
                "again": after.get(AGAIN, BEYOND),
                "first": after.get(FIRST, BEYOND),
                "size": size,
            },
        )
        return [Place(*row) for row in found]


def _lock_first(places: Sequence[Place]) -> Place | None:
    """The first of these tasks that is still due and not locked by another request."""
    if not places:
        return None
    free = statements.rows_of(statements.FIRST_FREE, [place.task for place in places])
    return next(place for place in places if place.task == free[0][0]) if free else None
