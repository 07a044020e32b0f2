"""What supervisors, balancers and Prometheus ask. Nobody is logged in here."""

from __future__ import annotations

import os

from django.http import HttpRequest, HttpResponse
from django.utils.crypto import constant_time_compare
from django.views.decorators.http import require_safe

from curation.metering.exposition import CONTENT_TYPE, exposition
from curation.services.operations.figures import installation_figures
from curation.services.operations.readiness import shortcomings

LOOPBACK = frozenset({"127.0.0.1", "::1"})


@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """The process is alive; nothing is touched."""
    return _plain("alive\n")


@require_safe
def readyz(request: HttpRequest) -> HttpResponse:
    """200 when pages can be served, else 503 with a sentence for each reason."""
    reasons = shortcomings()
    return _plain("\n".join(reasons) + "\n", status=503) if reasons else _plain("ready\n")


@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """For Prometheus on this host, or elsewhere with CONCORD_METRICS_TOKEN as a bearer token."""
    if not _may_see_metrics(request):
        return _plain(
            "Metrics are for this host only; elsewhere send the value of CONCORD_METRICS_TOKEN "
            "as a bearer token.\n",
            status=403,
        )
    return HttpResponse(exposition(installation_figures), content_type=CONTENT_TYPE)


def _may_see_metrics(request: HttpRequest) -> bool:
    token = os.environ.get("CONCORD_METRICS_TOKEN", "")
    if token and constant_time_compare(request.headers.get("Authorization", ""), f"Bearer {token}"):
        return True
    # a proxy on this host speaks for others, and says so
    forwarded = {"X-Forwarded-For", "Forwarded", "X-Real-Ip"} & set(request.headers)
    return request.META.get("REMOTE_ADDR") in LOOPBACK and not forwarded


def _plain(text: str, *, status: int = 200) -> HttpResponse:
    response = HttpResponse(text, content_type="text/plain; charset=utf-8", status=status)
    response.headers["Cache-Control"] = "no-store"
    return response
