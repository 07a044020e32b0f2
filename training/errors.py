"""Errors of training a user can act on.

CurationError
├── RunsFailed        some runs broke off; the others are kept
├── NoScores          nothing has been trained yet
├── RunNotFound       the project has no finished training run of that key
├── RunFilesGone      a run's row is there, but not its files
├── ModelNotKept      a run kept no model, or it cannot be used
└── BadRecipe         the settings asked for cannot be used
"""

from __future__ import annotations

from collections.abc import Mapping

from curation.errors import CurationError


class RunsFailed(CurationError):
    """Some runs broke off; what the others finished is kept."""

    def __init__(self, reasons: Mapping[str, str], *, asked: int) -> None:
        self.reasons = dict(reasons)
        name, reason = next(iter(self.reasons.items()))
        failed = f"{len(self.reasons)} of {asked} runs failed"
        super().__init__(
            f"{failed} ({name}: {reason.rstrip('.')}); the others are kept, start again to retry."
        )


class NoScores(CurationError):
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


class BadRecipe(CurationError):
    """The settings asked for cannot be used; nothing was trained."""
