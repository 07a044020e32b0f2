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
# what of a job's parameters is told: none of them holds a text of the project
TOLD = ("provider", "model", "base_url", "count", "cap", "url", "source", "study", "name")
MISSING = "it is missing"
CHANGED = "it, or the line before it, is not as it was written"
ADDED = "it was not written by this installation"
CUT = "its seal, kept elsewhere, is in no line, so lines were cut off or written anew"
UNPROVEN = "the end of the log was not as it was written"  # what a line then follows


@dataclass(frozen=True, kw_only=True)
class Actor:
    """Who acts now."""

    name: str = "command"  # user name, or what runs
    request: str = ""
    address: str = ""
    unasked: bool = False  # a worker's upkeep: jobs it starts are nobody's act


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
        entry.seal = sealer().sign(_line(entry, _end_of(head)))
        entry.save(force_insert=True)
        sealed = sealer().sign(_ending(entry.number, entry.seal))
        AuditHead.objects.filter(pk=head.pk).update(number=entry.number, seal=sealed)
    return entry


def record_job(job: Job) -> None:
    """Add a line for a job that somebody started; those that start by themselves have none."""
    if _acting.get()().unasked or "poll" in job.params:
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


def verify(kept: str = "") -> Verified:
    """Read every line and check that it is as it was written and that none is missing.

    Lines that are added meanwhile are left for the next time; nobody waits for the reading.

    Args:
        kept: a seal that an earlier checking told; its line must still be there.
    """
    found = _read_through()
    if found.whole and kept and not AuditEntry.objects.filter(seal=kept).exists():
        return Verified(lines=found.lines, wrong_at=found.lines + 1, reason=CUT)
    return found


def _read_through() -> Verified:
    head = _head()
    n, seal = 0, ""
    known = AuditEntry.objects.filter(number__lte=head.number).order_by("number")
    for entry in known.iterator(chunk_size=CHUNK):
        if entry.number != n + 1:
            return Verified(lines=n, wrong_at=n + 1, reason=MISSING)
        if not sealer().signed(_line(entry, seal), entry.seal):
            return Verified(lines=n, wrong_at=entry.number, reason=CHANGED)
        n, seal = entry.number, entry.seal
    if head.number != n or not _is_proven(head, seal):
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


def _end_of(head: AuditHead) -> str:
    """The newest line's seal; where the end was tampered with, nothing that a new line mends."""
    newest = AuditEntry.objects.filter(number=head.number).values_list("seal", flat=True).first()
    seal = newest or ""
    return seal if _is_proven(head, seal) else UNPROVEN


def _is_proven(head: AuditHead, seal: str) -> bool:
    """Whether we wrote that the log ends with this line; lines cut off would show by it."""
    if not head.number:
        return head.seal == ""
    return sealer().signed(_ending(head.number, seal), head.seal)


def _ending(number: int, seal: str) -> str:
    return f"the log ends with line {number}: {seal}"


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
    if len(text) > LONGEST:
        return _without_nul({"cut": text[:LONGEST]})
    return _without_nul(json.loads(text, parse_float=_same_everywhere, parse_constant=str))


def _same_everywhere(number: str) -> int | float:
    """A number as SQLite and PostgreSQL both give it back, so that the line keeps its signature.

    >>> _same_everywhere("0.1"), _same_everywhere("-0.0"), _same_everywhere("1e+16")
    (0.1, 0.0, 10000000000000000)
    """
    value = float(number)
    return int(value) if value.is_integer() and "e" in number else value + 0.0


def _without_nul(value: Any) -> Any:
    """The same without what no database stores: NUL, and halves of character pairs."""
    if isinstance(value, dict):
        return {_without_nul(name): _without_nul(held) for name, held in value.items()}
    if isinstance(value, list):
        return [_without_nul(held) for held in value]
    if not isinstance(value, str):
        return value
    return value.replace("\x00", "").encode(errors="replace").decode()
