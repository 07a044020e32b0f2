"""What became of the drafts."""

from __future__ import annotations

from typing import Any

from django.db.models import Count

from curation.models import Project
from generation.models import Draft, DraftQuerySet, GenerationRun
from generation.screening.screen import SURPLUS


def rejected_counts(project: Project) -> dict[str, int]:
    """Drafts that became no example, per reason. Surplus is not among them; see `surplus_count`."""
    return _per_reason(Draft.objects.of(project).rejected())


def surplus_count(project: Project) -> int:
    """Good drafts beyond what was asked for; the first to be taken when more is asked for."""
    return Draft.objects.of(project).filter(reason=SURPLUS).count()


def run_summary(run: GenerationRun) -> dict[str, Any]:
    """A run as one JSON object."""
    return {
        "run": run.number,
        "provider": run.provider,
        "model": run.model,
        "method": run.method,
        "prompt_version": run.prompt_version,
        "seed": run.seed,
        "status": run.status,
        "target": run.target,
        "accepted": run.accepted,
        "rejected": _per_reason(Draft.objects.filter(call__run=run).rejected()),
        "surplus": run.surplus,
        "calls": run.calls.count(),
        "prompt_tokens": run.prompt_tokens,
        "completion_tokens": run.completion_tokens,
        "shortfall": run.error,
        "fingerprint": run.fingerprint,
    }


def _per_reason(drafts: DraftQuerySet) -> dict[str, int]:
    counted = drafts.order_by("reason").values_list("reason").annotate(n=Count("pk"))
    return dict(counted)
