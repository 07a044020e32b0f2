"""Everything that says how far a whole project agrees, in one place."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from curation.aggregation.result import Votes
from curation.agreement.bootstrap import UNKNOWN, Interval, intervals
from curation.agreement.cautions import Caution, Seen, cautions
from curation.agreement.confusion import LabelConfusion, label_confusion
from curation.agreement.counts import Counts, vote_counts
from curation.agreement.formulas import (
    FLEISS_KAPPA,
    GWET_AC1,
    NOMINAL_ALPHA,
    ORDINAL_ALPHA,
    Formula,
    evaluated,
    pairable,
)
from curation.agreement.pairwise import MIN_SHARED, PairwiseKappa, pairwise_kappa

MOST_ORDERED = 50  # labels: an ordinal α compares all pairs of them in every resample

NOMINAL, ORDINAL, FLEISS, PAIRWISE, GWET = (
    "nominal_alpha",
    "ordinal_alpha",
    "fleiss_kappa",
    "pairwise_kappa",
    "gwet_ac1",
)
FORMULAS: dict[str, Formula] = {
    NOMINAL: NOMINAL_ALPHA,
    ORDINAL: ORDINAL_ALPHA,
    FLEISS: FLEISS_KAPPA,
    GWET: GWET_AC1,
}


@dataclass(frozen=True, kw_only=True)
class Statistic:
    """One statistic of a project with its 95 % interval over examples."""

    name: str
    value: float  # at most 1; NaN where undefined
    low: float  # NaN where undefined or with a single example
    high: float
    n: int  # examples it rests on
    reason: str  # a sentence why it is undefined, or ""


@dataclass(frozen=True, kw_only=True)
class ProjectStatistics:
    """How far a project's annotators agree, and what to mind when reading it."""

    statistics: dict[str, Statistic]  # by name, in the order to show
    cautions: list[Caution]
    confusion: LabelConfusion
    pairs: PairwiseKappa | None  # None with too many pairs of votes


def project_statistics(
    votes: Votes,
    *,
    ordinal: bool = False,
    seed: int = 0,
    label_names: Sequence[str] = (),
    annotator_names: Sequence[str] = (),
) -> ProjectStatistics:
    """Krippendorff's α, Fleiss' κ, pairwise κ and Gwet's AC1, with cautions and confused labels.

    Only examples with two votes or more enter. Intervals are 95 % bootstrap intervals over
    examples; the answer does not depend on the order of the votes.

    Args:
        votes: T ≥ 0 tasks; an annotator votes at most once on each.
        ordinal: whether the labels stand in an order, so that the ordinal α is given too.
        seed: of the resamples.
        label_names: (K,) for the sentences; "label 1", … without.
        annotator_names: (W,) likewise.

    >>> import numpy as np
    >>> task, worker = np.repeat(np.arange(50), 2), np.tile([0, 1], 50)
    >>> votes = Votes(task=task, worker=worker, label=task % 2, n_tasks=50, n_labels=2)
    >>> found = project_statistics(votes)
    >>> {name: one.value for name, one in found.statistics.items()}
    {'nominal_alpha': 1.0, 'fleiss_kappa': 1.0, 'pairwise_kappa': 1.0, 'gwet_ac1': 1.0}
    """
    counts = vote_counts(votes.task, votes.label, n_tasks=votes.n_tasks, n_labels=votes.n_labels)
    pairs = pairwise_kappa(votes, seed=seed)
    found = {**of_counts(counts, ordinal=ordinal, seed=seed), PAIRWISE: _of_pairs(pairs, counts)}
    people = int(votes.worker.max(initial=-1)) + 1
    seen = Seen(
        votes=votes,
        counts=counts[counts.sum(axis=1) > 0],
        median_shared=pairs.median_shared if pairs else math.nan,
        label_names=label_names or [f"label {code + 1}" for code in range(votes.n_labels)],
        annotator_names=annotator_names or [f"Annotator {code + 1}" for code in range(people)],
    )
    return ProjectStatistics(
        statistics={name: found[name] for name in ORDER if name in found},
        cautions=cautions(seen),
        confusion=label_confusion(counts),
        pairs=pairs,
    )


ORDER = (NOMINAL, ORDINAL, FLEISS, PAIRWISE, GWET)


def of_counts(counts: Counts, *, ordinal: bool, seed: int) -> dict[str, Statistic]:
    """The statistics that need only votes per label, from the same resamples."""
    usable = {
        name: formula
        for name, formula in FORMULAS.items()
        if name != ORDINAL or (ordinal and counts.shape[1] <= MOST_ORDERED)
    }
    reach = intervals(counts, usable, seed=seed)
    number = len(pairable(counts))
    found = {
        name: _statistic(name, evaluated(formula, counts), reach[name], number, counts)
        for name, formula in usable.items()
    }
    if ordinal and ORDINAL not in usable:
        why = f"The ordinal α is not worked out for more than {MOST_ORDERED} labels."
        found[ORDINAL] = _undefined(ORDINAL, why)
    return found


def _statistic(
    name: str, value: float, interval: Interval, number: int, counts: Counts
) -> Statistic:
    if not number:
        return _undefined(name, "No example has two votes, so nobody can agree or disagree.")
    if name == GWET and counts.shape[1] < 2:
        return _undefined(name, "The project has one label, so nobody can disagree.")
    if math.isnan(value):
        why = "All votes name the same label, so agreement by chance is certain."
        return _undefined(name, why)
    known = interval if number > 1 else UNKNOWN
    return Statistic(name=name, value=value, low=known.low, high=known.high, n=number, reason="")


def _of_pairs(pairs: PairwiseKappa | None, counts: Counts) -> Statistic:
    if pairs is None:
        why = "There are more than 20 million pairs of votes on the same example, too many to read."
        return _undefined(PAIRWISE, why)
    if not len(pairable(counts)):
        return _undefined(PAIRWISE, "No example has two votes, so nobody can agree or disagree.")
    if math.isnan(pairs.kappa):
        why = (
            f"No two annotators share {MIN_SHARED} examples on which they do not both name one and "
            "the same label throughout."
        )
        return _undefined(PAIRWISE, why)
    return Statistic(
        name=PAIRWISE,
        value=pairs.kappa,
        low=pairs.interval.low,
        high=pairs.interval.high,
        n=pairs.examples,
        reason="",
    )


def _undefined(name: str, reason: str) -> Statistic:
    return Statistic(name=name, value=math.nan, low=math.nan, high=math.nan, n=0, reason=reason)
