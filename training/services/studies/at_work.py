"""Which studies some process of this machine runs at this moment."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings

from training.executors.claim import Claim, is_claimed
from training.models import Study


def claim_on(study: Study) -> Claim:
    """Held by every process that runs the study; they share the work."""
    return Claim(_file(study), shared=True)


def is_at_work(study: Study) -> bool:
    return is_claimed(_file(study))


def _file(study: Study) -> Path:
    return Path(settings.CONCORD_HOME) / "studies" / study.slug / "running"
