"""Keys to other servers: they come in here and never come out."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest
from ninja import Field, Router, Schema, Status
from pydantic import SecretStr

from curation.api.answers import reads, writes
from curation.api.door import caller_of, project_at
from curation.api.paging import LARGEST
from curation.api.schemas import Strict
from curation.models import Secret
from curation.services.access import Right
from curation.services.secrets import LONGEST, forget_secret, keep_secret

router = Router()


class SecretIn(Strict):
    kind: Secret.Kind
    address: str = Field(max_length=300, description="of the only server that it is ever sent to")
    value: SecretStr = Field(
        max_length=LONGEST, description="sealed at once; nobody reads it again"
    )


class SecretOut(Schema):
    """All that is told of a secret."""

    id: int
    kind: str
    address: str
    ending: str = Field(description='its last four characters; "" of a short one')
    set_by: str
    set_at: datetime


@router.get("/{slug}/secrets", response=reads(list[SecretOut]), summary="Which secrets are kept")
def secret_list(request: HttpRequest, slug: str) -> list[dict[str, Any]]:
    """For which servers, since when and by whom; never what they are."""
    return [_secret(one) for one in project_at(request, slug, Right.MANAGE).secrets.all()]


@router.put("/{slug}/secrets", response=writes({200: SecretOut}), summary="Keep a secret")
def secret_keep(request: HttpRequest, slug: str, asked: SecretIn) -> dict[str, Any]:
    """The one kept for that kind and server before is gone."""
    project = project_at(request, slug, Right.MANAGE)
    settings.CONCORD_ENDPOINTS.check(asked.address)
    kept = keep_secret(
        asked.kind,
        asked.value.get_secret_value(),
        address=asked.address,
        project=project,
        by=caller_of(request).user.get_username(),
    )
    return _secret(kept)


@router.delete(
    "/{slug}/secrets/{int:number}", response=writes({204: None}), summary="Forget a secret"
)
def secret_forget(request: HttpRequest, slug: str, number: int) -> Status[Any]:
    project = project_at(request, slug, Right.MANAGE)
    found = project.secrets.filter(pk=min(number, LARGEST)).first()
    if found is None:
        raise Http404(f"Project {slug!r} keeps no secret {number}.")
    forget_secret(found.kind, address=found.address, project=project)
    return Status(204, None)


def _secret(one: Secret) -> dict[str, Any]:
    plain = ("kind", "address", "ending", "set_by", "set_at")
    return {"id": one.pk, **{name: getattr(one, name) for name in plain}}
