"""How far a project's annotators agree."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from curation import jobs
from curation.models import Project
from curation.reporting import agreement as drawn
from curation.services.access import Right
from curation.services.report.examples import styles_of
from curation.services.statistics import ProjectAgreement, project_agreement
from curation.views.doors import in_project
from curation.views.jobs import job_lines
from curation.views.stages import rail_of

JOB = "agreement"
PATIENCE = 20.0  # a page shows numbers as old as so many times what they cost


@in_project(Right.SEE)
@require_GET
def agreement_page(request: HttpRequest, project: Project) -> HttpResponse:
    known = project_agreement(project, patience=PATIENCE)
    context = {
        "project": project,
        "rail": rail_of(project, here="agree"),
        "waiting": known is None,
        "jobs": [line for line in job_lines(project) if line.job.kind == JOB and line.active],
        **(_shown(project, known) if known else {}),
    }
    return render(request, "agreement/page.html", context)


@in_project(Right.WORK)
@require_POST
def agreement_measure(request: HttpRequest, project: Project) -> HttpResponse:
    """Work it out anew in the background; a second click is not a second job."""
    jobs.start_unless_busy(JOB, project)
    return redirect("agreement", project.slug)


def _shown(project: Project, known: ProjectAgreement) -> dict[str, Any]:
    found = known.overview
    if found is None:
        return {}
    styles = styles_of(project)
    return {
        "found": found,
        "finding": drawn.finding(found),
        "posterior": drawn.posterior_words(found),
        "simulated": known.simulated,
        "at": known.at,
        "answers": known.answers,
        "fresh": known.fresh,
        "chart": drawn.figure_chart(found.figures),
        "spreads": drawn.spread_chart(found),
        "reach": drawn.reach_rows(found.reach, found.examples),
        "meetings": drawn.meeting_rows(found.meetings, styles),
        "confused": drawn.confused_words(found.confused, styles),
    }
