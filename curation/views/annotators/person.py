"""One annotator: figures, answers beside the peers', history, and the project without them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from curation.errors import NothingToDo
from curation.models import Annotator, Project
from curation.reporting import stacked_bar
from curation.reporting.figures import KINDS, Cell, figure_scale
from curation.reporting.scale import Tick
from curation.reporting.timing import time_chart
from curation.services.access import Right
from curation.services.quality.acting import verbs_for
from curation.services.quality.lines import AnnotatorLine, figures_of, line_of
from curation.services.quality.measuring import AT_ONCE, Measured, measured
from curation.services.quality.person import (
    beside_peers,
    disagreements,
    known_answers,
    newest_changes,
    repeats,
)
from curation.services.report.examples import styles_of
from curation.views.annotators.people import PATIENCE
from curation.views.annotators.rows import STANDINGS
from curation.views.annotators.wording import VERB_WORDS, Comparison, comparison_of
from curation.views.doors import in_project
from curation.views.stages import rail_of

GROUPS = (
    ("scale", ("agreement", "tracking")),
    (
        "share",
        (
            "skill", "gold", "attention", "qualification", "consistency", "too_fast",
            "one_button", "pattern", "skips",
        ),
    ),
    ("seconds", ("seconds",)),
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class FigureGroup:
    """Figures on one axis."""

    cells: list[Cell]
    ticks: list[Tick]


@in_project(Right.SEE)
@require_GET
def annotator_page(request: HttpRequest, project: Project, name: str) -> HttpResponse:
    annotator = get_annotator_of(project, name)
    known = measured(annotator.project, patience=PATIENCE)
    many = known is None or known.answers > AT_ONCE
    wanted = "without" in request.GET
    context = {
        **_head(annotator, known),
        **_close_up(annotator),
        "comparison": _comparison(annotator) if wanted or not many else None,
        "many": many and not wanted,
    }
    return render(request, "annotators/person.html", context)


def get_annotator_of(project: Project, name: str) -> Annotator:
    return get_object_or_404(project.annotators, name=name)


def _head(annotator: Annotator, known: Measured | None) -> dict[str, Any]:
    line = line_of(annotator, known)
    return {
        "project": annotator.project,
        "rail": rail_of(annotator.project, here="annotate"),
        "annotator": annotator,
        "line": line,
        "measured": known,
        "standing": STANDINGS[annotator.standing],
        "good": annotator.standing == Annotator.Standing.GOOD,
        "verbs": [(verb, VERB_WORDS[verb].button) for verb in verbs_for(annotator)],
        "groups": figure_groups(line, known),
        "actions": annotator.actions.order_by("-pk"),
    }


def figure_groups(line: AnnotatorLine, known: Measured | None) -> list[FigureGroup]:
    """All figures of one annotator, those of one scale together."""
    people = known.people.values() if known else ()
    scale = figure_scale(figures_of(person) for person in people)
    groups = [
        FigureGroup(
            cells=[scale.cell(name, line.figures[name]) for name in names if name in line.figures],
            ticks=scale.ticks(unit),
        )
        for unit, names in GROUPS
    ]
    assert set(KINDS) == {name for _, names in GROUPS for name in names}
    return [group for group in groups if group.cells]


def _close_up(annotator: Annotator) -> dict[str, Any]:
    beside, styles = beside_peers(annotator), styles_of(annotator.project)
    known, again = known_answers(annotator), repeats(annotator)
    changed, changes = newest_changes(annotator)
    return {
        "beside": beside,
        "labels": [
            (title, stacked_bar(list(zip(styles, counts.tolist(), strict=True))), int(counts.sum()))
            for title, counts in (("This annotator", beside.labels), ("Peers", beside.peers))
        ],
        "styles": styles,
        "times": time_chart([("This annotator", beside.seconds), ("Peers", beside.peer_seconds)]),
        "disagreements": disagreements(annotator, beside.contrary),
        "known": known.shown,
        "known_right": known.same,
        "known_count": known.count,
        "repeats": again.shown,
        "repeats_same": again.same,
        "repeats_count": again.count,
        "changed": changed,
        "changes": changes,
    }


def _comparison(annotator: Annotator) -> Comparison | None:
    """The project without this person; None if they have no votes that could go."""
    try:
        return comparison_of(annotator)
    except NothingToDo:
        return None
