"""Refusals as problem+json (RFC 9457): every kind has an address that never changes.

docs/api.md lists them all; `GET /api/v1/problems/NAME` says the same.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse

from curation import errors

CONTENT_TYPE = "application/problem+json"
PLACE = "/api/v1/problems/"


@dataclass(frozen=True, kw_only=True)
class ProblemKind:
    """A kind of refusal: the status it comes with, and what it means to a program."""

    status: int
    title: str
    meaning: str


KINDS = {
    "bad-input": ProblemKind(
        status=400,
        title="Not possible as asked",
        meaning="Something in the request is wrong; `detail` says what. Nothing was changed.",
    ),
    "not-json": ProblemKind(
        status=400, title="Not JSON", meaning="The body cannot be read as JSON."
    ),
    "no-login": ProblemKind(
        status=401,
        title="Not logged in",
        meaning="Send `Authorization: Bearer TOKEN`, or log in on the site.",
    ),
    "token-refused": ProblemKind(
        status=401,
        title="Token refused",
        meaning="The token is unknown, expired or revoked, or its maker's account is closed.",
    ),
    "no-csrf-token": ProblemKind(
        status=403,
        title="Not from this site",
        meaning="A request with the site's session needs the CSRF token as `X-CSRFToken`; one "
        "with a token does not.",
    ),
    "not-allowed": ProblemKind(
        status=403,
        title="Not allowed",
        meaning="The role of whoever asks does not suffice; `detail` names the one it takes.",
    ),
    "scope-missing": ProblemKind(
        status=403,
        title="Not with this token",
        meaning="The token's scopes do not hold what this takes, whatever its maker's role is.",
    ),
    "not-found": ProblemKind(
        status=404,
        title="Not found",
        meaning="There is no such thing, or none that whoever asks may know of.",
    ),
    "no-such-method": ProblemKind(
        status=405,
        title="Not in this way",
        meaning="The address is there, but not for this method; `Allow` names those it takes.",
    ),
    "not-now": ProblemKind(
        status=409,
        title="Not now",
        meaning="What comes before has not been done yet; `detail` says what to do first.",
    ),
    "nothing-kept": ProblemKind(
        status=409, title="Nothing to freeze", meaning="No example satisfies the policy."
    ),
    "key-in-flight": ProblemKind(
        status=409,
        title="Not through yet",
        meaning="The first request with this Idempotency-Key is still at work; send the same "
        "again after `Retry-After` seconds.",
    ),
    "over": ProblemKind(status=410, title="Over", meaning="A round or a link is closed for good."),
    "too-large": ProblemKind(
        status=413, title="Too large", meaning="The body is too large; send fewer rows at a time."
    ),
    "not-understood": ProblemKind(
        status=422,
        title="Not understood",
        meaning="A field or a parameter is missing, unknown or of another type.",
    ),
    "key-reused": ProblemKind(
        status=422,
        title="Key used before",
        meaning="Another request came with this Idempotency-Key within a day.",
    ),
    "too-many-requests": ProblemKind(
        status=429,
        title="Too many requests",
        meaning="Wait `Retry-After` seconds, then send the same again.",
    ),
    "front-away": ProblemKind(
        status=502,
        title="The front cannot be reached",
        meaning="Label Studio refused or is away; asking again is safe.",
    ),
    "busy": ProblemKind(
        status=503,
        title="Busy",
        meaning="The database did not answer in time; send the same again after `Retry-After`.",
    ),
}
# the first that fits; "bad-input" for the others
BY_ERROR: list[tuple[type[errors.CurationError], str]] = [
    (errors.TokenRefused, "token-refused"),
    (errors.ScopeMissing, "scope-missing"),
    (errors.NotAllowed, "not-allowed"),
    (errors.ProjectNotFound, "not-found"),
    (errors.VersionNotFound, "not-found"),
    (errors.RowNotFound, "not-found"),
    (errors.NothingToCurate, "nothing-kept"),
    (errors.NothingToDo, "not-now"),
    (errors.KeyReused, "key-reused"),
    (errors.KeyInFlight, "key-in-flight"),
    (errors.FrontProblem, "front-away"),
]
BY_STATUS = {
    400: "bad-input", 401: "no-login", 403: "not-allowed", 404: "not-found",
    405: "no-such-method", 409: "not-now", 410: "over", 413: "too-large",
    422: "not-understood", 429: "too-many-requests", 502: "front-away", 503: "busy",
}  # fmt: skip
SOON = {"key-in-flight": 1, "too-many-requests": 5, "busy": 2}  # seconds to wait


def problem(which: str | int, sentence: str) -> HttpResponse:
    """A refusal of a kind, or of the usual kind of a status, with its one sentence."""
    name = BY_STATUS[which] if isinstance(which, int) else which
    kind = KINDS[name]
    content = {
        "type": f"{PLACE}{name}",
        "title": kind.title,
        "status": kind.status,
        "detail": sentence,
    }
    answer = JsonResponse(content, status=kind.status, content_type=CONTENT_TYPE)
    if name in SOON:
        answer["Retry-After"] = str(SOON[name])
    if kind.status == 401:
        answer["WWW-Authenticate"] = 'Bearer realm="Concord"'
    return answer


def refusing_methods(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """The view, with a refusal of ours where it takes no such method."""

    @wraps(view)
    def answer(request: HttpRequest, **values: Any) -> HttpResponse:
        given = view(request, **values)
        if given.status_code != 405:
            return given
        allowed = given["Allow"]
        refused = problem("no-such-method", f"This address takes {allowed}, not {request.method}.")
        refused["Allow"] = allowed
        return refused

    return answer


def name_of(error: errors.CurationError) -> str:
    """The kind of an error."""
    if isinstance(error, errors.AnnotationRefused):
        return BY_STATUS.get(error.status, "bad-input")
    return next((name for kind, name in BY_ERROR if isinstance(error, kind)), "bad-input")
