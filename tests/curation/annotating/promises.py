"""What the engine promises of a round, counted anew from the rows."""

from __future__ import annotations

from collections.abc import Mapping

from django.db.models import Count, F, Q

from curation.models import Annotation, AnnotationRound, Lease, Task

VOTE, OPEN = Task.Purpose.VOTE, Task.State.OPEN


def broken_promises(
    target: AnnotationRound, *, acknowledged: Mapping[str, str] | None = None
) -> dict[str, int]:
    """Broken promises, each with how often; nothing else is in it.

    Args:
        acknowledged: lease key → label of answers that were said to be stored, and were not
            taken back.
    """
    tasks = target.tasks.filter(purpose=VOTE)
    told = acknowledged or {}
    stored = stored_answers(target)
    counted = {
        "more votes and leases than the overlap": tasks.filter(
            votes__gt=target.overlap - F("leased") - F("due")
        ).count(),
        "somebody twice on a text": _twice(target),
        "a text in hand that was answered": _in_hand_and_answered(target),
        "books unlike the rows": _wrong_books(target),
        "due unlike the book": _wrong_due(target),
        "acknowledged and not stored": len(told.keys() - stored.keys()),
        "stored with another label": sum(
            stored[key] != label for key, label in told.items() if key in stored
        ),
        "leases of answered texts": Lease.objects.filter(key__in=list(told)).count(),
    }
    return {what: count for what, count in counted.items() if count}


def stored_answers(target: AnnotationRound) -> dict[str, str]:
    """Lease key → label of the round's answers; "" for a skip."""
    rows = Annotation.objects.filter(task__round=target, key__isnull=False)
    return {str(key): label or "" for key, label in rows.values_list("key", "label__name")}


def _twice(target: AnnotationRound) -> int:
    """Pairs of annotator and text that voted more than once in the project."""
    votes = Annotation.objects.of(target.project).filter(task__purpose=VOTE).order_by()
    pairs = votes.values("annotator", "task__example").annotate(n=Count("pk"))
    return pairs.filter(n__gt=1).count()


def _in_hand_and_answered(target: AnnotationRound) -> int:
    held = target.leases.filter(held=True).values_list("task", "participation__annotator")
    pairs = set(held)
    answers = Annotation.objects.filter(task__in={task for task, _ in pairs})
    return len(pairs & set(answers.values_list("task", "annotator")))


def _wrong_books(target: AnnotationRound) -> int:
    """Vote tasks whose votes, skips or leases are not those of the rows."""
    busy = target.tasks.filter(purpose=VOTE).exclude(votes=0, skips=0, leased=0)
    books = {key: tuple(book) for key, *book in busy.values_list("pk", "votes", "skips", "leased")}
    answers = Annotation.objects.counting().filter(task__round=target, task__purpose=VOTE)
    counted = (
        answers.order_by()
        .values_list("task")
        .annotate(votes=Count("label"), skips=Count("pk", filter=Q(label=None)))
    )
    rows = {task: [votes, skips, 0] for task, votes, skips in counted}
    held = target.leases.filter(held=True, task__purpose=VOTE)
    for task, count in held.order_by().values_list("task").annotate(n=Count("pk")):
        rows.setdefault(task, [0, 0, 0])[2] = count
    return len({key: tuple(row) for key, row in rows.items()}.items() ^ books.items())


def _wrong_due(target: AnnotationRound) -> int:
    """Vote tasks that hand out more or fewer than they want."""
    tasks = target.tasks.filter(purpose=VOTE)
    handing_out = tasks.filter(state=OPEN, skips__lt=target.most_skips)
    wrong = handing_out.exclude(due=F("wanted") - F("votes") - F("leased"))
    return wrong.count() + tasks.exclude(state=OPEN).filter(due__gt=0).count()
