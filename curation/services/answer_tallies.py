"""Annotators' answers in numbers, and what was added to them.

Whoever only gave more answers since they were counted has those counted that are new.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Any, NamedTuple

from django.db.models import Count, Max, Q, Sum

from curation.bulk import chunked
from curation.models import Annotation, Task
from curation.services.answer_tails import Tail

NAMED = 100  # annotators named in one query, each with a key


class Tally(NamedTuple):
    """One annotator's answers."""

    answers: int = 0
    asked: int = 0  # those on tasks that ask for votes
    labels: int = 0  # those of them that name a label
    last: int = 0  # key of the newest answer
    timed: int = 0  # answers of which it is known how long they took
    seconds: float = 0.0  # that these took together


Counts = dict[int, Tally]  # by annotator
NONE = Tally()
VOTES = Q(task__purpose=Task.Purpose.VOTE)
NUMBERS = {  # what answers are asked for, in the order of a `Tally`
    "n": Count("pk"),
    "asked": Count("pk", filter=VOTES),
    "of": Count("label", filter=VOTES),
    "last": Max("pk"),
    "timed": Count("seconds"),
    "took": Sum("seconds"),
}


def tally_of(numbers: Sequence[Any]) -> Tally:
    """What was asked for by `NUMBERS`."""
    return Tally._make(numbers)._replace(seconds=seconds_of(numbers[-1]))


def together(one: Tally, other: Tally) -> Tally:
    return Tally(
        answers=one.answers + other.answers,
        asked=one.asked + other.asked,
        labels=one.labels + other.labels,
        last=max(one.last, other.last),
        timed=one.timed + other.timed,
        seconds=seconds_of(one.seconds + other.seconds),
    )


def seconds_of(took: float | None) -> float:
    return round(took or 0.0, 3)


@dataclass(frozen=True, kw_only=True)
class Growth:
    """What a look at the newest answers tells of one annotator, beside the look before."""

    known: Tally
    answers: int  # more than before
    labels: int  # of any task, more than before
    last: int  # key of the newest answer now


def growth_of(counts: Counts, before: Tail, now: Tail, *, but: Set[int]) -> dict[int, Growth]:
    """Those annotators who may only have given more answers since `before`.

    Args:
        counts: as they were with that look.
        but: annotators of whom answers were changed as well.

    Whose tally knows other answers than the look before is left out: they came in between.
    """
    found = {}
    for key, known in counts.items():
        n_before, of_before, last_before = before.seen.get(key, (0, 0, 0))
        n, of, last = now.seen.get(key, (0, 0, 0))
        as_known = known.last == last_before if last_before else known.last <= before.start
        if last > known.last and as_known and key not in but:
            found[key] = Growth(known=known, answers=n - n_before, labels=of - of_before, last=last)
    return found


def grown(growths: Mapping[int, Growth], *, last: int) -> Counts:
    """Their tallies with what is new; those are left out whose older answers are others as well.

    Args:
        last: key of the newest answer that the look went up to.
    """
    found: Counts = {}
    for some in chunked(sorted(growths), NAMED):
        for key, labels, new in _new_answers({key: growths[key].known.last for key in some}, last):
            growth = growths[key]
            if (new.answers, labels, new.last) == (growth.answers, growth.labels, growth.last):
                found[key] = together(growth.known, new)
    return found


def _new_answers(since: Mapping[int, int], last: int) -> list[tuple[int, int, Tally]]:
    """Annotator, labels on any task, and the tally of answers after the key in `since`."""
    each = (Q(annotator=annotator, pk__gt=key) for annotator, key in since.items())
    newer = Annotation.objects.filter(pk__gt=min(since.values()), pk__lte=last)
    rows = (
        newer.filter(reduce(or_, each))
        .order_by()
        .values_list("annotator")
        .annotate(every=Count("label"), **NUMBERS)
    )
    return [(annotator, every, tally_of(numbers)) for annotator, every, *numbers in rows]
