"""What a project's texts have cost, for the hub."""

from __future__ import annotations

from curation.models import Project
from generation.models import GenerationRun
from generation.scheduling.budget import NANOS


def spent_on_texts(project: Project) -> tuple[float | None, str]:
    """Amount and currency of all runs together.

    (None, "") where no run's price is known, or their currencies differ. Texts of runs whose
    price nobody knows cost nothing here.
    """
    runs = GenerationRun.objects.filter(project=project)
    priced = [(run.spent, run.price["currency"]) for run in runs if run.price]
    currencies = {currency for _, currency in priced}
    if len(currencies) != 1:
        return None, ""
    return sum(spent for spent, _ in priced) / NANOS, currencies.pop()
