"""Aggregators: votes → one label per task, with probabilities.

To add one: write `curation/aggregation/<name>.py`, then name it below.
"""

from __future__ import annotations

from collections.abc import Callable

from curation.aggregation.dawid_skene import dawid_skene
from curation.aggregation.majority import majority
from curation.aggregation.result import Aggregated, Votes

__all__ = ["AGGREGATORS", "Aggregated", "Aggregator", "Votes"]

Aggregator = Callable[[Votes], Aggregated]

AGGREGATORS: dict[str, Aggregator] = {
    "majority": majority,
    "dawid_skene": dawid_skene,
}
