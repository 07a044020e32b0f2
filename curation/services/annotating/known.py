"""Tasks that measure the annotator: known answers, attention, repeats, qualification.

Found without a join, for the reason that `line` gives.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from django.db.models import F

from curation.assignment import Checks, due_check
from curation.assignment.order import draw
from curation.models import Annotation, AnnotationRound, Example, Lease, Participation, Task

BETWEEN = 8  # answers that must lie between a task and its repetition
LOOKED_AT = 200  # tasks a check is drawn from


def qualification_task(mine: Participation) -> int | None:
    """Key of the qualification's next task; None when all are answered or in hand."""
    return _unseen(mine, Task.Purpose.QUALIFICATION)


def check_task(mine: Participation, checks: Checks) -> int | None:
    """Key of the check that is due for this person now, if one is and there is a task for it."""
    kind = due_check(checks, annotator=mine.annotator.name, number=mine.served)
    if kind == "repeat":
        return _repeated(mine)
    return _unseen(mine, kind) if kind else None


def qualification_size(target: AnnotationRound, checks: Checks) -> int:
    """How many known tasks of the round everybody answers before the first real one."""
    if not checks.qualification:
        return 0
    tasks = _known_in(target.project_id, target.pk, Task.Purpose.QUALIFICATION)
    return min(checks.qualification, len(tasks))


def qualification_progress(mine: Participation, checks: Checks) -> tuple[int, int]:
    """How many of the qualification's tasks this person has answered, and of how many."""
    tasks = _known(mine, Task.Purpose.QUALIFICATION)
    return len(_answers(mine, tasks)), min(checks.qualification, len(tasks))


def qualification_result(mine: Participation) -> tuple[int, int]:
    """Known tasks answered so far, and right ones among them."""
    answers = _answers(mine, _known(mine, Task.Purpose.QUALIFICATION))
    gold = Task.objects.filter(pk__in=list(answers)).values_list("pk", "example__gold_label")
    return len(answers), sum(answers[task] == label for task, label in gold)


def _known(mine: Participation, purpose: str) -> list[int]:
    """Keys of the tasks with known answers in this person's round."""
    return _known_in(mine.annotator.project_id, mine.round_id, purpose)


def _known_in(project: int, round_key: int, purpose: str) -> list[int]:
    """Keys of the round's tasks with known answers, found by their texts: they are few."""
    texts = Example.objects.filter(project=project, split=Example.Split.CHECK)
    tasks = Task.objects.filter(
        round=round_key,
        purpose=purpose,
        example__in=list(texts.order_by().values_list("pk", flat=True)),
    )
    return sorted(tasks.order_by().values_list("pk", flat=True))


def _answers(mine: Participation, tasks: Collection[int]) -> dict[int, int | None]:
    """This person's answers to these tasks: task → label, None for a skip."""
    answers = Annotation.objects.filter(annotator=mine.annotator_id, task__in=tasks)
    return dict(answers.order_by().values_list("task", "label"))


def _held(mine: Participation) -> set[int]:
    held = Lease.objects.filter(participation=mine, held=True)
    return set(held.values_list("task", flat=True))


def _unseen(mine: Participation, purpose: str) -> int | None:
    """A known task this person has not had, drawn for this person."""
    keys = _known(mine, purpose)
    had = _answers(mine, keys).keys() | _held(mine)
    if purpose == Task.Purpose.QUALIFICATION and not _qualification_open(mine, keys, had):
        return None
    left = [key for key in keys if key not in had]
    if purpose == Task.Purpose.GOLD:
        left = _without_qualification(mine, left) or left  # rather twice than not measured
    return _drawn(mine, left[:LOOKED_AT])


def _without_qualification(mine: Participation, keys: Sequence[int]) -> list[int]:
    """Those of these tasks whose texts this person has not met in the qualification."""
    answered = _answers(mine, _known(mine, Task.Purpose.QUALIFICATION))
    met = Task.objects.filter(pk__in=list(answered)).values_list("example", flat=True)
    tasks = Task.objects.filter(pk__in=keys).exclude(example__in=list(met))
    return sorted(tasks.values_list("pk", flat=True))


def _qualification_open(mine: Participation, keys: Sequence[int], had: Collection[int]) -> bool:
    size = min(Checks.from_json(mine.round.checks).qualification, len(keys))
    return sum(key in had for key in keys) < size


def _repeated(mine: Participation) -> int | None:
    """A task they answered a while ago, to be answered once more."""
    earlier = Annotation.objects.filter(annotator=mine.annotator_id, label__isnull=False)
    newest = earlier.order_by(F("answered_at").desc(nulls_last=True), "-pk")
    tasks = list(newest.values_list("task", flat=True)[:LOOKED_AT])
    votes = Task.objects.filter(pk__in=tasks, round=mine.round_id, purpose=Task.Purpose.VOTE)
    examples = dict(votes.values_list("pk", "example"))
    old = [examples[task] for task in tasks if task in examples][BETWEEN:]
    again = dict(
        Task.objects.filter(
            round=mine.round_id, purpose=Task.Purpose.REPEAT, example__in=old
        ).values_list("pk", "example")
    )
    held = Task.objects.filter(pk__in=_held(mine)).values_list("example", flat=True)
    had = {again[task] for task in _answers(mine, again)} | set(held)
    fresh = [example for example in old if example not in had]
    if not fresh:
        return None
    chosen = min(fresh, key=lambda key: draw("repeat", mine.annotator.name, str(key)))
    task, _ = Task.objects.get_or_create(
        round=mine.round, example_id=chosen, purpose=Task.Purpose.REPEAT
    )
    return task.pk


def _drawn(mine: Participation, keys: Sequence[int]) -> int | None:
    return min(keys, key=lambda key: draw("known", mine.annotator.name, str(key)), default=None)
