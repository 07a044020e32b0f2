"""Who did what in a project."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Field, Query, Router, Schema

from curation.api.answers import reads
from curation.api.door import project_at
from curation.api.paging import Page, PageAsked, page_of
from curation.models import AuditEntry
from curation.services.access import Right

router = Router()


class AuditEntryOut(Schema):
    number: int
    at: datetime
    who: str = Field(description='user name, or what ran: "command", "job 7"')
    what: str = Field(description='a noun and what happened to it: "version.frozen"')
    thing: str = Field(description="which one")
    before: Any = Field(description="what was changed; null where nothing was there")
    after: Any
    request: str = Field(description="id of the request, as in the log")
    address: str = Field(description="where it came from")


class AuditAsked(PageAsked):
    who: str = Field("", max_length=150)
    what: str = Field("", max_length=60)


@router.get(
    "/{slug}/audit", response=reads(Page[AuditEntryOut]), summary="The audit log, newest first"
)
def audit_list(
    request: HttpRequest, response: HttpResponse, slug: str, asked: Query[AuditAsked]
) -> dict[str, Any]:
    lines = AuditEntry.objects.filter(project=project_at(request, slug, Right.AUDIT).slug)
    if asked.who:
        lines = lines.filter(who=asked.who)
    if asked.what:
        lines = lines.filter(what=asked.what)
    return page_of(request, response, lines, asked, key="number", newest_first=True, tell=_line)


def _line(entry: AuditEntry) -> dict[str, Any]:
    plain = ("number", "at", "who", "what", "before", "after", "request", "address")
    return {**{name: getattr(entry, name) for name in plain}, "thing": entry.object}
