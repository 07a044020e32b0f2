"""What a project's classifiers have taken, for the hub."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import Count, F, Q, Sum

from curation.models import Project
from curation.services.report.costs import FitCost
from training.models import TrainingRun


def fit_costs(projects: Sequence[Project]) -> dict[int, FitCost]:
    """Project key → its ended runs and the time they took, whoever asked for them.

    One query, whatever the number of projects. Of a run that was taken up again only the last
    attempt is known, and runs side by side count each for itself.
    """
    status = TrainingRun.Status
    shown = Q(status=status.SUCCESSFUL, purpose=TrainingRun.Purpose.SCORE, asked_at__isnull=False)
    # an attempt begun by an earlier release may have kept the end of the one before
    ended = Q(finished_at__gte=F("started_at"))
    rows = (
        TrainingRun.objects.filter(project__in=projects)
        .order_by()
        .values_list("project")
        .annotate(
            runs=Count("pk", filter=Q(finished_at__isnull=False)),
            took=Sum(F("finished_at") - F("started_at"), filter=ended),
            sources=Count("source", filter=shown, distinct=True),
        )
    )
    return {
        key: FitCost(runs=runs, seconds=took.total_seconds() if took else 0.0, sources=sources)
        for key, runs, took, sources in rows
    }
