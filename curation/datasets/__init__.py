"""Which judged examples are kept, and how a selection is named and described."""

from curation.datasets.card import CardFacts, dataset_card
from curation.datasets.fingerprint import fingerprint
from curation.datasets.policy import Judged, Policy, PolicyError, drop_reasons
from curation.datasets.subsets import random_subset

__all__ = [
    "CardFacts",
    "Judged",
    "Policy",
    "PolicyError",
    "dataset_card",
    "drop_reasons",
    "fingerprint",
    "random_subset",
]
