"""What is nobody's fault: the database is away, the disk is full. A sentence instead of a crash."""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable
from pathlib import Path

from django.conf import settings
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.defaults import server_error as default_server_error

from curation.api.problems import problem
from curation.archives.marker import restoring_in
from curation.services.operations.outages import outage

LOG = logging.getLogger("concord.trouble")
WAIT_SECONDS = 30


class Troubles:
    """Answers 503 with a sentence where only waiting, or the operator, can help."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        restoring = restoring_in(Path(settings.CONCORD_HOME))
        if restoring is not None:
            return answer(request, restoring.sentence())
        return self._get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        sentence = outage(error)
        if not sentence:
            return None
        LOG.error("%s", sentence, exc_info=error)
        if not connection.in_atomic_block:
            connection.close()  # the next request begins with a fresh one
        return answer(request, sentence)


def server_error(request: HttpRequest) -> HttpResponse:
    """The page for an error that no view has answered; Django calls it while it is handled."""
    error = sys.exc_info()[1]
    sentence = outage(error) if error else ""
    return answer(request, sentence) if sentence else default_server_error(request)


def answer(request: HttpRequest, sentence: str) -> HttpResponse:
    """The sentence as a page, or as problem details where a program asked. Asks no database."""
    response: HttpResponse
    if request.path_info.startswith("/api/"):
        response = problem("busy", sentence)
    else:
        response = render(None, "trouble.html", {"sentence": sentence}, status=503)
    response.headers["Retry-After"] = str(WAIT_SECONDS)
    response.headers["Cache-Control"] = "no-store"
    return response
