"""Every request is named, counted, timed and logged; probes are answered before anything else."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import resolve

from curation.logs.context import also_logged, logged, request_id
from curation.metering.requests import count_request

LOG = logging.getLogger("concord.request")
PROBES = frozenset({"/healthz", "/readyz", "/metrics"})


class Probes:
    """Answers probes whatever host name they use: a balancer calls by number."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path_info in PROBES:
            return resolve(request.path_info).func(request)
        return self._get_response(request)


class RequestLog:
    """Gives each request its id, which the answer repeats, and writes one line when it is done."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        name = request_id(request.headers.get("X-Request-ID"))
        started = time.perf_counter()
        with logged(request=name, user=lambda: _user_key(request)):
            response = self._get_response(request)
            _write_down(request, response, seconds=time.perf_counter() - started)
        response.headers["X-Request-ID"] = name
        return response

    def process_view(
        self, request: HttpRequest, view: object, args: object, kwargs: dict[str, Any]
    ) -> None:
        also_logged(project=kwargs.get("slug"))


def _write_down(request: HttpRequest, response: HttpResponse, *, seconds: float) -> None:
    route = request.resolver_match.route if request.resolver_match else ""
    method = request.method or ""
    count_request(method=method, route=route, status=response.status_code, seconds=seconds)
    told = {"method": method, "route": f"/{route}", "status": response.status_code}
    LOG.info(
        "answered",
        extra={"fields": {**told, "milliseconds": round(seconds * 1000, 1)}},
    )


def _user_key(request: HttpRequest) -> object:
    """The user's key, if the request has asked who it is; a line of the log asks nobody."""
    return getattr(getattr(request, "_cached_user", None), "pk", None)
