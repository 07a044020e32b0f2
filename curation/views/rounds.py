"""Rounds for those who run them: opened, watched, given out, paused, closed."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from curation.errors import CurationError
from curation.forms import RoundForm
from curation.models import AnnotationRound, Project
from curation.reporting.links import PLACEHOLDERS, USUAL_PARAMETER, worker_query
from curation.services.access import Right
from curation.services.annotating.joining import entry_link, invite, worker_name
from curation.services.annotating.rounds import (
    add_new_texts,
    change_state,
    open_round,
    withdraw_links,
)
from curation.services.report.examples import styles_of
from curation.services.report.rounds import (
    answers_per_hour,
    new_texts,
    newest_texts,
    people_of,
    round_line,
    round_lines,
    strays_of,
)
from curation.views.doors import in_project
from curation.views.stages import rail_of

DAYS = 30  # that a link lives, unless said
STATES = {"pause": "paused", "reopen": "open", "close": "closed"}


@in_project(Right.SEE)
@require_GET
def round_list(request: HttpRequest, project: Project) -> HttpResponse:
    lines = round_lines(project)
    watching = any(line.round.awaits_answers for line in lines)
    context = {**_frame(project), "lines": lines, "watching": watching}
    return render(request, "rounds/list.html", context)


@in_project(Right.WORK)
@require_http_methods(["GET", "POST"])
def round_new(request: HttpRequest, project: Project) -> HttpResponse:
    form = RoundForm(request.POST or None, project=project)
    if form.is_valid():
        try:
            target = open_round(project, form.options())
        except CurationError as error:
            form.add_error(None, str(error))
        else:
            return redirect("round", project.slug, target.number)
    context = {**_frame(project), "form": form}
    return render(request, "rounds/new.html", context, status=400 if form.errors else 200)


@in_project(Right.SEE, changing=Right.WORK)
@require_http_methods(["GET", "POST"])
def round_page(request: HttpRequest, project: Project, number: int) -> HttpResponse:
    target = get_object_or_404(project.rounds.defer("plan"), number=number)
    if request.method == "GET":
        return _page(request, target)
    worker = request.POST.get("worker", "").strip()
    try:
        if request.POST.get("do") == "link":
            invite(target, worker_name(target, worker))
            return _page(request, target, worker=worker)
        messages.info(request, _act(target, request.POST.get("do", "")))
    except CurationError as error:
        messages.error(request, str(error))
    return redirect("round", project.slug, number)


def _act(target: AnnotationRound, action: str) -> str:
    """What a button asks for; a sentence that says what was done."""
    if action == "withdraw":
        withdraw_links(target)
        return "All links given out so far are void; people who are in already can go on."
    if action == "refill":
        return f"{add_new_texts(target)} texts were added to the end of the line."
    change_state(target, STATES.get(action, action))
    return {
        "pause": "The round is paused; nobody gets texts until it is opened again.",
        "reopen": "The round is open.",
    }.get(action, "The round is closed; all answers are kept.")


def _page(request: HttpRequest, target: AnnotationRound, *, worker: str = "") -> HttpResponse:
    hours = answers_per_hour(target)
    context = {
        **_frame(target.project),
        "round": target,
        "line": round_line(target),
        "watching": target.awaits_answers,
        "styles": styles_of(target.project),
        "on_page": target.front == AnnotationRound.Front.PAGE,
        "is_open": target.state == AnnotationRound.State.OPEN,
        "hours": hours,
        "busiest": max((bar.answers for bar in hours), default=0),
        "people": people_of(target),
        "strays": strays_of(target),
        "newest": newest_texts(target),
        "new_texts": new_texts(target),
        **_links(request, target, worker),
    }
    return render(request, "rounds/page.html", context)


def _links(request: HttpRequest, target: AnnotationRound, worker: str) -> dict[str, Any]:
    """Links to give out: for everybody, and for the one person who was just named."""
    days = request.GET.get("days", "")
    lives = min(365, int(days)) if days.isdecimal() and int(days[:6]) else DAYS
    parameter = target.worker_parameter or USUAL_PARAMETER

    def address(worker: str = "") -> str:
        token = entry_link(target, days=lives, worker=worker)
        return request.build_absolute_uri(reverse("annotate_join", args=[token]))

    return {
        "days": lives,
        "parameter": parameter,
        "by_platform": parameter in PLACEHOLDERS,
        "link": address() + worker_query(parameter),
        "worker": worker,
        "own_link": address(worker) if worker else "",
    }


def _frame(project: Project) -> dict[str, Any]:
    return {"project": project, "rail": rail_of(project, here="annotate")}
