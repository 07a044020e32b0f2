"""The interface as a whole: who may use it, how it refuses, what it is made of."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.db import OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from django.urls.converters import StringConverter
from django.views.decorators.csrf import csrf_exempt
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError

from curation.api.about import router as about
from curation.api.aggregators import router as aggregators
from curation.api.agreement import router as agreement
from curation.api.annotators import router as annotators
from curation.api.audit import router as audit
from curation.api.corpus_map import router as corpus_map
from curation.api.description import mended
from curation.api.door import WAYS_IN
from curation.api.examples import router as examples
from curation.api.explorer import router as explorer
from curation.api.jobs import router as jobs
from curation.api.members import router as members
from curation.api.objectivity import router as objectivity
from curation.api.predictions import router as predictions
from curation.api.problems import BY_STATUS, name_of, problem, refusing_methods
from curation.api.projects import router as projects
from curation.api.report import router as report
from curation.api.rounds import router as rounds
from curation.api.secrets import router as secrets
from curation.api.table import router as table
from curation.api.version_rows import router as version_rows
from curation.api.versions import router as versions
from curation.api.votes import router as votes
from curation.errors import CurationError
from curation.services.operations.outages import outage


class ConcordAPI(NinjaAPI):
    """The library's interface with our description of it."""

    @property
    def urls(self) -> Any:
        """Its addresses; what none of an address's methods is, is refused like all else."""
        patterns, app, namespace = super().urls
        for pattern in patterns:
            pattern.callback = refusing_methods(pattern.callback)
        return patterns, app, namespace

    def get_openapi_schema(self, **options: Any) -> Any:
        return mended(super().get_openapi_schema(**options))


api = ConcordAPI(
    title="Concord",
    version="1",
    description="What the pages do, for programs; see docs/api.md. Refusals are problem+json "
    "(RFC 9457), lists come a page at a time, and what creates or starts something takes an "
    "Idempotency-Key.",
    urls_namespace="api-v1",
    docs_url=None,
    auth=WAYS_IN,
)
OWN = {
    "projects": [projects],
    "members": [members],
    "secrets": [secrets],
    "audit log": [audit],
    "examples": [table, examples, corpus_map],
    "rounds": [rounds],
    "votes": [votes],
    "annotators": [annotators],
    "agreement": [agreement, aggregators],
    "explorer": [explorer],
    "dataset versions": [versions, version_rows],
    "jobs": [jobs],
    "predictions": [predictions],
    "report": [report],
}
api.add_router("", about, tags=["about"])
for tag, routers in OWN.items():
    for router in routers:
        api.add_router("/projects", router, tags=[tag])
api.add_router("/objectivity", objectivity, tags=["objectivity"])
# named as strings: the spokes'
api.add_router("/projects", "generation.api.calls.router", tags=["generation"])
api.add_router("/projects", "generation.api.lists.router", tags=["generation"])
api.add_router("/projects", "generation.api.runs.router", tags=["generation"])
api.add_router("/projects", "training.api.runs.router", tags=["training"])
api.add_router("/studies", "training.api.studies.router", tags=["studies"])

SENTENCES = {
    "no-login": "Send a token as Authorization: Bearer TOKEN, or log in on the site first; make a "
    "token under account/tokens/.",
    "no-csrf-token": "The CSRF token is missing or wrong; send that of the cookie as X-CSRFToken, "
    "or use a token instead of the site's session.",
    "not-json": 'The body is not JSON; send an object such as {"threshold": 0.8}.',
    "too-large": "The request is larger than this installation takes; send fewer rows at a time.",
}
BY_LIBRARY = {400: "not-json", 403: "no-csrf-token"}  # what the library means by a status


@api.exception_handler(CurationError)
def _refused(request: HttpRequest, error: CurationError) -> HttpResponse:
    return problem(name_of(error), str(error))


@api.exception_handler(ValidationError)
def _not_understood(request: HttpRequest, error: ValidationError) -> HttpResponse:
    found = error.errors[0]
    parts = [str(part) for part in found["loc"][1:] if part != "asked"]  # the body as a whole
    place = ".".join(parts) or "the request"
    more = len(error.errors) - 1
    tail = f" {more} more like this." if more else ""
    said = found["msg"].removeprefix("Value error, ").rstrip(".")
    return problem("not-understood", f"{place}: {said}.{tail}")


@api.exception_handler(Http404)
def _not_found(request: HttpRequest, error: Http404) -> HttpResponse:
    return problem("not-found", str(error) or "There is nothing at this address.")


@api.exception_handler(RequestDataTooBig)
def _too_large(request: HttpRequest, error: RequestDataTooBig) -> HttpResponse:
    return problem("too-large", SENTENCES["too-large"])


@api.exception_handler(OperationalError)
def _busy(request: HttpRequest, error: OperationalError) -> HttpResponse:
    sentence = outage(error)
    if not sentence:  # a bug
        raise error
    return problem("busy", sentence)


@api.exception_handler(HttpError)
def _http_error(request: HttpRequest, error: HttpError) -> HttpResponse:
    name = BY_LIBRARY.get(error.status_code) or BY_STATUS.get(error.status_code, "bad-input")
    return problem(name, SENTENCES.get(name, str(error)))


class Anything(StringConverter):
    """The rest of an address, line breaks included, which the usual converters do not take."""

    regex = r"[\s\S]*"


@csrf_exempt
def nowhere(request: HttpRequest, rest: str) -> HttpResponse:
    """Every other address below /api/v1/: programs are not told in HTML."""
    return problem("not-found", f"There is nothing at {request.path!r}; see docs/api.md.")
