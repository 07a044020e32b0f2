"""The page people compare tasks on: two cards and three answers, by plain forms."""

from __future__ import annotations

import logging
import time
import uuid
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from curation.errors import AnnotationRefused
from curation.models import ObjectivityStudy
from curation.services.objectivity.answering import (
    answer_comparison,
    asked_about,
    next_comparison,
    standing_of,
    take_back,
)
from curation.services.objectivity.cards import TaskCard, task_card
from curation.services.objectivity.links import read_link, visitor_name
from curation.services.objectivity.studies import Sides
from curation.services.objectivity.wording import (
    CANNOT_SAY,
    CHOICES,
    DEFINITION,
    LEFT,
    QUESTION,
    RIGHT,
)
from curation.views.objectivity.people import name_of, remember, remembered

LOG = logging.getLogger("concord.compare")
WORKER_PARAMETERS = ("worker", "PROLIFIC_PID", "workerId")


@dataclass(frozen=True, kw_only=True)
class Side:
    """One of the two tasks on the page."""

    place: str  # "left" or "right": what the button sends
    key: str  # on the keyboard
    card: TaskCard


@require_GET
def compare_join(request: HttpRequest, key: uuid.UUID, token: str) -> HttpResponse:
    """In by a link. An external id is turned into a pseudonym and gone from the address at once."""
    try:
        entry = read_link(token)
        if entry.study.key != key:
            raise AnnotationRefused("This link is for another study.", status=403)
        worker = entry.worker or _worker(request)
        name = "" if worker else remembered(request, entry.study)
        name = name or visitor_name(entry.study, worker)
    except AnnotationRefused as error:
        return _sentence_page(request, key, error)
    response = redirect("compare", key)
    remember(request, response, entry.study, name)
    response["Cache-Control"] = "no-store"
    return response


@require_http_methods(["GET", "POST"])
def compare_page(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    study = get_object_or_404(ObjectivityStudy, key=key)
    try:
        name = name_of(request, study)
    except AnnotationRefused as error:
        return _sentence_page(request, key, error)
    if request.method == "GET":
        return _page(request, study, name)
    try:
        return _act(request, study, name)
    except AnnotationRefused as error:
        _log(key, error)
        return _page(request, study, name, notice=str(error), status=error.status)


def _act(request: HttpRequest, study: ObjectivityStudy, name: str) -> HttpResponse:
    """What a form sent: an answer, or the wish to take the last one back."""
    home = reverse("compare", args=[study.key])
    if request.POST.get("do") == "undo":
        return redirect(f"{home}?{urlencode({'pair': take_back(study, name)})}")
    choice, pair = request.POST.get("choice", ""), request.POST.get("pair", "")
    if choice not in CHOICES:
        raise AnnotationRefused("This answer cannot be read; reload the page.", status=400)
    sides = asked_about(study, name, pair)
    winner = {LEFT: sides.left, RIGHT: sides.right, CANNOT_SAY: None}[choice]
    answer_comparison(study, name, pair, winner, _seconds(request.POST.get("shown", "")))
    return redirect(home)


def _page(
    request: HttpRequest,
    study: ObjectivityStudy,
    name: str,
    *,
    notice: str = "",
    status: int = 200,
) -> HttpResponse:
    again = request.GET.get("pair") or request.POST.get("pair", "")
    sides = next_comparison(study, name, again=again)
    context: dict[str, Any] = {
        "study": study,
        "question": QUESTION,
        "definition": DEFINITION,
        "standing": standing_of(study, name),
        "pair": sides.pair if sides else "",
        "sides": _both(sides) if sides else [],
        "shown": int(time.time()),
        "notice": notice,
    }
    template = "compare/work.html" if sides else "compare/finished.html"
    response = render(request, template, context, status=status)
    response["Cache-Control"] = "no-store"
    return response


def _both(sides: Sides) -> list[Side]:
    return [
        Side(place=LEFT, key="←", card=task_card(sides.left)),
        Side(place=RIGHT, key="→", card=task_card(sides.right)),
    ]


def _worker(request: HttpRequest) -> str:
    """The external id the address carries; "" if it carries none."""
    found = [request.GET[name] for name in WORKER_PARAMETERS if name in request.GET]
    return found[0].strip() if found else ""


def _seconds(shown: str) -> float | None:
    """Time since the page was made, by our own clock."""
    return time.time() - int(shown) if shown.isdecimal() and len(shown) <= 12 else None


def _log(key: uuid.UUID, error: AnnotationRefused) -> None:
    LOG.warning("comparing in study %s refused with %s: %s", key, error.status, error)


def _sentence_page(request: HttpRequest, key: uuid.UUID, error: AnnotationRefused) -> HttpResponse:
    """One sentence, for somebody who cannot go on."""
    _log(key, error)
    context = {"sentence": str(error), "stranger": error.status == 401}
    response = render(request, "compare/sentence.html", context, status=error.status)
    response["Cache-Control"] = "no-store"
    return response
