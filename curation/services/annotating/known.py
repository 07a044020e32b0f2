"""Tasks that measure the annotator: known answers, attention, repeats, qualification."""

from __future__ import annotations

from django.db.models import Exists, OuterRef

from curation.assignment import Checks, due_check
from curation.assignment.order import draw
from curation.models import Annotation, Lease, Participation, Task

BETWEEN = 8  # answers that must lie between a task and its repetition
LOOKED_AT = 200  # tasks a check is drawn from


def qualification_task(mine: Participation) -> Task | None:
    """The next task of the qualification; None when all are answered or in hand."""
    return _unseen(mine, Task.Purpose.QUALIFICATION)


def check_task(mine: Participation, checks: Checks) -> Task | None:
    """The check that is due for this person now, if one is and there is a task for it."""
    kind = due_check(checks, annotator=mine.annotator.name, number=mine.served)
    if kind == "repeat":
        return _repeated(mine)
    return _unseen(mine, kind) if kind else None


def qualification_size(mine: Participation, checks: Checks) -> int:
    """How many known tasks this person answers before the first real one."""
    there = mine.round.tasks.filter(purpose=Task.Purpose.QUALIFICATION).count()
    return min(checks.qualification, there)


def qualification_result(mine: Participation) -> tuple[int, int]:
    """Known tasks answered so far, and right ones among them."""
    answers = Annotation.objects.filter(
        annotator=mine.annotator_id, task__round=mine.round_id,
        task__purpose=Task.Purpose.QUALIFICATION,
    ).values_list("label", "task__example__gold_label")  # fmt: skip
    return len(answers), sum(label == gold for label, gold in answers)


def _unseen(mine: Participation, purpose: str) -> Task | None:
    """A known task this person has not had, drawn for this person."""
    answered = Annotation.objects.filter(annotator=mine.annotator_id, task=OuterRef("pk"))
    in_hand = Lease.objects.filter(participation=mine, task=OuterRef("pk"), held=True)
    unseen = mine.round.tasks.filter(~Exists(answered), ~Exists(in_hand), purpose=purpose)
    keys = list(unseen.order_by("pk").values_list("pk", flat=True)[:LOOKED_AT])
    if purpose == Task.Purpose.QUALIFICATION and not _qualification_open(mine):
        return None
    return _drawn(mine, keys)


def _qualification_open(mine: Participation) -> bool:
    size = qualification_size(mine, Checks.from_json(mine.round.checks))
    held = Lease.objects.filter(
        participation=mine, held=True, task__purpose=Task.Purpose.QUALIFICATION
    ).count()
    return qualification_result(mine)[0] + held < size


def _repeated(mine: Participation) -> Task | None:
    """A task they answered a while ago, to be answered once more."""
    earlier = Annotation.objects.filter(
        annotator=mine.annotator_id,
        task__round=mine.round_id,
        task__purpose=Task.Purpose.VOTE,
        label__isnull=False,
    ).order_by("-answered_at", "-pk")
    had = set(
        Task.objects.filter(
            round=mine.round_id, purpose=Task.Purpose.REPEAT,
            annotations__annotator=mine.annotator_id,
        ).values_list("example", flat=True)
    ) | set(
        Lease.objects.filter(participation=mine, held=True).values_list("task__example", flat=True)
    )  # fmt: skip
    examples = [
        example
        for example in earlier.values_list("task__example", flat=True)[BETWEEN:LOOKED_AT]
        if example not in had
    ]
    if not examples:
        return None
    chosen = min(examples, key=lambda key: draw("repeat", mine.annotator.name, str(key)))
    task, _ = Task.objects.select_related("example").get_or_create(
        round=mine.round, example_id=chosen, purpose=Task.Purpose.REPEAT
    )
    return task


def _drawn(mine: Participation, keys: list[int]) -> Task | None:
    if not keys:
        return None
    chosen = min(keys, key=lambda key: draw("known", mine.annotator.name, str(key)))
    return Task.objects.select_related("example").get(pk=chosen)
