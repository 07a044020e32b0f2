"""Aggregators: votes → one label per task, with probabilities and annotators' skills.

To add one: write `curation/aggregation/<name>.py`, then name it below and in SKILLS. One that also
needs a classifier's predictions stands in WITH_PREDICTIONS instead.
"""

from __future__ import annotations

from collections.abc import Callable

from curation.aggregation.crowdlab import crowdlab
from curation.aggregation.dawid_skene import dawid_skene
from curation.aggregation.glad import glad
from curation.aggregation.mace import mace
from curation.aggregation.majority import majority
from curation.aggregation.mmsr import mmsr
from curation.aggregation.one_coin import one_coin
from curation.aggregation.result import Aggregated, AggregatorRefused, Floats, Votes
from curation.aggregation.wawa import wawa
from curation.aggregation.zero_based_skill import zero_based_skill

__all__ = [
    "AGGREGATORS",
    "SKILLS",
    "WITH_PREDICTIONS",
    "Aggregated",
    "Aggregator",
    "AggregatorRefused",
    "Votes",
]

Aggregator = Callable[[Votes], Aggregated]  # may raise AggregatorRefused

AGGREGATORS: dict[str, Aggregator] = {
    "majority": majority,
    "wawa": wawa,
    "zero_based_skill": zero_based_skill,
    "dawid_skene": dawid_skene,
    "one_coin": one_coin,
    "glad": glad,
    "mace": mace,
    "mmsr": mmsr,
}

# Votes and (T, K) probabilities of a classifier that did not learn from them.
WITH_PREDICTIONS: dict[str, Callable[[Votes, Floats], Aggregated]] = {
    "crowdlab": crowdlab,
}

SKILLS: dict[str, str] = {  # what an annotator's skill means
    "majority": "share of votes that name the majority’s label",
    "wawa": "share of votes that name the majority’s label",
    "zero_based_skill": "share of votes that name the label of the weighted majority",
    "dawid_skene": "expected share of votes that name the true label",
    "one_coin": "probability of naming the true label",
    "glad": "ability: 1 to start from, 0 for guessing, negative for naming the wrong label",
    "mace": "probability of knowing rather than guessing",
    "mmsr": "probability of naming the true label",
    "crowdlab": "quality: agreement with the consensus and with its probabilities",
}
