"""Zero-based skill: weighing annotators again and again, in smaller and smaller steps."""

from __future__ import annotations

from curation.aggregation.coding import coded
from curation.aggregation.majority import agreement_with, majority, weighted_shares
from curation.aggregation.result import (
    Aggregated,
    Votes,
    most_probable,
    preferred_labels,
)

STEPS = 100
FEWER = 20  # steps after which the rate is halved


def zero_based_skill(votes: Votes, *, steps: int = STEPS) -> Aggregated:
    """Votes weighted by skill, and skill moved towards agreement with the weighted majority.

    Returns:
        Skills in [0, 1]; probabilities are shares of the weights. Where everybody on a task has
        skill 0 its votes count alike.

    Source: Toloka's ZeroBasedSkill as crowd-kit computes it: rate 1, halved every 20 steps. The
    first step starts from equal skills, so it is the plain majority.
    """
    own = coded(votes)
    preferred = preferred_labels(own.votes)
    skills = majority(own.votes).skills
    assert skills is not None
    rate = 1.0
    for step in range(2, steps + 1):
        if step % FEWER == 0:
            rate /= 2
        labels = most_probable(weighted_shares(own.votes, skills), preferred)
        skills = skills + rate * (agreement_with(own.votes, labels) - skills)
    return own.decided(weighted_shares(own.votes, skills), skills)
