"""Errors of training a user can act on.

CurationError
├── RunsFailed        some runs broke off; the others are kept
├── NoScores          nothing has been trained yet
├── RunNotFound       the project has no finished training run of that key
├── RunFilesGone      a run's row is there, but not its files
├── ModelNotKept      a run kept no model, or it cannot be used
├── DynamicsNotKept   a run kept no training dynamics
├── NoTemperature     a run had no validation rows to calibrate it on
├── BadTexts          some rows of a file hold no text to judge
├── BadRecipe         the settings asked for cannot be used
├── StudyNotFound     no study has that slug
├── StudyRefused      a study cannot be written down, run or forgotten as asked
├── StudyStopped      somebody asked for the study to stop
└── ReportNotWritten  a study's report cannot be written where it should
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from curation.errors import BadInput, BadRow, CurationError, JobCancelled, NothingToDo


class RunsFailed(CurationError):
    """Some runs broke off; what the others finished is kept."""

    def __init__(self, reasons: Mapping[str, str], *, asked: int) -> None:
        self.reasons = dict(reasons)
        name, reason = next(iter(self.reasons.items()))
        failed = f"{len(self.reasons)} of {asked} runs failed"
        super().__init__(
            f"{failed} ({name}: {reason.rstrip('.')}); the others are kept. "
            "Mend that, then start again for what is missing."
        )


class NoScores(NothingToDo):
    """Nothing has been trained yet."""

    def __init__(self, slug: str) -> None:
        super().__init__(
            f"Project {slug!r} has no finished training run; "
            f"start one with: manage.py train {slug} --source synthetic"
        )


class RunNotFound(CurationError):
    def __init__(self, slug: str, key: str) -> None:
        missing = f"no finished training run {key!r}" if key else "no finished training run"
        super().__init__(
            f"Project {slug!r} has {missing}; "
            f"start one with: manage.py train {slug} --source synthetic --save-model"
        )


class RunFilesGone(CurationError):
    def __init__(self, key: str, command: str) -> None:
        super().__init__(f"The files of {key} have gone; have them back with: {command}")


class ModelNotKept(CurationError):
    def __init__(self, key: str, reason: str, command: str) -> None:
        super().__init__(f"{key} cannot judge new texts: {reason} Train it again with: {command}")


class DynamicsNotKept(CurationError):
    def __init__(self, key: str, command: str) -> None:
        super().__init__(
            f"{key} has not kept how it learned its rows. Train it again with: {command}"
        )


class NoTemperature(CurationError):
    def __init__(self, key: str) -> None:
        super().__init__(
            f"{key} had no validation rows, so no temperature was fitted; leave --calibrated out."
        )


class BadTexts(BadInput):
    """Some rows of a file hold no text; nothing was predicted."""

    SHOWN = 3

    def __init__(self, name: str, rows: Sequence[BadRow]) -> None:
        self.rows = tuple(rows)
        shown = "; ".join(str(row) for row in self.rows[: self.SHOWN])
        tail = f"; and {len(rows) - self.SHOWN} more" if len(rows) > self.SHOWN else ""
        plural = "row" if len(rows) == 1 else "rows"
        super().__init__(
            f"{name} has {len(rows)} bad {plural}, so nothing was predicted ({shown}{tail}). "
            "Mend the file, or pass --skip-bad to leave those rows out."
        )


class BadRecipe(CurationError):
    """The settings asked for cannot be used; nothing was trained."""


class StudyNotFound(CurationError):
    def __init__(self, slug: str, known: str) -> None:
        there = f"there are {known}" if known else "there is none yet"
        super().__init__(
            f"There is no study {slug!r}; {there}. "
            f"Write one down with: manage.py study create FILE --slug {slug}"
        )


class StudyRefused(BadInput):
    """A study cannot be written down, run or forgotten as asked; nothing was changed."""


class StudyStopped(JobCancelled):
    def __init__(self, slug: str) -> None:
        CurationError.__init__(
            self,
            f"Study {slug!r} was stopped; what it had finished is kept. "
            f"Go on with: manage.py study run {slug}",
        )


class ReportNotWritten(CurationError):
    def __init__(self, path: str, reason: str) -> None:
        super().__init__(
            f"The report cannot be written to {path}: {reason.rstrip('.')}. Make room or name "
            "another folder; the report itself is kept with the study."
        )
