"""Errors of training a user can act on.

CurationError
├── RunsFailed        some runs broke off; the others are kept
├── NoScores          nothing has been trained yet
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


class BadRecipe(CurationError):
    """The settings asked for cannot be used; nothing was trained."""
