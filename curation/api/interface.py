"""The interface as a whole: who may use it, how it refuses, what it is made of."""

from __future__ import annotations

from django.core.exceptions import RequestDataTooBig
from django.http import Http404, HttpRequest, JsonResponse
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError
from ninja.security import SessionAuth

from curation.api.jobs import router as jobs
from curation.api.projects import router as projects
from curation.api.versions import router as versions
from curation.errors import (
    AnnotationRefused,
    CurationError,
    NotAllowed,
    NothingToCurate,
    NothingToDo,
    ProjectNotFound,
    VersionNotFound,
)

api = NinjaAPI(
    title="Concord",
    version="1",
    description="Projects, agreement, versions and studies. Errors are problem+json (RFC 9457).",
    urls_namespace="api-v1",
    docs_url=None,
    auth=SessionAuth(),
)
api.add_router("/projects", projects, tags=["projects"])
api.add_router("/projects", versions, tags=["dataset versions"])
api.add_router("/projects", jobs, tags=["jobs"])
api.add_router("/studies", "training.api.studies.router", tags=["studies"])  # named: a spoke's

STATUS: list[tuple[type[CurationError], int]] = [  # the first that fits; 400 for the others
    (NotAllowed, 403),
    (ProjectNotFound, 404),
    (VersionNotFound, 404),
    (NothingToCurate, 409),
    (NothingToDo, 409),
]
TITLES = {
    400: "Not possible as asked",
    401: "Not logged in",
    403: "Not allowed",
    404: "Not found",
    409: "Not now",
    413: "Too large",
    422: "Not understood",
}


def problem(status: int, sentence: str) -> JsonResponse:
    """A refusal as RFC 9457 has it."""
    content = {
        "type": "about:blank",
        "title": TITLES.get(status, "Not possible"),
        "status": status,
        "detail": sentence,
    }
    return JsonResponse(content, status=status, content_type="application/problem+json")


@api.exception_handler(CurationError)
def _refused(request: HttpRequest, error: CurationError) -> JsonResponse:
    if isinstance(error, AnnotationRefused):
        return problem(error.status, str(error))
    status = next((code for kind, code in STATUS if isinstance(error, kind)), 400)
    return problem(status, str(error))


@api.exception_handler(ValidationError)
def _not_understood(request: HttpRequest, error: ValidationError) -> JsonResponse:
    found = error.errors[0]
    place = ".".join(str(part) for part in found["loc"][1:]) or "the request"
    more = len(error.errors) - 1
    tail = f" {more} more like this." if more else ""
    return problem(422, f"{place}: {found['msg'].rstrip('.')}.{tail}")


@api.exception_handler(Http404)
def _not_found(request: HttpRequest, error: Http404) -> JsonResponse:
    return problem(404, str(error) or "There is nothing at this address.")


@api.exception_handler(RequestDataTooBig)
def _too_large(request: HttpRequest, error: RequestDataTooBig) -> JsonResponse:
    return problem(413, "The request is too large; a policy has a few lines.")


@api.exception_handler(HttpError)
def _http_error(request: HttpRequest, error: HttpError) -> JsonResponse:
    sentences = {
        401: "Log in on the site first; the interface uses its session.",
        403: "The CSRF token is missing or wrong; send that of the cookie as X-CSRFToken.",
        400: 'The body is not JSON; send an object such as {"threshold": 0.8}.',
    }
    return problem(error.status_code, sentences.get(error.status_code, str(error)))
