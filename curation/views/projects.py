"""One project's page."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from curation.forms import TrainForm
from curation.models import AnnotationRound, Project, StrayAnswer
from curation.reporting import wording
from curation.services.access import Right
from curation.services.report.counts import ProjectCounts
from curation.services.report.examples import most_disputed, styles_of
from curation.services.report.score_rows import score_rows
from curation.services.report.scores import score_table
from curation.services.report.versions import version_lines
from curation.views.doors import in_project
from curation.views.pipeline import where_of

EXAMPLES = 6


@in_project(Right.SEE)
@require_GET
def project_page(request: HttpRequest, project: Project) -> HttpResponse:
    return render(request, "curation/project.html", _project_context(project))


def _project_context(project: Project) -> dict[str, Any]:
    where = where_of(project)
    counts, styles = where.progress.counts, styles_of(project)
    versions = list(project.dataset_versions.order_by("number"))
    return {
        "project": project,
        "where": where,
        "step": where.step,
        "counts": counts,
        "watching": counts.newest_round is not None and counts.newest_round.awaits_answers,
        "in_label_studio": _in_label_studio(project),
        "styles": styles,
        "versions": version_lines(versions, styles),
        "cards": most_disputed(project, limit=EXAMPLES),
        "scores": score_rows(score_table(project)),
        "rejected": [(wording.reason(code), n) for code, n in counts.rejected.items()],
        "strays": _strays(counts),
        "train_form": TrainForm(project=project),
    }


def _in_label_studio(project: Project) -> bool:
    """Answers may have to be brought in from there."""
    rounds = project.rounds.filter(front=AnnotationRound.Front.LABEL_STUDIO)
    return rounds.exclude(state=AnnotationRound.State.CLOSED).exists()


def _strays(counts: ProjectCounts) -> list[tuple[str, int]]:
    words = dict(StrayAnswer.Reason.choices)
    return [(str(words.get(code, code)), n) for code, n in counts.strays.items()]
