"""Whether a task has votes enough, and whether an adaptive round asks for one more."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
from django.db import transaction
from django.db.models import Count
from django.utils import timezone

from curation.agreement import vote_counts
from curation.assignment import Demand, demand
from curation.bulk import update_rows
from curation.models import Annotation, AnnotationRound, Label, Task

if TYPE_CHECKING:
    from curation.adaptive import StoppingPlan

BOOK = ["wanted", "votes", "leased", "skips", "due", "state", "urgency", "position"]
GROWTH = 1.2  # the plan is fitted anew when votes have grown by this factor
_plans: dict[int, tuple[object, StoppingPlan]] = {}  # round key → when it was fitted, the plan


def settle_task(target: AnnotationRound, task: Task) -> None:
    """Bring the task's book up to date and write it, in the caller's transaction.

    Args:
        task: locked, with `votes`, `leased` and `skips` as they are now.
    """
    adaptive = target.first_overlap is not None

    def still_open() -> bool:
        return plan_of(target).verdict(_counts_of(target, task)).decision == "open"

    book = demand(
        Demand(wanted=task.wanted, votes=task.votes, leased=task.leased, skips=task.skips),
        most=target.overlap,
        most_skips=target.most_skips,
        still_open=still_open if adaptive else None,
    )
    if book.due > task.due:  # a place came back or was added: those further on must see it
        task.urgency, task.position = 0, time.time_ns() // 1_000
    task.wanted, task.due, task.state = book.wanted, book.due, book.state
    update_rows(Task, BOOK, [task])


def plan_of(target: AnnotationRound) -> StoppingPlan:
    """The round's stopping plan; before there are votes to fit one on, a general one."""
    known = _plans.get(target.pk)
    if known is not None and known[0] == target.planned_at:
        return known[1]
    stored = AnnotationRound.objects.filter(pk=target.pk).values_list("plan", flat=True).get()
    if stored is None:
        plan = _fit(target, np.zeros((0, len(target.project.label_names())), dtype=np.int64))
    else:
        plan = _read(stored) or _renewed(target)
    _plans[target.pk] = (target.planned_at, plan)
    return plan


def _read(stored: dict[str, Any]) -> StoppingPlan | None:
    """The stored plan; None if another version stored it, which no answer may suffer from."""
    from curation.adaptive import OverlapRuleError, StoppingPlan

    try:
        return StoppingPlan.from_json(stored)
    except (OverlapRuleError, TypeError, KeyError):
        return None


def _renewed(target: AnnotationRound) -> StoppingPlan:
    """The plan fitted on the votes there are, and stored."""
    counts = round_counts(target)[1]
    plan = _fit(target, counts)
    _store(target, plan, votes=int(counts.sum()))
    return plan


def _store(target: AnnotationRound, plan: StoppingPlan, *, votes: int) -> None:
    AnnotationRound.objects.filter(pk=target.pk).update(
        plan=plan.as_json(), plan_votes=votes, planned_at=timezone.now()
    )
    target.refresh_from_db(fields=["plan_votes", "planned_at"])
    _plans[target.pk] = (target.planned_at, plan)


def settle_round(target: AnnotationRound) -> list[int]:
    """Fit the plan on the votes there are and look at every task anew.

    Meant for a job: it may be killed and repeated at any point.

    Returns:
        Keys of the tasks that want one more vote than they have or are out for.
    """
    if target.first_overlap is None:
        return []
    keys, counts = round_counts(target)
    plan = _fit(target, counts)
    _store(target, plan, votes=target.plan_votes)  # killed before the end, it is made again
    changed = _changed(target, plan, keys, counts)
    for start in range(0, len(changed), 200):
        _settle_together(target, changed[start : start + 200])
    target.plan_votes = int(counts.sum())
    target.save(update_fields=["plan_votes"])
    wanting = target.tasks.filter(purpose=Task.Purpose.VOTE, due__gt=0)
    return list(wanting.order_by("pk").values_list("pk", flat=True))


def needs_plan(target: AnnotationRound) -> bool:
    """Whether enough votes came since the plan was fitted."""
    if target.first_overlap is None or target.state != AnnotationRound.State.OPEN:
        return False
    votes = Annotation.objects.votes().filter(task__round=target).count()
    return bool(votes > max(GROWTH * target.plan_votes, target.plan_votes + 20))


def round_counts(target: AnnotationRound) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Keys (T,) of the round's vote tasks, ascending, and their votes per label (T, K)."""
    keys = np.fromiter(
        target.tasks.filter(purpose=Task.Purpose.VOTE).order_by("pk").values_list("pk", flat=True),
        dtype=np.int64,
    )
    rows = (
        Annotation.objects.votes().filter(task__round=target).values_list("task", "label__position")
    )
    table = np.fromiter(
        (cell for row in rows.iterator(chunk_size=20_000) for cell in row), dtype=np.int64
    ).reshape(-1, 2)
    codes = np.searchsorted(keys, table[:, 0])
    n_labels = len(target.project.label_names())
    return keys, vote_counts(codes, table[:, 1], n_tasks=len(keys), n_labels=n_labels)


def _changed(
    target: AnnotationRound,
    plan: StoppingPlan,
    keys: npt.NDArray[np.int64],
    counts: npt.NDArray[np.int64],
) -> list[int]:
    """Tasks whose stored state is not what the plan says now, leases aside."""
    is_open = plan.verdicts(counts).decision == "open"
    votes = counts.sum(axis=1)
    stored = target.tasks.filter(purpose=Task.Purpose.VOTE).order_by("pk")
    changed = []
    for number, (state, wanted, leased) in enumerate(
        stored.values_list("state", "wanted", "leased").iterator(chunk_size=20_000)
    ):
        if leased or votes[number] < min(wanted, target.first_overlap or 0):
            continue
        settled = state in {Task.State.SETTLED, Task.State.FULL, Task.State.SET_ASIDE}
        reopened = state == Task.State.SETTLED and is_open[number]
        closed = (
            not settled and not is_open[number] and votes[number] >= (target.first_overlap or 0)
        )
        behind = not settled and votes[number] >= wanted
        if reopened or closed or behind:
            changed.append(int(keys[number]))
    return changed


@transaction.atomic
def _settle_together(target: AnnotationRound, keys: list[int]) -> None:
    for task in target.tasks.filter(pk__in=keys).select_for_update().order_by("pk"):
        task.wanted = max(target.first_overlap or 0, task.votes + task.leased)
        settle_task(target, task)


def _fit(target: AnnotationRound, counts: npt.NDArray[np.int64]) -> StoppingPlan:
    from curation.adaptive import OverlapRule, fit_plan

    rule = OverlapRule(
        gamma=target.gamma or target.project.threshold,
        first=target.first_overlap or target.overlap,
        most=target.overlap,
        confidence=target.confidence,
    )
    return fit_plan(counts, rule)


def _counts_of(target: AnnotationRound, task: Task) -> list[int]:
    """Votes per label on one task, labels in order."""
    counts = [0] * Label.objects.filter(project=target.project_id).count()
    rows = (
        Annotation.objects.votes()
        .filter(task=task)
        .values_list("label__position")
        .annotate(n=Count("pk"))
        .order_by()
    )
    for position, n in rows:
        counts[position] = n
    return counts
