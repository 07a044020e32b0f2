"""What language models were asked and what it cost, for Prometheus."""

from __future__ import annotations

from collections import Counter

from django.db.models import Count

from curation.metering.figures import Figure
from generation.models import Call, GenerationRun
from generation.scheduling.budget import NANOS


def llm_figures() -> list[Figure]:
    """Calls by status and money by currency, over all projects and runs."""
    calls = Call.objects.order_by().values_list("status").annotate(n=Count("pk"))
    spent: Counter[str] = Counter()
    for nanos, price in GenerationRun.objects.values_list("spent", "price"):
        spent[price.get("currency", "unknown") if price else "unknown"] += nanos
    return [
        *(
            Figure(
                name="concord_llm_calls",
                meaning="Requests to language models.",
                labels={"status": status},
                value=number,
            )
            for status, number in sorted(calls)
        ),
        *(
            Figure(
                name="concord_llm_spent",
                meaning="Money spent on language models.",
                labels={"currency": currency},
                value=nanos / NANOS,
            )
            for currency, nanos in sorted(spent.items())
        ),
    ]
