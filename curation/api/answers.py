"""What an endpoint may answer, declared with every one: its own answers and its refusals."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ninja import Field, Schema

ALWAYS = (401, 403, 413, 422, 429, 503)  # 413: a limit on every request, whatever it asks
WRITING = (400, 404, 409)


class Problem(Schema):
    """A refusal (RFC 9457)."""

    type: str = Field(description="the kind's address, /api/v1/problems/NAME; it never changes")
    title: str = Field(description="the kind in a few words")
    status: int
    detail: str = Field(description="one sentence: what is wrong, and what to do")


def reads(found: Any, *also: int) -> dict[int, Any]:
    """Of an endpoint that changes nothing: 200 with `found`, and how it may refuse."""
    return {200: found, **_problems(400, 404, *ALWAYS, *also)}


def writes(found: Mapping[int, Any], *also: int) -> dict[int, Any]:
    """Of one that changes something: each status with what comes, and how it may refuse."""
    return {**found, **_problems(*ALWAYS, *WRITING, *also)}


def as_file(what: str, *kinds: str) -> dict[str, Any]:
    """The same of an endpoint that gives a file of one of these media types, for its decorator."""
    found = {"description": what, "content": {kind: {} for kind in kinds}}
    return {
        "response": _problems(400, 404, *ALWAYS),
        "openapi_extra": {"responses": {200: found}},
    }


def _problems(*statuses: int) -> dict[int, Any]:
    return dict.fromkeys(sorted(set(statuses)), Problem)
