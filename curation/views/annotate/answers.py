"""What the page's script asks for: the next texts, storing an answer, taking it back."""

from __future__ import annotations

import json
import logging
import uuid
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_GET, require_POST

from curation.errors import AnnotationRefused
from curation.models import Participation
from curation.services.annotating.answering import Given, submit_and_go_on
from curation.services.annotating.progress import standing_of
from curation.services.annotating.taking_back import undo
from curation.views.annotate.people import participation_of
from curation.views.annotate.scene import (
    AHEAD,
    Scene,
    scene_of,
    scene_with,
    standing_json,
    tasks_json,
    told_roughly,
)

LOG = logging.getLogger("concord.annotate")
LARGEST_BODY = 4_096  # bytes of an answer; it carries no text
LONGEST_CODE = 60  # characters
PAUSE_SECONDS = "5"  # after a flood

Answer = Callable[[HttpRequest, Participation], dict[str, Any]]


def in_json(answer: Answer) -> Callable[..., JsonResponse]:
    """A view that says who asks, answers in JSON and is never kept by a cache."""

    @wraps(answer)
    def view(request: HttpRequest, key: uuid.UUID) -> JsonResponse:
        try:
            response = JsonResponse(answer(request, participation_of(request, key)))
        except AnnotationRefused as error:
            log_refusal(answer.__name__, key, error)
            response = JsonResponse({"sentence": str(error)}, status=error.status)
            if error.status == 429:
                response["Retry-After"] = PAUSE_SECONDS
        response["Cache-Control"] = "no-store"
        return response

    return view


def log_refusal(what: str, key: uuid.UUID | str, error: AnnotationRefused) -> None:
    """Every refusal leaves a line; no text, no label and nobody's name is in it."""
    LOG.warning("%s in round %s refused with %s: %s", what, key, error.status, error)


@require_GET
@in_json
def annotate_next(request: HttpRequest, participation: Participation) -> dict[str, Any]:
    scene = scene_of(participation)
    if scene.refusal is not None and not scene.standing.consent:
        raise scene.refusal
    return {"tasks": tasks_json(scene.tasks), "standing": standing_json(scene)}


@require_POST
@in_json
def annotate_answer(request: HttpRequest, participation: Participation) -> dict[str, Any]:
    key, given = _given(request)
    went = submit_and_go_on(participation, key, given, count=AHEAD)
    scene = scene_with(participation, went.tasks, went.refusal)
    return {
        "saved": True,
        "repeated": went.repeated,
        "next": tasks_json(scene.tasks),
        "standing": standing_json(scene),
    }


@require_POST
@in_json
def annotate_undo(request: HttpRequest, participation: Participation) -> dict[str, Any]:
    task = undo(participation)
    in_hand = participation.leases.filter(held=True).count()
    standing = standing_of(participation, in_hand=in_hand)
    about = told_roughly(participation.round, standing)
    scene = Scene(tasks=[task], standing=standing, about=about)
    return {"task": tasks_json([task])[0], "standing": standing_json(scene)}


def _given(request: HttpRequest) -> tuple[uuid.UUID, Given]:
    """The answer in the request's body."""
    sent = _body(request)
    seconds = sent.get("seconds")  # any number: `submit` drops times that cannot be
    is_number = isinstance(seconds, int | float) and not isinstance(seconds, bool)
    given = Given(
        label=code(sent.get("label")),
        skip=code(sent.get("skip")),
        seconds=seconds if is_number else None,
    )
    return task_key(code(sent.get("key"))), given


def _body(request: HttpRequest) -> dict[str, Any]:
    body = request.read(LARGEST_BODY + 1)
    if len(body) > LARGEST_BODY:
        raise AnnotationRefused("This answer is larger than any answer can be.", status=413)
    try:
        sent = json.loads(body)
    except (ValueError, RecursionError):
        sent = None
    if not isinstance(sent, dict):
        raise AnnotationRefused("This answer cannot be read; reload the page.", status=400)
    return sent


def code(word: Any) -> str:
    """A short printable text; anything else cannot be a code of ours."""
    word = word or ""
    if not isinstance(word, str) or len(word) > LONGEST_CODE or not word.isprintable():
        raise AnnotationRefused("This answer cannot be read; reload the page.", status=400)
    return word


def task_key(word: str) -> uuid.UUID:
    try:
        return uuid.UUID(word)
    except ValueError:
        raise AnnotationRefused("This answer names no text; reload the page.", status=400) from None
