"""M-MSR, through crowd-kit."""

from __future__ import annotations

import math
import warnings
from typing import Any

import numpy as np

from curation.aggregation.cells import normalised
from curation.aggregation.coding import CodedVotes, coded
from curation.aggregation.majority import label_sums
from curation.aggregation.result import Aggregated, AggregatorRefused, Floats, Votes

STEPS = 500  # real votes took 10 to 121
MOST_CELLS = 50_000_000  # of the dense tables that crowd-kit fills: 400 MB each
FEWEST, COLLEAGUES = 3, 2  # annotators in all, and others with whom each must share tasks
ELSE = "; take another aggregator."


def mmsr(votes: Votes) -> Aggregated:
    """Votes weighted by skills that are found from how often pairs of annotators agree.

    Returns:
        Skills are the probability that an annotator names the true label. Probabilities are those
        of independent annotators with these skills and labels that are equally common, so the
        most probable label is the one with the largest sum of log-odds. (crowd-kit divides by
        that sum, which turns a task's answer round where the sum is negative.)

    Raises:
        AggregatorRefused: skills cannot be told from pairs: fewer than three annotators or two
            labels, somebody shares tasks with fewer than two others, two groups share none; the
            search does not settle; or the votes are too many for crowd-kit's dense tables.

    Source: Ma and Olshevsky 2020, Adversarial Crowdsourcing Through Robust Rank-One Matrix
    Completion (arXiv 2010.12181).
    """
    own = coded(votes)
    if not votes.n_tasks:
        return own.decided(np.zeros((0, 0)), np.zeros(0))
    _refuse_too_few(own)
    _refuse_unlinked(own)
    odds = _log_odds(own.votes)
    skills = 1 / (1 + (len(own.labels) - 1) * np.exp(-odds))
    return own.decided(normalised(label_sums(own.votes, odds[own.votes.worker])), skills)


def _refuse_too_few(own: CodedVotes) -> None:
    if len(own.workers) < FEWEST:
        raise AggregatorRefused(
            "M-MSR tells skills from pairs of annotators, so it needs three or more, but "
            f"{len(own.workers)} voted{ELSE}"
        )
    if len(own.labels) < 2:
        raise AggregatorRefused(
            f"M-MSR needs votes for two labels or more, but all votes name one label{ELSE}"
        )
    if len(own.workers) * own.votes.n_tasks > MOST_CELLS:
        raise AggregatorRefused(
            f"M-MSR fills a table of annotators × examples, and {len(own.workers):,} × "
            f"{own.votes.n_tasks:,} is too large{ELSE}"
        )


def _refuse_unlinked(own: CodedVotes) -> None:
    from scipy.sparse.csgraph import connected_components

    shared, alike = _pairs(own.votes)
    colleagues = np.diff(shared.indptr)
    if alone := int((colleagues < COLLEAGUES).sum()):
        raise AggregatorRefused(
            f"M-MSR compares every annotator with two others or more, but {alone} of "
            f"{len(own.workers)} share examples with fewer: the votes are too sparse{ELSE}"
        )
    groups, _ = connected_components(shared, directed=False)
    if groups > 1:
        raise AggregatorRefused(
            f"M-MSR links annotators through shared examples, but they fall into {groups} groups "
            f"that share none{ELSE}"
        )
    if (len(own.workers) + alike) ** 2 > MOST_CELLS:
        raise AggregatorRefused(
            f"M-MSR fills a table of pairs × pairs of annotators, and {alike:,} pairs are too many "
            f"(at most {math.isqrt(MOST_CELLS):,}){ELSE}"
        )


def _pairs(votes: Votes) -> tuple[Any, int]:
    """(W, W) tasks that pairs of annotators share, and how many pairs agree more than by chance."""
    from scipy.sparse import csr_matrix

    def met(place: Any, width: int) -> Any:
        ones = np.ones(len(place))
        table = csr_matrix((ones, (votes.worker, place)), shape=(votes.n_workers, width))
        both = (table @ table.T).tocsr()
        both.setdiag(0)
        both.eliminate_zeros()
        return both

    shared = met(votes.task, votes.n_tasks)
    same = met(votes.task * votes.n_labels + votes.label, votes.n_tasks * votes.n_labels)
    return shared, int(((same * votes.n_labels - shared) > 0).nnz) // 2


def _log_odds(votes: Votes) -> Floats:
    """(W,) log-odds of each annotator's skill against one wrong label."""
    from crowdkit.aggregation import MMSR  # 1.4 s and 200 MiB to import

    model = MMSR(n_iter=STEPS, random_state=0)
    with np.errstate(all="ignore"), warnings.catch_warnings():
        warnings.simplefilter("error", RuntimeWarning)  # scipy's: too few pairs for signs
        try:
            model.fit(votes.frame())
        except (ArithmeticError, ValueError, RuntimeError, RuntimeWarning) as error:
            raise _unsettled() from error
    odds = np.asarray(model.skills_.sort_index().to_numpy(), dtype=np.float64)
    if len(model.loss_history_) >= STEPS or not np.isfinite(odds).all():
        raise _unsettled()
    return odds


def _unsettled() -> AggregatorRefused:
    return AggregatorRefused(
        "M-MSR found no skills that explain how often these annotators agree" + ELSE
    )
