"""The rounds somebody may answer on the built-in page."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import QuerySet

from curation.assignment import Checks
from curation.models import AnnotationRound, Annotator, Participation, Project, Task
from curation.services.annotating import known
from curation.services.annotating.progress import COUNTED, Standing, standing_of


@dataclass(frozen=True, kw_only=True)
class OpenRound:
    """A round as somebody sees it who may answer it."""

    round: AnnotationRound
    standing: Standing | None  # None: has not begun, as who has not agreed yet
    left: int | None  # texts that may come, at most; None where nobody can say


def open_rounds_for(name: str, projects: QuerySet[Project]) -> list[OpenRound]:
    """Open rounds of these projects that let this annotator in, newest first; joins none.

    Args:
        name: the annotator's pseudonym.
    """
    rounds = AnnotationRound.objects.filter(
        project__in=projects,
        front=AnnotationRound.Front.PAGE,
        state=AnnotationRound.State.OPEN,
        simulated=False,
    ).select_related("project")
    mine = {
        part.round_id: part
        for part in Participation.objects.filter(
            annotator__name=name, round__in=rounds
        ).select_related("round__project", "annotator")
    }
    return [
        _line(target, mine.get(target.pk))
        for target in rounds.order_by("-created_at", "-pk")
        if _lets_in(target, mine.get(target.pk))
    ]


def _lets_in(target: AnnotationRound, mine: Participation | None) -> bool:
    if mine is None:
        return not target.invited_only
    away = {Annotator.Standing.PAUSED, Annotator.Standing.EXCLUDED}
    return mine.annotator.standing not in away


def _line(target: AnnotationRound, mine: Participation | None) -> OpenRound:
    if mine is None or mine.state == Participation.State.INVITED:
        return OpenRound(round=target, standing=None, left=_left_for_newcomers(target))
    standing = standing_of(mine, in_hand=mine.leases.filter(held=True).count())
    return OpenRound(round=target, standing=standing, left=standing.left)


def _left_for_newcomers(target: AnnotationRound) -> int | None:
    """As `standing_of` counts it: else what it says after joining would tell the checks' number."""
    entry = known.qualification_size(target, Checks.from_json(target.checks))
    line = Task.objects.filter(round=target, due__gt=0).order_by("urgency", "position")
    due = line.values("position")[:COUNTED].count()  # in order: so one index serves
    if target.answers_each is not None:
        return entry + min(due, target.answers_each)
    return entry + due if due < COUNTED else None
