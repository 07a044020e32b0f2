"""What programs ask about themselves and about refusals."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import Http404, HttpRequest
from ninja import Field, Router, Schema

from curation.api.answers import reads
from curation.api.door import caller_of
from curation.api.problems import KINDS, PLACE

router = Router()


class CallerOut(Schema):
    """Whoever asks, and with what."""

    user: str
    token: str | None = Field(description="the token's name; null with the site's session")
    scopes: list[str] = Field(description="of the token: read, annotate, write, manage")
    project: str | None = Field(description="the only project that the token opens")
    expires_at: datetime | None


class ProblemKindOut(Schema):
    type: str = Field(description="what `type` of a refusal says")
    title: str
    status: int
    meaning: str


@router.get("/me", response=reads(CallerOut), summary="Who asks")
def me(request: HttpRequest) -> dict[str, Any]:
    caller = caller_of(request)
    token = caller.token
    return {
        "user": caller.user.get_username(),
        "token": token and token.name,
        "scopes": token.scopes if token else [],
        "project": token.project.slug if token and token.project else None,
        "expires_at": token and token.expires_at,
    }


@router.get(
    "/problems",
    response=reads(list[ProblemKindOut]),
    auth=None,
    summary="Every kind of refusal",
)
def problem_list(request: HttpRequest) -> list[dict[str, Any]]:
    return [_kind(name) for name in KINDS]


@router.get(
    "/problems/{name}", response=reads(ProblemKindOut), auth=None, summary="One kind of refusal"
)
def problem_kind(request: HttpRequest, name: str) -> dict[str, Any]:
    if name not in KINDS:
        raise Http404(f"There is no kind of refusal {name!r}.")
    return _kind(name)


def _kind(name: str) -> dict[str, Any]:
    return {"type": f"{PLACE}{name}", **vars(KINDS[name])}
