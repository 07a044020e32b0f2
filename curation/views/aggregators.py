"""All aggregators on a project's votes, side by side."""

from __future__ import annotations

import math
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from curation import jobs
from curation.aggregation import SKILLS
from curation.explorer.curves import Band
from curation.models import Annotation, Project
from curation.reporting import aggregators as drawn
from curation.reporting import wording
from curation.services.access import Right
from curation.services.aggregating.comparing import KeptComparison, kept_comparison
from curation.services.aggregating.reading import PAGE, read_flips
from curation.services.aggregating.scored import expected_scores
from curation.services.agreement import is_simulated
from curation.services.report.examples import styles_of
from curation.views.doors import in_project
from curation.views.jobs import job_lines
from curation.views.stages import rail_of

JOB = "aggregators"


@in_project(Right.SEE)
@require_GET
def aggregators_page(request: HttpRequest, project: Project) -> HttpResponse:
    kept = kept_comparison(project)
    asked = request.GET.get("page", "1")
    page = int(asked) if asked.isdecimal() and len(asked) < 4 else 1
    context = {
        "project": project,
        "rail": rail_of(project, here="agree"),
        "voted": kept is not None or _is_voted(project),
        "jobs": [line for line in job_lines(project) if line.job.kind == JOB and line.active],
        **(_shown(project, kept, page) if kept else {}),
    }
    return render(request, "agreement/aggregators.html", context)


@in_project(Right.WORK)
@require_POST
def aggregators_compare(request: HttpRequest, project: Project) -> HttpResponse:
    """Work it out in the background; a second click is not a second job."""
    jobs.start_unless_busy(JOB, project)
    return redirect("aggregators", project.slug)


def _is_voted(project: Project) -> bool:
    return Annotation.objects.of(project).votes().exists()


def _shown(project: Project, kept: KeptComparison, page: int) -> dict[str, Any]:
    found, styles = kept.found, styles_of(project)
    scores = expected_scores(project, found.answered)
    last = max(1, math.ceil(len(found.flips) / PAGE))
    page = min(max(page, 1), last)
    return {
        "kept": kept,
        "found": found,
        "finding": drawn.finding(found),
        "simulated": is_simulated(project),
        "methods": [
            (row, _score(scores.get(row.name))) for row in drawn.method_rows(found, styles)
        ],
        "gold": any(one.gold for one in found.methods),
        "policies": drawn.policies_of(found),
        "answered": [drawn.title(name) for name in found.answered],
        "alike": drawn.alike_rows(found),
        "picture": drawn.picture(found, styles),
        "drawn": min(len(found.flips), drawn.COLUMNS),
        "styles": styles,
        "cards": read_flips(project, kept, styles, page=page),
        "pager": {"page": page, "last": last, "before": page - 1, "after": page + 1},
        "skills": drawn.skill_rows(kept.skills, found.answered),
        "meanings": [(drawn.title(name), SKILLS[name]) for name in found.answered],
    }


def _score(band: Band | None) -> str:
    if band is None:
        return ""
    return f"{wording.decimal(band.mean)} ({wording.between(band.low, band.high)})"
