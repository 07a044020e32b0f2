"""The page a round is answered on. Its script makes it quick; forms alone are enough."""

from __future__ import annotations

import json
import uuid
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from curation.errors import AnnotationRefused
from curation.models import Participation
from curation.reporting.readable import readable
from curation.services.annotating.answering import Given, submit
from curation.services.annotating.joining import agree
from curation.services.annotating.taking_back import undo
from curation.views.annotate.answers import code, log_refusal, task_key
from curation.views.annotate.people import coming_in, forget, participation_of
from curation.views.annotate.scene import (
    Scene,
    label_choices,
    scene_of,
    skip_choices,
    standing_json,
)


@require_http_methods(["GET", "POST"])
def annotate_work(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    try:
        if request.method == "POST":
            return _act(request, key)
        return _page(request, coming_in(request, key))
    except AnnotationRefused as error:
        log_refusal("annotate_work", key, error)
        return sentence_page(request, error)


@require_GET
def annotate_as_member(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """Into a round from the own list: a link that was opened here before no longer counts."""
    response = redirect("annotate_work", key)
    forget(response, key)
    return response


def _act(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """What a form sent: consent, an answer, or the wish to take the last one back."""
    participation = participation_of(request, key)
    action = request.POST.get("do")
    try:
        if action == "agree":
            agree(participation)
        elif action == "undo":
            undo(participation)
        else:
            sent = request.POST
            given = Given(label=code(sent.get("label")), skip=code(sent.get("skip")))
            submit(participation, task_key(code(sent.get("key"))), given)
    except AnnotationRefused as error:
        log_refusal("annotate_work", key, error)
        return _page(request, participation, notice=str(error), status=error.status)
    return redirect("annotate_work", key)


def _page(
    request: HttpRequest, participation: Participation, *, notice: str = "", status: int = 200
) -> HttpResponse:
    scene = scene_of(participation)
    template = "annotate/consent.html" if scene.standing.consent else "annotate/work.html"
    response = render(request, template, _context(participation, scene, notice), status=status)
    response["Cache-Control"] = "no-store"
    return response


def _context(participation: Participation, scene: Scene, notice: str) -> dict[str, Any]:
    project = participation.round.project
    task = scene.tasks[0] if scene.tasks else None
    return {
        "project": project,
        "round": participation.round,
        "person": participation.key.hex,
        "labels": label_choices(project),
        "reasons": skip_choices(),
        "scene": scene,
        "standing": scene.standing,
        "standing_json": json.dumps(standing_json(scene)),
        "task": task,
        "text": readable(task.text) if task else "",
        "notice": notice or scene.note,
    }


def sentence_page(request: HttpRequest, error: AnnotationRefused) -> HttpResponse:
    """One sentence, for somebody who cannot go on."""
    context = {"sentence": str(error), "stranger": error.status == 401}
    response = render(request, "annotate/sentence.html", context, status=error.status)
    response["Cache-Control"] = "no-store"
    return response
