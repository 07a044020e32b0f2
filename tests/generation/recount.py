"""What a run says about itself, counted again from its rows."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, Sum

from curation.models import Example, Project
from generation.models import Call, Draft, GenerationRun
from generation.models.calls import UNLABELLED
from generation.screening.screen import SURPLUS


def said(run: GenerationRun) -> dict[str, Any]:
    """The run's own counters."""
    run.refresh_from_db()
    return {
        "accepted": run.accepted,
        "rejected": run.rejected,
        "surplus": run.surplus,
        "prompt_tokens": run.prompt_tokens,
        "completion_tokens": run.completion_tokens,
        "spent": run.spent,
        "doubtful": run.doubtful,
        "reasons": run.reasons,
    }


def recounted(run: GenerationRun) -> dict[str, Any]:
    """The same from calls and drafts."""
    drafts = Draft.objects.filter(call__run=run)
    faults = drafts.exclude(reason__in=["", SURPLUS, UNLABELLED])
    reasons = dict(faults.order_by("reason").values_list("reason").annotate(n=Count("pk")))
    asked = Call.objects.filter(run=run, cached=False)
    tokens = asked.aggregate(sent=Sum("prompt_tokens"), written=Sum("completion_tokens"))
    money = Call.objects.filter(run=run).aggregate(spent=Sum("spent"), doubtful=Sum("doubtful"))
    return {
        "accepted": drafts.accepted().count(),
        "rejected": sum(reasons.values()),
        "surplus": drafts.filter(reason=SURPLUS).count(),
        "prompt_tokens": tokens["sent"] or 0,
        "completion_tokens": tokens["written"] or 0,
        "spent": money["spent"] or 0,
        "doubtful": money["doubtful"] or 0,
        "reasons": reasons,
    }


def check(run: GenerationRun) -> None:
    """Nothing lost, nothing doubled, every counter true, no call left open."""
    assert said(run) == recounted(run)
    accepted = Draft.objects.filter(call__run=run).accepted()
    assert not accepted.filter(example=None).exists()
    assert accepted.values("example").distinct().count() == run.accepted
    assert not Call.objects.filter(run=run, status=Call.Status.SENT).exists()
    check_texts(run.project)


def check_texts(project: Project) -> None:
    """Every text of the pool is there once, and comes from one draft."""
    pool = Example.objects.pool().filter(project=project, source=Example.Source.SYNTHETIC)
    texts = list(pool.values_list("text", flat=True))
    ids = pool.values_list("external_id", flat=True)
    assert len({text.casefold() for text in texts}) == len(set(ids)) == len(texts)
    assert not pool.filter(draft=None).exists()
