"""What a project's texts have cost, for the hub."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import Count, Q, Sum

from curation.models import Project
from curation.services.report.costs import TextCost
from generation.models import GenerationRun
from generation.scheduling.budget import NANOS, written_amount


def spent_on_texts(project: Project) -> tuple[float | None, str]:
    """Amount and currency of all runs together.

    (None, "") where no run's price is known, or their currencies differ. Texts of runs whose
    price nobody knows cost nothing here.
    """
    runs = GenerationRun.objects.filter(project=project)
    priced = [(run.spent, run.price["currency"]) for run in runs if run.price and run.spent]
    currencies = {currency for _, currency in priced}
    if len(currencies) != 1:
        return None, ""
    return sum(spent for spent, _ in priced) / NANOS, currencies.pop()


def text_costs(projects: Sequence[Project]) -> dict[int, TextCost]:
    """Project key → what its runs cost so far, in each currency; those without runs are left out.

    One query, whatever the number of projects and of runs.
    """
    called = Q(completion_tokens__gt=0)
    rows = (
        GenerationRun.objects.filter(project__in=projects)
        .order_by("project", "price__currency")
        .values_list("project", "price__currency")
        .annotate(n=Count("pk"), called=Count("pk", filter=called), nanos=Sum("spent"))
        .annotate(unsure=Sum("doubtful"))
    )
    found: dict[int, TextCost] = {}
    for key, currency, n, n_called, nanos, unsure in rows:
        known = found.get(key, TextCost())
        found[key] = TextCost(
            runs=known.runs + n,
            spent=known.spent + ((written_amount(nanos, currency=currency),) if currency else ()),
            doubtful=known.doubtful
            + ((written_amount(unsure, currency=currency),) if currency and unsure else ()),
            unpriced=known.unpriced + (0 if currency else n_called),
        )
    return found
