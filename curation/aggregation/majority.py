"""Majority vote, through crowd-kit."""

from __future__ import annotations

from curation.aggregation.result import Aggregated, Votes, decide, probability_table


def majority(votes: Votes) -> Aggregated:
    """The most frequent label of each task; probabilities are the vote shares.

    crowd-kit breaks ties by row order, so ties are decided here (see `decide`).
    """
    from crowdkit.aggregation import MajorityVote  # 1.4 s and 200 MiB to import

    shares = MajorityVote().fit_predict_proba(votes.frame())
    return decide(votes, probability_table(votes, shares))
