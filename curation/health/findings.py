"""What a check found."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from enum import StrEnum


class Level(StrEnum):
    GOOD = "good"
    NOTE = "note"  # works; somebody should know
    PROBLEM = "problem"  # does not work, or loses something sooner or later


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One answer: what was looked at, how it stands, and what to do where it stands badly."""

    check: str
    level: Level
    says: str  # a sentence
    mend: str = ""  # what to do, a sentence; "" where nothing needs doing

    def as_json(self) -> dict[str, str]:
        return {name: str(value) for name, value in asdict(self).items()}


def good(check: str, says: str) -> Finding:
    return Finding(check=check, level=Level.GOOD, says=says)


def note(check: str, says: str, mend: str) -> Finding:
    return Finding(check=check, level=Level.NOTE, says=says, mend=mend)


def problem(check: str, says: str, mend: str) -> Finding:
    return Finding(check=check, level=Level.PROBLEM, says=says, mend=mend)


def problems(findings: Iterable[Finding]) -> list[Finding]:
    return [finding for finding in findings if finding.level == Level.PROBLEM]
