"""One answer of a votes file, and what makes it one."""

from __future__ import annotations

import math
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from curation.errors import BadRow
from curation.importers.lines import is_storable

LONGEST_NAME = 120
SKIP_REASONS = ("unclear", "harmful", "language", "other")
ABSENT = (None, "")


@dataclass(frozen=True, kw_only=True, slots=True)
class VoteRow:
    """One annotator's answer to one task: a label, or a skip."""

    line: int
    task: str
    worker: str  # as the file names them; may be an e-mail
    label: str | None  # None: skipped
    skip_reason: str = ""  # one of SKIP_REASONS; "" where none is known, or it is no skip
    seconds: float | None = None  # time the annotator took
    answered_at: datetime | None = None  # UTC
    text: str | None = None  # the task's text, where the file tells it
    place: str = "line"  # what `line` counts

    @property
    def skipped(self) -> bool:
        return self.label is None


@dataclass(frozen=True, kw_only=True)
class RawVote:
    """An answer as a file says it, nothing checked."""

    task: Any
    worker: Any
    label: Any = None
    skipped: bool = False  # the file says so without a reason
    skip_reason: Any = None
    seconds: Any = None
    answered_at: Any = None
    text: str | None = None


class _Refused(Exception):
    """Why a row cannot be taken: a short code, and the same in words."""

    def __init__(self, reason: str, detail: str) -> None:
        self.reason, self.detail = reason, detail
        super().__init__(detail)


def vote_row(
    raw: RawVote, *, line: int, labels: Collection[str], place: str = "line"
) -> VoteRow | BadRow:
    """The answer, or why it is none; whether its task exists is not known here.

    Args:
        line: where it stands, counted from 1.
        labels: what a label may be.
        place: what `line` counts.

    >>> vote_row(RawVote(task=7, worker="ann", label="joke"), line=2, labels=["joke"]).task
    '7'
    >>> print(vote_row(RawVote(task=7, worker="ann"), line=2, labels=["joke"]))
    line 2: it has no label, and no reason to skip
    """
    try:
        label = _label(raw, labels)
        return VoteRow(
            line=line,
            task=_name(raw.task, "task"),
            worker=_name(raw.worker, "worker"),
            label=label,
            skip_reason=_skip_reason(raw.skip_reason),
            seconds=_seconds(raw.seconds),
            answered_at=_moment(raw.answered_at),
            text=raw.text,
            place=place,
        )
    except _Refused as refused:
        return BadRow(line=line, reason=refused.reason, detail=refused.detail, place=place)


def _label(raw: RawVote, labels: Collection[str]) -> str | None:
    skipped = raw.skipped or raw.skip_reason not in ABSENT
    chosen = raw.label if isinstance(raw.label, list | tuple) else [raw.label]
    chosen = [label for label in chosen if label not in ABSENT]
    if skipped and chosen:
        raise _Refused("label_and_skip", f"it has both the label {chosen[0]!r} and a skip")
    if len(chosen) > 1:
        listed = ", ".join(repr(label) for label in chosen)
        raise _Refused("several_labels", f"it has several labels ({listed}), but one is needed")
    if skipped:
        return None
    if not chosen:
        raise _Refused("no_label", "it has no label, and no reason to skip")
    if str(chosen[0]) not in labels:
        raise _Refused(
            "unknown_label", f"label {str(chosen[0])!r} is not one of {', '.join(labels)}"
        )
    return str(chosen[0])


def _name(value: Any, column: str) -> str:
    name = str(value) if isinstance(value, int) and not isinstance(value, bool) else value
    if (
        not isinstance(name, str)
        or not name.strip()
        or len(name) > LONGEST_NAME
        or not is_storable(name)
    ):
        detail = f"its {column} must be a name of 1 to {LONGEST_NAME} characters"
        raise _Refused(f"bad_{column}", detail)
    return name


def _skip_reason(value: Any) -> str:
    if value in ABSENT:
        return ""
    if value not in SKIP_REASONS:
        known = ", ".join(SKIP_REASONS)
        raise _Refused("unknown_skip", f"skip reason {str(value)!r} is not one of {known}")
    return str(value)


def _seconds(value: Any) -> float | None:
    if value in ABSENT:
        return None
    try:
        seconds = math.nan if isinstance(value, bool) else float(value)
    except (TypeError, ValueError, OverflowError):
        seconds = math.nan
    if not 0 <= seconds < math.inf:
        raise _Refused("bad_seconds", f"its seconds must be a number from 0, not {value!r}")
    return seconds


def _moment(value: Any) -> datetime | None:
    if value in ABSENT:
        return None
    try:
        moment = datetime.fromisoformat(value)
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except (TypeError, ValueError, OverflowError):
        detail = f"its answered_at must be a time like 2026-11-21T14:05:00Z, not {value!r}"
        raise _Refused("bad_time", detail) from None
