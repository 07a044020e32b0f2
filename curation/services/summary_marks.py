"""What shows that something new was said of a project's examples: newest keys of several tables.

A `SummaryState` holds the marks its summaries go by.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db import connection, models
from django.db.models import Max, QuerySet

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
# one question for all, and written out, since every page of the table asks; in the order of `SAID`
NEWEST = """
SELECT
    (SELECT MAX(id) FROM curation_annotation),
    (SELECT MAX(id) FROM curation_annotationchange),
    (SELECT MAX(id) FROM curation_prediction),
    (
        SELECT MAX(action.id) FROM curation_annotatoraction action
        JOIN curation_annotator annotator ON annotator.id = action.annotator_id
        WHERE annotator.project_id = %s AND action.kind IN (%s, %s)
    ),
    (SELECT COUNT(*) FROM curation_annotator WHERE project_id = %s AND standing = %s)
"""


def marks_of(project: Project) -> Marks:
    """Signs of what has been said so far: newest keys, imports, and whose votes count."""
    rounds = project.rounds.filter(front=AnnotationRound.Front.VOTES).order_by("pk")
    kinds = AnnotatorAction.Kind.REQUEUED, AnnotatorAction.Kind.RESTORED
    with connection.cursor() as cursor:
        cursor.execute(NEWEST, [project.pk, *kinds, project.pk, Annotator.Standing.EXCLUDED])
        *newest, moved, out = (number or 0 for number in cursor.fetchone())
    return {
        **dict(zip(SAID, newest, strict=True)),
        "standing": [moved, out],
        "imports": [[key, str(at)] for key, at in rounds.values_list("pk", "pulled_at")],
    }


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
