"""Ways in: the list of somebody who signed in, and the links given to others."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET

from curation.errors import AnnotationRefused
from curation.models import AnnotationRound, Role
from curation.reporting.links import USUAL_PARAMETER
from curation.reporting.wording import plural
from curation.services.access import Right, projects_of
from curation.services.annotating.joining import Entry, join, member_name, read_link, worker_name
from curation.services.annotating.open_rounds import OpenRound, open_rounds_for
from curation.services.members import held_as
from curation.views.annotate.answers import log_refusal
from curation.views.annotate.people import remember
from curation.views.annotate.scene import Scene, label_choices, told_roughly
from curation.views.annotate.work import sentence_page

PREVIEW = "ASSIGNMENT_ID_NOT_AVAILABLE"  # what Mechanical Turk sends before a task is accepted


@login_required
@require_GET
def annotate_home(request: HttpRequest) -> HttpResponse:
    mine = projects_of(request.user, Right.ANNOTATE)
    found = open_rounds_for(member_name(request.user.get_username()), mine)
    context = {
        "lines": [_home_line(one) for one in found],
        "held": held_as(request.user, Role.ANNOTATOR),  # others leave on the page of members
    }
    return render(request, "annotate/home.html", context)


@dataclass(frozen=True, kw_only=True)
class HomeLine:
    """A round as the list shows it."""

    round: AnnotationRound
    words: str
    begun: bool
    over: bool


def _home_line(found: OpenRound) -> HomeLine:
    standing = found.standing
    if standing is None:
        words = "more than 1,000 texts" if found.left is None else plural(found.left, "text")
    else:
        far = Scene(tasks=[], standing=standing, about=told_roughly(found.round, standing)).far
        words = standing.sentence or far
    return HomeLine(
        round=found.round,
        words=words,
        begun=standing is not None,
        over=standing is not None and standing.finished,
    )


@require_GET
def annotate_join(request: HttpRequest, token: str) -> HttpResponse:
    """In by a link. The worker id is turned into a pseudonym and gone from the address at once."""
    try:
        entry = read_link(token)
        if request.GET.get("assignmentId") == PREVIEW:
            return _preview(request, entry.round)
        participation = join(entry.round, _name(request, entry))
    except AnnotationRefused as error:
        log_refusal("annotate_join", "of a link", error)
        refused = sentence_page(request, error)
        # Django's own log would keep the address, with the id in it
        refused._has_been_logged = True  # type: ignore[attr-defined]
        return refused
    response = redirect("annotate_work", entry.round.key)
    remember(request, response, participation)
    response["Cache-Control"] = "no-store"
    return response


def _name(request: HttpRequest, entry: Entry) -> str:
    """The pseudonym of whoever comes: the link's own, or made from the id in the address."""
    if entry.personal:
        return entry.worker
    parameter = entry.round.worker_parameter or USUAL_PARAMETER
    return worker_name(entry.round, request.GET.get(parameter, ""))


def _preview(request: HttpRequest, target: AnnotationRound) -> HttpResponse:
    project = target.project
    context = {"project": project, "labels": label_choices(project)}
    return render(request, "annotate/preview.html", context)
