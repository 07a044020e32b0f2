"""What became of the drafts, and what they cost."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from django.db.models import Count

from curation.models import Project
from generation.models import Call, Draft, DraftQuerySet, GenerationRun
from generation.prompting.base import LabelBrief
from generation.prompting.wording import definition_warnings
from generation.regions.steering import steering_warnings
from generation.screening.screen import SURPLUS
from generation.services.labelling import MISMATCH

PROMPTLESS = {"recorded", "template"}  # providers that read no prompt


def rejected_counts(project: Project) -> dict[str, int]:
    """Drafts that became no example, per reason. Surplus is not among them; see `surplus_count`."""
    return rejected_by_project([project]).get(project.pk, {})


def rejected_by_project(projects: Sequence[Project]) -> dict[int, dict[str, int]]:
    """The same of several projects, by their keys; from the runs' own books, in one query."""
    found: dict[int, Counter[str]] = {}
    runs = GenerationRun.objects.filter(project__in=projects).exclude(rejected=0)
    for key, reasons in runs.values_list("project", "reasons"):
        found.setdefault(key, Counter()).update(reasons)
    return {key: dict(sorted(reasons.items())) for key, reasons in found.items()}


def surplus_count(project: Project) -> int:
    """Good drafts beyond what was asked for; the first to be taken when more is asked for."""
    return Draft.objects.of(project).filter(reason=SURPLUS).count()


def run_summary(run: GenerationRun) -> dict[str, Any]:
    """A run as one JSON object; money in its currency, null where nobody knows the price."""
    calls = dict(run.calls.order_by("status").values_list("status").annotate(n=Count("pk")))
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
        "relabelled": relabelled_counts(run),
        "calls": calls.get(Call.Status.ANSWERED, 0),
        "calls_reused": run.calls.filter(cached=True).count(),
        "calls_refused": calls.get(Call.Status.REFUSED, 0),
        "calls_lost": calls.get(Call.Status.LOST, 0),
        "prompt_tokens": run.prompt_tokens,
        "completion_tokens": run.completion_tokens,
        "cost": run.cost or None,
        "cost_doubtful": run.doubtful_cost or None,
        "cost_per_accepted": run.cost_per_accepted or None,
        "shortfall": run.error,
        "warnings": [*steering_warnings(run.params), *_definition_warnings(run)],
        "fingerprint": run.fingerprint,
    }


def relabelled_counts(run: GenerationRun) -> dict[str, int]:
    """Texts that the labelling pass gave another label than intended: "joke > news" → how many."""
    if not run.params.get("label_last"):
        return {}
    moved = Draft.objects.filter(call__run=run, reason=MISMATCH)
    pairs = moved.values_list("call__label__name", "assigned_label__name").annotate(n=Count("pk"))
    return {f"{intended} > {assigned}": n for intended, assigned, n in pairs.order_by("-n")}


def _definition_warnings(run: GenerationRun) -> list[str]:
    """What the prompts could not say, since the project does not."""
    labels = [] if run.provider in PROMPTLESS else run.params.get("labels", [])
    return definition_warnings([LabelBrief(**label) for label in labels])


def _per_reason(drafts: DraftQuerySet) -> dict[str, int]:
    counted = drafts.order_by("reason").values_list("reason").annotate(n=Count("pk"))
    return dict(counted)
