"""Worker Agreement With Aggregate: one round of weighing annotators."""

from __future__ import annotations

from curation.aggregation.coding import coded
from curation.aggregation.majority import majority, weighted_shares
from curation.aggregation.result import Aggregated, Votes


def wawa(votes: Votes) -> Aggregated:
    """Votes weighted by how often their annotator agrees with the plain majority.

    Returns:
        Skills are that share; probabilities are shares of the weights. Where everybody on a task
        has skill 0 its votes count alike.

    Source: Appen's Worker Agreement With Aggregate, as crowd-kit computes it.

    Annotators 0 and 1 outvote annotator 2 once, who then weighs half as much:

    >>> import numpy as np
    >>> found = wawa(Votes(
    ...     task=np.array([0, 0, 0, 1, 1, 1]), worker=np.array([0, 1, 2, 0, 1, 2]),
    ...     label=np.array([0, 0, 0, 1, 1, 0]), n_tasks=2, n_labels=2,
    ... ))
    >>> found.skills.tolist(), found.probabilities.tolist()
    ([1.0, 1.0, 0.5], [[1.0, 0.0], [0.2, 0.8]])
    """
    own = coded(votes)
    skills = majority(own.votes).skills
    return own.decided(weighted_shares(own.votes, skills), skills)
