"""The audit log: who did what, when and from where. Lines are added here and nowhere else.

Each line is signed together with the signature of the line before it, so that a line that was
changed, removed or put in between shows. Votes are not lines here: each is a row with its
annotator and time, and every change of one is kept (`AnnotationChange`).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC
from typing import Any

from django.db import transaction
from django.utils import timezone

from curation.models import AuditEntry, AuditHead, Job, Project
from curation.sealing.redacting import redacted
from curation.services.sealing import sealer

LONGEST = 2_000  # characters of `before` and of `after`, as JSON
CHUNK = 2_000
UNASKED = ("settle", "annotators")  # kinds of jobs that start by themselves, many times a day
# what of a job's parameters is told: none of them holds a text of the project
TOLD = ("provider", "model", "base_url", "count", "cap", "url", "source", "study", "name")
MISSING = "it is missing"
CHANGED = "it, or the line before it, is not as it was written"
ADDED = "it was not written by this installation"


@dataclass(frozen=True, kw_only=True)
class Actor:
    """Who acts now."""

    name: str = "command"  # user name, or what runs
    request: str = ""
    address: str = ""


_acting: ContextVar[Callable[[], Actor]] = ContextVar("acting", default=Actor)


@contextmanager
def acting(who: Callable[[], Actor]) -> Iterator[None]:
    """Lines added inside the block are of whoever `who` names when they are added."""
    token = _acting.set(who)
    try:
        yield
    finally:
        _acting.reset(token)


def record(
    what: str,
    *,
    project: Project | None = None,
    thing: str = "",
    before: Any = None,
    after: Any = None,
    who: str = "",
) -> AuditEntry:
    """Add a line, in the transaction that does what it tells of.

    Args:
        what: a noun and what happened to it, such as "version.frozen".
        project: None for what concerns the whole installation.
        thing: which one, in a few words.
        before: what was changed, small enough to read; never a text of the project or a secret.
        after: what it was changed to.
        who: in place of whoever acts now.
    """
    actor = _acting.get()()
    with transaction.atomic():
        head = _locked_head()
        entry = AuditEntry(
            number=head.number + 1,
            at=timezone.now(),
            who=(who or actor.name)[:150],
            what=what,
            project=project.slug if project else "",
            object=_without_nul(redacted(thing))[:200],
            before=_small(before),
            after=_small(after),
            request=actor.request[:64],
            address=actor.address[:45],
        )
        entry.seal = sealer().sign(_line(entry, head.seal))
        entry.save(force_insert=True)
        AuditHead.objects.filter(pk=head.pk).update(number=entry.number, seal=entry.seal)
    return entry


def record_job(job: Job) -> None:
    """Add a line for a job that somebody started; those that start by themselves have none."""
    if job.kind in UNASKED or "poll" in job.params:
        return
    said = {name: job.params[name] for name in TOLD if name in job.params}
    record("job.started", project=job.project, thing=f"{job.kind} {job.pk}", after=said)


@dataclass(frozen=True, kw_only=True)
class Verified:
    """What checking the whole log found."""

    lines: int
    wrong_at: int | None = None  # number of the first line that is not as it was written
    reason: str = ""
    seal: str = ""  # of the newest line: kept elsewhere, it shows lines cut off at the end

    @property
    def whole(self) -> bool:
        return self.wrong_at is None


def verify() -> Verified:
    """Read every line and check that it is as it was written and that none is missing.

    Lines that are added meanwhile are left for the next time; nobody waits for the reading.
    """
    head = _head()
    n, seal = 0, ""
    known = AuditEntry.objects.filter(number__lte=head.number).order_by("number")
    for entry in known.iterator(chunk_size=CHUNK):
        if entry.number != n + 1:
            return Verified(lines=n, wrong_at=n + 1, reason=MISSING)
        if not sealer().signed(_line(entry, seal), entry.seal):
            return Verified(lines=n, wrong_at=entry.number, reason=CHANGED)
        n, seal = entry.number, entry.seal
    if (head.number, head.seal) != (n, seal):
        return Verified(lines=n, wrong_at=n + 1, reason=MISSING)
    beyond = AuditEntry.objects.filter(number__gt=n).order_by("number").first()
    if beyond is not None and beyond.number > _head().number:
        return Verified(lines=n, wrong_at=beyond.number, reason=ADDED)
    return Verified(lines=n, seal=seal)


def _head() -> AuditHead:
    return AuditHead.objects.filter(pk=1).first() or AuditHead()


def _locked_head() -> AuditHead:
    """The one row that whoever adds a line locks, so that lines come one after the other."""
    rows = AuditHead.objects.select_for_update()
    found = rows.filter(pk=1).first()
    if found is None:
        AuditHead.objects.bulk_create([AuditHead(pk=1)], ignore_conflicts=True)
        found = rows.get(pk=1)
    return found


def _line(entry: AuditEntry, previous: str) -> str:
    """All that a line says and the signature before it, spelled in one way only."""
    parts = [
        entry.number,
        entry.at.astimezone(UTC).isoformat(),
        entry.who,
        entry.what,
        entry.project,
        entry.object,
        entry.before,
        entry.after,
        entry.request,
        entry.address,
        previous,
    ]
    return json.dumps(parts, sort_keys=True, ensure_ascii=True, separators=(",", ":"))


def _small(value: Any) -> Any:
    """The value as JSON gives it back, without secrets; a long one is cut to its beginning."""
    if value is None:
        return None
    text = redacted(json.dumps(value, sort_keys=True, ensure_ascii=False, default=str))
    kept = json.loads(text) if len(text) <= LONGEST else {"cut": text[:LONGEST]}
    return _without_nul(kept)


def _without_nul(value: Any) -> Any:
    """The same without the one character that PostgreSQL does not store."""
    if isinstance(value, dict):
        return {_without_nul(name): _without_nul(held) for name, held in value.items()}
    if isinstance(value, list):
        return [_without_nul(held) for held in value]
    return value.replace("\x00", "") if isinstance(value, str) else value
