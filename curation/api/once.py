"""`Idempotency-Key`: a request that creates or starts something may be sent again."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from ninja.decorators import decorate_view
from ninja.utils import contribute_operation_callback

from curation.api.door import Caller, who_asks
from curation.errors import CurationError
from curation.services.repeating import LONGEST_KEY, Answer, answer_once

HEADER = "Idempotency-Key"
REPEATED = "Idempotent-Replayed"
KEPT = ("Location", "Content-Type")
DESCRIBED = {
    "in": "header",
    "name": HEADER,
    "required": False,
    "schema": {"type": "string", "minLength": 1, "maxLength": LONGEST_KEY, "pattern": "^[!-~]+$"},
    "description": "a name of your own for this request; sent again within a day, it is answered "
    "as the first time and nothing is done twice",
}


def once(view: Callable[..., Any]) -> Callable[..., Any]:
    """Below `@router.post(…)`: do what is asked once for each idempotency key."""
    contribute_operation_callback(view, _describe)
    decorated: Callable[..., Any] = decorate_view(_answering_once)(view)
    return decorated


def _describe(operation: Any) -> None:
    extra = operation.openapi_extra or {}
    operation.openapi_extra = {**extra, "parameters": [*extra.get("parameters", []), DESCRIBED]}


def _answering_once(run: Callable[..., Any]) -> Callable[..., Any]:
    operation = run.__self__  # type: ignore[attr-defined]

    @wraps(run)
    def answer(request: HttpRequest, **values: Any) -> Any:
        key = request.headers.get(HEADER)
        caller = who_asks(request) if key is not None else None
        if key is None or caller is None:
            return run(request, **values)
        try:
            given = answer_once(
                caller.user,
                key,
                asked=_digest(request, caller),
                work=lambda: _answer(run(request, **values)),
            )
        except (CurationError, RequestDataTooBig) as error:
            return operation.api.on_exception(request, error)
        return _response(given.answer, repeated=given.repeated)

    return answer


def _digest(request: HttpRequest, caller: Caller) -> str:
    """Of what was asked, and with which power: an answer is not repeated to a lesser token."""
    token = caller.token
    power = "session" if token is None else f"{token.project_id} {token.scopes}"
    head = f"{request.method} {request.get_full_path()} {power}\n".encode()
    return hashlib.sha256(head + request.body).hexdigest()


def _answer(response: HttpResponse) -> Answer:
    return Answer(
        status=response.status_code,
        headers=dict(response.headers.items()),
        body=response.content.decode(),
    )


def _response(answer: Answer, *, repeated: bool) -> HttpResponse:
    names = KEPT if repeated else answer.headers
    headers = {name: answer.headers[name] for name in names if name in answer.headers}
    if repeated:
        headers[REPEATED] = "true"
    return HttpResponse(answer.body, status=answer.status, headers=headers)
