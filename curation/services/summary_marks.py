"""What shows that something new was said of a project's examples: newest keys of several tables.

A `SummaryState` holds the marks its summaries go by.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db import models
from django.db.models import Count, Max, QuerySet, Subquery

from curation.models import (
    Annotation,
    AnnotationChange,
    AnnotationRound,
    Annotator,
    AnnotatorAction,
    Prediction,
    Project,
)

TAIL = 20_000  # newest keys that are looked at again: more than become visible late

Marks = dict[str, Any]
SAID: dict[str, models.Manager[Any]] = {
    "answers": Annotation.objects,
    "changes": AnnotationChange.objects,
    "predictions": Prediction.objects,
}


def marks_of(project: Project) -> Marks:
    """Signs of what has been said so far: newest keys, imports, and whose votes count."""
    rounds = project.rounds.filter(front=AnnotationRound.Front.VOTES).order_by("pk")
    standing = AnnotatorAction.objects.filter(
        annotator__project=project,
        kind__in=[AnnotatorAction.Kind.REQUEUED, AnnotatorAction.Kind.RESTORED],
    )
    excluded = project.annotators.filter(standing=Annotator.Standing.EXCLUDED).order_by()
    # one question for all, since every page of the table asks
    found = Project.objects.filter(pk=project.pk).values_list(
        *(_newest_key(rows.all()) for rows in SAID.values()),
        _newest_key(standing),
        Subquery(excluded.values("project").annotate(n=Count("pk")).values("n")),
    )
    *newest, moved, out = (number or 0 for number in found.get())
    return {
        **dict(zip(SAID, newest, strict=True)),
        "standing": [moved, out],
        "imports": [[key, str(at)] for key, at in rounds.values_list("pk", "pulled_at")],
    }


def _newest_key(rows: QuerySet[Any]) -> Subquery:
    return Subquery(rows.order_by("-pk").values("pk")[:1])


def newest(rows: models.Manager[Any] | QuerySet[Any]) -> int:
    """The newest key; 0 where there is none."""
    return rows.aggregate(last=Max("pk"))["last"] or 0


def must_begin_anew(known: Marks, now: Marks) -> bool:
    """Whether so much came, went or stopped counting that nothing can be gone on from."""
    # a newest answer is taken back now and then; where many have gone, all came from elsewhere
    if any(known.get(name, 0) - TAIL > now[name] for name in SAID):
        return True
    return any(known.get(name) != now[name] for name in ("standing", "imports"))


def said_later(project: Project, marks: Marks, newest: Marks) -> Iterator[QuerySet[Any, int]]:
    """Keys of examples about which something was said after the marks."""
    at = {
        "answers": (Annotation.objects.filter(annotator__project=project), "task__example"),
        "changes": (AnnotationChange.objects.filter(annotator__project=project), "task__example"),
        "predictions": (Prediction.objects.filter(project=project), "example"),
    }
    for name, (rows, example) in at.items():
        if newest[name] > marks[name]:  # in any project
            later = rows.filter(pk__gt=marks[name])
            yield later.order_by().values_list(example, flat=True)
