"""POST /v1/chat/completions: check, admit, work, answer or fail."""

from __future__ import annotations

import asyncio
import json
import math
import time
from typing import Any

from tests.generation.limited_server.answers import prompt_tokens
from tests.generation.limited_server.config import REFUSING, ServerConfig
from tests.generation.limited_server.ledger import GONE, GOOD
from tests.generation.limited_server.limits import Refused
from tests.generation.limited_server.state import State, Work, bill_for
from tests.generation.limited_server.wire import (
    BadRequest,
    HttpRequest,
    HttpResponse,
    as_json,
    refused,
)

FAILURES = {
    "error_429": (429, "Rate limit reached."),
    "error_500": (500, "The server had an error while processing your request."),
    "error_503": (503, "The engine is currently overloaded, please try again later."),
}


async def chat(state: State, sent: HttpRequest) -> HttpResponse:
    """One request, from its limits to its bill."""
    ledger = state.ledger
    ledger.see()
    try:
        work = state.consider(checked(json_of(sent), state.config))
    except BadRequest as bad:
        ledger.turn_away(str(bad.response.status))
        raise
    turned_away = _turned_away(state, work)
    if turned_away:
        return turned_away
    headers = _limit_headers(state)
    ledger.admit(work.hash, tokens=work.billed_tokens)
    try:
        return await _worked(state, work, sent, headers)
    finally:
        ledger.leave()


def json_of(sent: HttpRequest) -> dict[str, Any]:
    """The body as an object."""
    try:
        body = json.loads(sent.body)
    except ValueError:
        body = None
    if not isinstance(body, dict):
        raise BadRequest("We could not parse the JSON body of your request.")
    return body


def checked(request: dict[str, Any], config: ServerConfig) -> dict[str, Any]:
    """A request that this server can work on."""
    messages = request.get("messages")
    if not (isinstance(messages, list) and messages and request.get("model")):
        raise BadRequest("A request needs a model and messages.")
    if request.get("stream"):
        raise BadRequest("This server does not stream.")
    if request["model"] in config.unknown_models:
        message = f"The model `{request['model']}` does not exist or you do not have access to it."
        raise BadRequest(message, status=404, code="model_not_found")
    if config.no_schema and (request.get("response_format") or {}).get("type") == "json_schema":
        raise BadRequest(
            "Invalid parameter: 'response_format' of type 'json_schema' is not supported."
        )
    tokens = prompt_tokens(request)
    if config.context_limit and tokens > config.context_limit:
        raise BadRequest(
            f"This model's maximum context length is {config.context_limit} tokens. However, your "
            f"messages resulted in {tokens} tokens. Please reduce the length of the messages.",
            code="context_length_exceeded",
        )
    return request


def _turned_away(state: State, work: Work) -> HttpResponse | None:
    """The refusal of a request that is one too many; None when it is admitted."""
    config, ledger, now = state.config, state.ledger, time.monotonic()
    if config.concurrency_limit and ledger.working >= config.concurrency_limit:
        ledger.turn_away("concurrency")
        message = "Too many requests are worked on at once, please try again later."
        return refused(config.concurrency_status, message, headers=_limit_headers(state))
    tokens = work.asked_tokens() if config.tpm_counts == "asked" else work.billed_tokens
    over = state.limits.admit(tokens, now)
    if not over:
        return None
    ledger.turn_away(over.kind)
    seconds = config.retry_after_seconds or over.seconds
    headers = _limit_headers(state) | {"retry-after": str(max(1, math.ceil(seconds)))}
    if config.retry_after_ms:
        headers["retry-after-ms"] = str(math.ceil(seconds * 1000))
    return refused(
        429,
        _limit_sentence(config, over),
        code="rate_limit_exceeded",
        kind=over.kind,
        headers=headers,
    )


def _limit_sentence(config: ServerConfig, over: Refused) -> str:
    limit = config.rpm if over.kind == "requests" else config.tpm
    unit = "RPM" if over.kind == "requests" else "TPM"
    return f"Rate limit reached on {over.kind} per min ({unit}): Limit {limit:.0f}."


def _limit_headers(state: State) -> dict[str, str]:
    return state.limits.headers(time.monotonic()) if state.config.headers else {}


async def _worked(
    state: State, work: Work, sent: HttpRequest, headers: dict[str, str]
) -> HttpResponse:
    """The answer to an admitted request after its latency, or what its fault makes of it."""
    fault, ledger = work.fate.fault, state.ledger
    if fault:
        ledger.fault(fault)
    if fault not in ("error_429", "error_503") and work.fate.latency:
        await asyncio.sleep(work.fate.latency)
    if fault in REFUSING:
        status, message = FAILURES[fault]
        return refused(status, message, headers=headers)
    ledger.bill(bill_for(work, outcome=GONE if sent.gone() else fault or GOOD))
    if fault == "timeout":
        return HttpResponse(silence=state.config.timeout_s)
    response = as_json(work.body(), headers=headers)
    if fault == "malformed":
        return HttpResponse(body=response.body[:-20], headers=headers)
    return HttpResponse(body=response.body, headers=headers, cut=fault == "cut")
