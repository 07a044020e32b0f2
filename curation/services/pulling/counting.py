"""The tasks' own books after answers came, changed or went: votes, skips, what is still wanted."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
from django.db.models import Count, Q

from curation.agreement import vote_counts
from curation.assignment import Demand, demand
from curation.bulk import chunked, update_rows
from curation.models import Annotation, AnnotationRound, Annotator, Task
from curation.services.annotating.settling import plan_of

BOOK = ["wanted", "votes", "skips", "due", "state"]
TOGETHER = 500  # tasks


@dataclass(frozen=True, kw_only=True)
class _Counted:
    votes: int
    skips: int
    is_open: bool  # an adaptive round's decision is open on these votes


def recount(target: AnnotationRound, tasks: Collection[int]) -> None:
    """Count the answers to these tasks and write their books, in the caller's transaction.

    Only tasks that ask for votes have one: answers to checks measure the annotator.
    """
    for keys in chunked(sorted(tasks), TOGETHER):
        rows = Task.objects.filter(pk__in=keys, purpose=Task.Purpose.VOTE)
        counted = _count(target, keys)
        changed = []
        for task in rows.only(*BOOK):
            before = [getattr(task, name) for name in BOOK]
            _keep_book(target, task, counted[task.pk])
            if before != [getattr(task, name) for name in BOOK]:
                changed.append(task)
        update_rows(Task, BOOK, changed)


def _keep_book(target: AnnotationRound, task: Task, counted: _Counted) -> None:
    def still_open() -> bool:
        return counted.is_open

    book = demand(
        Demand(
            # the front holds no leases of ours, so what is wanted follows from the votes alone
            wanted=max(first_wish(target), counted.votes),
            votes=counted.votes,
            leased=0,
            skips=counted.skips,
        ),
        most=target.overlap,
        most_skips=target.most_skips,
        still_open=None if target.first_overlap is None else still_open,
    )
    task.votes, task.skips = counted.votes, counted.skips
    task.wanted, task.due, task.state = book.wanted, book.due, book.state


def first_wish(target: AnnotationRound) -> int:
    """Votes that every task of the round is asked for."""
    return target.first_overlap or target.overlap


def _count(target: AnnotationRound, keys: list[int]) -> dict[int, _Counted]:
    counts = dict.fromkeys(keys, (0, 0))
    rows = (
        Annotation.objects.filter(task__in=keys)
        .exclude(annotator__standing=Annotator.Standing.EXCLUDED)
        .values_list("task")
        .annotate(votes=Count("label"), skips=Count("pk", filter=Q(label=None)))
        .order_by()
    )
    counts.update({task: (votes, skips) for task, votes, skips in rows})
    is_open = _open(target, keys) if target.first_overlap is not None else set()
    return {
        key: _Counted(votes=votes, skips=skips, is_open=key in is_open)
        for key, (votes, skips) in counts.items()
    }


def _open(target: AnnotationRound, keys: list[int]) -> set[int]:
    """Tasks whose decision an adaptive round's plan leaves open."""
    place = {key: number for number, key in enumerate(keys)}
    rows = Annotation.objects.votes().filter(task__in=keys)
    votes = [(place[task], label) for task, label in rows.values_list("task", "label__position")]
    table = np.array(votes, dtype=np.int64).reshape(-1, 2)
    counts = vote_counts(
        table[:, 0], table[:, 1], n_tasks=len(keys), n_labels=len(target.project.label_names())
    )
    is_open = plan_of(target).verdicts(counts).decision == "open"
    return {key for key, number in place.items() if is_open[number]}
