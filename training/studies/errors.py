"""Errors of studies, each a sentence for the user."""

from __future__ import annotations

from training.fitting.errors import FitError


class BadPlan(FitError):
    """The study cannot be run as it is written; nothing was changed."""
