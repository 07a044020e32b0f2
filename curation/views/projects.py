"""The list of projects, and one project's page."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from curation.forms import TrainForm
from curation.models import Project, StrayAnswer
from curation.reporting import wording
from curation.services.access import Right, may_create, projects_of
from curation.services.first_steps.standing import begun
from curation.services.report.counts import ProjectCounts, project_lines
from curation.services.report.examples import most_disputed, styles_of
from curation.services.report.policies import policy_panels
from curation.services.report.score_rows import score_rows
from curation.services.report.scores import score_table
from curation.services.report.versions import version_lines
from curation.views.doors import in_project
from curation.views.jobs import job_lines
from curation.views.next_step import next_step
from curation.views.stages import progress_of, steps_of

EXAMPLES = 12


@login_required
@require_GET
def project_list(request: HttpRequest) -> HttpResponse:
    """One's own projects; where one only annotates, the way there."""
    seen = projects_of(request.user, Right.SEE)
    elsewhere = projects_of(request.user, Right.ANNOTATE).exclude(pk__in=seen.values("pk"))
    context = {
        "lines": project_lines(seen),
        "annotated": elsewhere.order_by("title", "slug"),
        "may_create": may_create(request.user),
        "begun": begun(projects_of(request.user, Right.WORK)),
    }
    return render(request, "curation/project_list.html", context)


@in_project(Right.SEE)
@require_GET
def project_page(request: HttpRequest, project: Project) -> HttpResponse:
    return render(request, "curation/project.html", _project_context(project))


def _project_context(project: Project) -> dict[str, Any]:
    styles, progress = styles_of(project), progress_of(project)
    versions = list(project.dataset_versions.order_by("number"))
    return {
        "project": project,
        "styles": styles,
        "counts": progress.counts,
        "rail": steps_of(progress),
        "step": next_step(project, progress, policy_panels(versions, styles)),
        "jobs": job_lines(project),
        "versions": version_lines(versions, styles),
        "cards": most_disputed(project, limit=EXAMPLES),
        "scores": score_rows(score_table(project)),
        "rejected": [(wording.reason(code), n) for code, n in progress.counts.rejected.items()],
        "strays": _strays(progress.counts),
        "train_form": TrainForm(project=project),
    }


def _strays(counts: ProjectCounts) -> list[tuple[str, int]]:
    words = dict(StrayAnswer.Reason.choices)
    return [(str(words.get(code, code)), n) for code, n in counts.strays.items()]
