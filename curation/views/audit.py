"""Who did what in a project."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from curation.models import AuditEntry, Project
from curation.services.access import Right
from curation.views.doors import in_project
from curation.views.stages import rail_of

SHOWN = 100
KEYED = "annotator "  # and the key, in lines about annotators
MOST_NUMBER = 2**62
WORDS = {
    "project.created": "made the project",
    "member.added": "made somebody a member",
    "member.changed": "changed a member’s role",
    "member.removed": "took a member’s role away",
    "member.left": "left the project",
    "invitation.made": "invited somebody",
    "invitation.used": "came in by an invitation",
    "invitation.withdrawn": "withdrew an invitation",
    "project.threshold": "changed the threshold",
    "project.changed": "changed settings of the project",
    "label.changed": "changed what a label says",
    "token.made": "made a token for programs",
    "token.revoked": "revoked a token for programs",
    "project.annotator_rule": "changed the rule for flagged annotators",
    "examples.imported": "imported texts",
    "votes.imported": "imported votes",
    "round.opened": "opened a round",
    "version.frozen": "froze a version",
    "version.exported": "took a version along",
    "generation.started": "started or resumed generation",
    "model.tried": "asked a language model once, to try it",
    "job.started": "started a job",
    "secret.set": "set a secret",
    "secret.replaced": "replaced a secret",
    "secret.deleted": "deleted a secret",
    "annotator.warned": "warned an annotator",
    "annotator.paused": "paused an annotator",
    "annotator.resumed": "let an annotator go on",
    "annotator.requeued": "set an annotator’s votes aside",
    "annotator.restored": "let an annotator’s votes count again",
    "annotator.erased": "forgot an annotator",
}


@dataclass(frozen=True, kw_only=True)
class AuditLine:
    """A line as the page shows it."""

    number: int
    at: datetime
    who: str
    words: str
    thing: str
    change: str
    origin: str  # address and request


@in_project(Right.AUDIT)
@require_GET
def audit_page(request: HttpRequest, project: Project) -> HttpResponse:
    lines = AuditEntry.objects.filter(project=project.slug).order_by("-number")
    if before := _number(request.GET.get("before", "")):
        lines = lines.filter(number__lt=before)
    found = list(lines[: SHOWN + 1])
    context = {
        "project": project,
        "rail": rail_of(project, here=""),
        "lines": _lines(project, found[:SHOWN]),
        "older": found[SHOWN - 1].number if len(found) > SHOWN else None,
        "newest": not before,
    }
    return render(request, "audit/page.html", context)


def _lines(project: Project, entries: Sequence[AuditEntry]) -> list[AuditLine]:
    """The log names annotators by their keys; here they have the names they go by today."""
    named = [entry.object.removeprefix(KEYED) for entry in entries if _is_keyed(entry)]
    people = project.annotators.filter(pk__in=[key for key in named if _number(key)])
    names = {f"{KEYED}{key}": name for key, name in people.values_list("pk", "name")}
    for entry in entries:
        if _is_keyed(entry):
            entry.object = names.get(entry.object, entry.object)
    return [_line(entry) for entry in entries]


def _is_keyed(entry: AuditEntry) -> bool:
    return entry.what.startswith("annotator.") and entry.object.startswith(KEYED)


def _line(entry: AuditEntry) -> AuditLine:
    return AuditLine(
        number=entry.number,
        at=entry.at,
        who=entry.who,
        words=WORDS.get(entry.what, entry.what.replace(".", " ").replace("_", " ")),
        thing=entry.object,
        change=_change(entry.before, entry.after),
        origin=" · ".join(filter(None, [entry.address, entry.request])),
    )


def _change(before: Any, after: Any) -> str:
    """What was changed, on one line.

    >>> _change({"threshold": 0.8}, {"threshold": 0.7})
    'threshold 0.8 → 0.7'
    >>> _change(None, {"kept": 3})
    'kept 3'
    """
    if not isinstance(after, dict):
        return ""
    old = before if isinstance(before, dict) else {}
    return ", ".join(
        f"{name} {_said(old[name])} → {_said(value)}" if name in old else f"{name} {_said(value)}"
        for name, value in after.items()
        if value not in (None, "")
    )


def _said(value: Any) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def _number(given: str) -> int:
    usable = given.isascii() and given.isdecimal() and len(given) < 20
    return min(int(given), MOST_NUMBER) if usable else 0
