"""Which judged examples are kept, and how a selection is named and described."""

from curation.datasets.card import CardFacts, dataset_card
from curation.datasets.fingerprint import fingerprint
from curation.datasets.keeping import KEPT, Judged, drop_reasons
from curation.datasets.policy import Policy, PolicyError
from curation.datasets.subsets import random_subset

__all__ = [
    "KEPT",
    "CardFacts",
    "Judged",
    "Policy",
    "PolicyError",
    "dataset_card",
    "drop_reasons",
    "fingerprint",
    "random_subset",
]
