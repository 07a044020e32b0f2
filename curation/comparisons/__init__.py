"""Pairwise comparisons → a ranking with intervals; and which pair to ask about next.

A comparison names the item that wins, or none. Items and annotators are integer codes.
"""

from curation.comparisons.answers import Comparisons
from curation.comparisons.cycles import majority_cycles
from curation.comparisons.pairing import next_pair
from curation.comparisons.ranking import RankedTask, Ranking, rank_tasks
from curation.comparisons.topological import MajorityOrder, majority_order

__all__ = [
    "Comparisons",
    "MajorityOrder",
    "RankedTask",
    "Ranking",
    "majority_cycles",
    "majority_order",
    "next_pair",
    "rank_tasks",
]
