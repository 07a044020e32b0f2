"""Errors of executors, each a sentence for the user."""

from __future__ import annotations

from training.fitting.errors import FitError


class NoCluster(FitError):
    """There is no Ray cluster to fit on; nothing was started."""
