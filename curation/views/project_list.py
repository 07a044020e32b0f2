"""The list of projects: of each its stage, what runs now, when something happened, what it cost."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from curation.models import Job, Project
from curation.reporting import wording
from curation.services.access import Right, may_create, projects_of
from curation.services.first_steps.standing import begun
from curation.services.report.activity import last_activity_of
from curation.services.report.costs import Costs, costs_of
from curation.services.report.counts import ProjectCounts, kept_counts_of
from curation.views.jobs import JobLine, job_line
from curation.views.stage_words import total_words
from curation.views.stages import UNSEEN, Progress, Step, stages_at_work, steps_of


@dataclass(frozen=True, kw_only=True)
class ProjectLine:
    """A project as one row of the list."""

    project: Project
    counts: ProjectCounts
    steps: list[Step]
    stands: str  # the stage that it has come to, in words
    now: list[JobLine]
    last_activity: datetime
    cost: str


@login_required
@require_GET
def project_list(request: HttpRequest) -> HttpResponse:
    """One's own projects; where one only annotates, the way there."""
    seen = projects_of(request.user, Right.SEE)
    elsewhere = projects_of(request.user, Right.ANNOTATE).exclude(pk__in=seen.values("pk"))
    lines = project_lines(list(seen))
    context = {
        "lines": lines,
        "annotated": elsewhere.order_by("title", "slug"),
        "may_create": may_create(request.user),
        "begun": begun(projects_of(request.user, Right.WORK)),
    }
    return render(request, "curation/project_list.html", context)


def project_lines(projects: Sequence[Project]) -> list[ProjectLine]:
    """Projects, the one where something happened last first.

    As many queries for many projects as for one.
    """
    counts, costs = kept_counts_of(projects), costs_of(projects)
    latest, jobs = last_activity_of(projects), _at_work(projects)
    lines = [
        _line(project, counts[project.pk], costs[project.pk], jobs[project.pk], latest[project.pk])
        for project in projects
    ]
    return sorted(lines, key=lambda line: line.last_activity, reverse=True)


def _at_work(projects: Sequence[Project]) -> dict[int, list[Job]]:
    found: dict[int, list[Job]] = {project.pk: [] for project in projects}
    active = Job.objects.active().asked_for().filter(project__in=projects).exclude(kind__in=UNSEEN)
    for job in active.order_by("pk"):
        found[job.project_id or 0].append(job)
    return found


def _line(
    project: Project, counts: ProjectCounts, costs: Costs, jobs: Sequence[Job], latest: datetime
) -> ProjectLine:
    busy = stages_at_work(job.kind for job in jobs)
    progress = Progress(counts=counts, trained=costs.fits.sources, busy=busy)
    steps = steps_of(project, progress)
    return ProjectLine(
        project=project,
        counts=counts,
        steps=steps,
        stands=_stands(steps),
        now=[job_line(job) for job in jobs],
        last_activity=latest,
        cost=total_words(counts, costs),
    )


def _stands(steps: Sequence[Step]) -> str:
    """What waits for somebody, or is at work: its stage and how far that is."""
    waiting = next((step for step in steps if step.css in {"next", "busy"}), None)
    if waiting is not None:
        return f"{waiting.title}: {waiting.state}, {wording.lower_first(waiting.count)}"
    return "Every stage was gone through once" if all(s.css == "done" for s in steps) else ""
