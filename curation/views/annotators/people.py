"""Everybody who judges in a project, those to look at first."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from curation import jobs
from curation.errors import CurationError
from curation.models import Annotator, Project
from curation.reporting import wording
from curation.services.access import Right
from curation.services.quality.finding import find_annotators
from curation.services.quality.lines import Lines, annotator_lines
from curation.services.quality.rule import RULES, set_rule
from curation.views.annotators.rows import people_page
from curation.views.doors import in_project
from curation.views.jobs import job_lines
from curation.views.stages import rail_of

JOB = "annotators"
PATIENCE = 60.0  # a page shows figures as old as so many times what they cost


@in_project(Right.SEE)
@require_GET
def annotator_list(request: HttpRequest, project: Project) -> HttpResponse:
    lines = annotator_lines(project, patience=PATIENCE)
    asked = request.GET.get("page", "1")
    page = int(asked) if asked.isdecimal() and len(asked) < 7 else 1
    programs = [line.annotator.simulated for line in lines.people]
    context = {
        "project": project,
        "rail": rail_of(project, here="annotate"),
        "lines": lines,
        "finding": finding_of(lines),
        "page": people_page(lines.people, sort=request.GET.get("sort", ""), page=page),
        "simulated": any(programs),
        "mixed": any(programs) and not all(programs),
        "rule": project.annotator_rule,
        "rules": RULES.items(),
        "jobs": [line for line in job_lines(project) if line.job.kind == JOB and line.active],
    }
    return render(request, "annotators/people.html", context)


def finding_of(lines: Lines) -> str:
    """The page's answer in one sentence."""
    if not lines.people:
        return ""
    whole = wording.plural(len(lines.people), "annotator")
    if lines.at is None:
        return f"{whole}; how well they answer has not been worked out yet."
    flagged = sum(bool(line.flags) for line in lines.people)
    aside = Annotator.Standing.EXCLUDED
    gone = sum(line.annotator.standing == aside for line in lines.people)
    said = "nobody stands out" if not flagged else f"{flagged:,} to look at"
    return f"{whole}, {said}; {gone:,} set aside." if gone else f"{whole}, {said}."


@in_project(Right.WORK)
@require_POST
def annotator_find(request: HttpRequest, project: Project) -> HttpResponse:
    """Whom an id stands for. It comes by POST, so that it is in no address and in no log."""
    try:
        found = find_annotators(project, request.POST.get("id", ""))
    except CurationError as error:
        messages.error(request, str(error))
        return redirect("annotators", project.slug)
    if not found:
        messages.info(request, "Nobody in this project is known by that id.")
        return redirect("annotators", project.slug)
    messages.info(request, f"Found by {found[0].how}.")
    return redirect("annotator", project.slug, found[0].annotator.name)


@in_project(Right.WORK)
@require_POST
def annotator_measure(request: HttpRequest, project: Project) -> HttpResponse:
    jobs.start_unless_busy(JOB, project)
    return redirect("annotators", project.slug)


@in_project(Right.MANAGE)
@require_POST
def annotator_rule(request: HttpRequest, project: Project) -> HttpResponse:
    rule = request.POST.get("rule", "")
    try:
        set_rule(project, rule)
    except CurationError as error:
        messages.error(request, str(error))
    else:
        messages.info(request, f"From now on {RULES[rule]}.")
    return redirect("annotators", project.slug)
