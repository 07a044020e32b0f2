"""Judged examples laid out so that any policy can be answered at once.

Votes take few values, so a million examples fall into some hundred *groups* that no policy can
tell apart but by rank: same aggregated label, same votes per label, same standing towards the
intended label. What a policy keeps is decided by groups; only where a share cuts through
examples of equal agreement, or a label is cut down by lot, are single rows looked at.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from curation.agreement.distinct import distinct_rows
from curation.agreement.posterior import AgreementPosterior
from curation.datasets.keeping import Judged, tickets

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

NO_TOPIC = -1
MOST_CELLS = 8_000_000  # of the table groups × annotators; beyond, rows are counted each time


@dataclass(frozen=True, kw_only=True)
class GroupPosterior:
    """`curation.datasets.keeping.TrueAgreement` of groups."""

    mean: Floats  # (G,)
    low: Floats  # (G,)
    high: Floats  # (G,)
    values: Floats  # (R, S) ascending along S: equally likely values of the true agreement
    row: Ints  # (G,) in [0, R)

    def reaches(self, gamma: float) -> Floats:
        # as AgreementPosterior.reaches, to the last bit: a policy must decide here as it does there
        return np.asarray((self.values >= gamma - 1e-9).mean(axis=1))[self.row]


@dataclass(frozen=True, kw_only=True)
class Groups:
    """G groups of examples that differ in nothing a policy asks for but their rank."""

    label: Ints  # (G,) aggregated label, in [0, K)
    mismatch: Flags  # (G,) the intended label is another one
    by_hand: Flags  # (G,) somebody set them aside
    agreement: Floats  # (G,) a_i
    n_votes: Ints  # (G,)
    size: Ints  # (G,) examples
    posterior: GroupPosterior
    length: Floats  # (G,) characters, summed over the group
    length_squared: Floats  # (G,) squares of characters, summed
    topics: Ints  # (G, C) examples per topic; C = 0 where topics are not known
    voters: Ints  # (G, W) votes per annotator; W = 0 where the table would be too large


@dataclass(frozen=True, kw_only=True)
class Rows:
    """N examples by label, then as `best_first` ranks them on a_i. Arrays may lie in a file."""

    key: Ints  # (N,) primary keys
    group: npt.NDArray[np.int32]  # (N,)
    length: npt.NDArray[np.float32]  # (N,) characters
    topic: npt.NDArray[np.int16]  # (N,) NO_TOPIC where it is not known
    by_posterior: npt.NDArray[np.int32]  # (N,) places by label, then by posterior rank
    by_lot: npt.NDArray[np.int32]  # (N,) places by label, then by the lot that balancing draws
    first_vote: Ints  # (N + 1,) where a row's votes begin in `voter`
    voter: npt.NDArray[np.int32]  # (V,) annotator of each vote, in [0, W)
    label_start: Ints  # (K + 1,) where a label's rows begin


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """All that the explorer knows of a project's judged examples."""

    label_names: tuple[str, ...]  # K
    annotator_names: tuple[str, ...]  # W
    groups: Groups
    rows: Rows
    topic_words: tuple[str, ...] = field(default=())  # C, what texts of a topic are about

    @property
    def examples(self) -> int:
        return len(self.rows.key)

    @property
    def votes(self) -> int:
        return len(self.rows.voter)


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What is known of N examples beside what their votes say, as columns of equal length."""

    key: Ints  # (N,) primary keys
    length: Ints  # (N,) characters
    vote_row: Ints  # (V,) the example of each vote, in [0, N)
    voter: Ints  # (V,) its annotator, in [0, W)
    annotator_names: tuple[str, ...]  # W
    topic: Ints | None = None  # (N,) in [0, C), NO_TOPIC where not known
    topic_words: tuple[str, ...] = ()  # C


def lay_out(judged: Judged, counts: Ints, posterior: AgreementPosterior, facts: Facts) -> Evidence:
    """Evidence of N ≥ 0 judged examples; nothing depends on their order.

    Args:
        judged: the examples.
        counts: (N, K) their votes per label.
        posterior: `fit_agreement(counts)`.
        facts: the same examples in the same order.
    """
    group, first = _grouped(judged, counts)
    rows = _rows(judged, facts, group, posterior)
    return Evidence(
        label_names=tuple(judged.label_names),
        annotator_names=facts.annotator_names,
        groups=_groups(judged, posterior, first, rows, facts),
        rows=rows,
        topic_words=facts.topic_words,
    )


def _mismatch(judged: Judged) -> Flags:
    if judged.intended is None:
        return np.zeros(len(judged.label), dtype=bool)
    return (judged.intended >= 0) & (judged.intended != judged.label)


def _by_hand(judged: Judged) -> Flags:
    return np.zeros(len(judged.label), dtype=bool) if judged.by_hand is None else judged.by_hand


def _grouped(judged: Judged, counts: Ints) -> tuple[Ints, Ints]:
    """(N,) each example's group, and (G,) an example of each group."""
    distinct = distinct_rows(counts)
    kind = judged.label * 4 + _mismatch(judged) * 2 + _by_hand(judged)
    code = kind * max(1, len(distinct.rows)) + distinct.inverse
    _, first, group = np.unique(code, return_index=True, return_inverse=True)
    return group.astype(np.int64), first.astype(np.int64)


def _ranked(judged: Judged, agreement: Floats) -> Ints:
    """Places by label, then as `best_first` of `curation.datasets.keeping` ranks them."""
    every = np.arange(len(judged.label))
    return np.lexsort(
        (
            tickets(judged.external_id, every),
            -np.round(judged.probability, 9),
            -np.round(agreement, 9),
            judged.label,
        )
    )


def _rows(judged: Judged, facts: Facts, group: Ints, posterior: AgreementPosterior) -> Rows:
    n = len(judged.label)
    order = _ranked(judged, judged.agreement)
    place = np.empty(n, dtype=np.int64)
    place[order] = np.arange(n)
    lots = tickets(judged.external_id, np.arange(n), purpose="balance:")
    by_vote = np.argsort(place[facts.vote_row], kind="stable")
    per_row = np.bincount(place[facts.vote_row], minlength=n)
    sizes = np.bincount(judged.label, minlength=len(judged.label_names))
    topic = np.full(n, NO_TOPIC) if facts.topic is None else facts.topic
    return Rows(
        key=facts.key[order],
        group=group[order].astype(np.int32),
        length=facts.length[order].astype(np.float32),
        topic=topic[order].astype(np.int16),
        by_posterior=place[_ranked(judged, posterior.mean)].astype(np.int32),
        by_lot=place[np.lexsort((lots, judged.label))].astype(np.int32),
        first_vote=np.concatenate([[0], np.cumsum(per_row)]).astype(np.int64),
        voter=facts.voter[by_vote].astype(np.int32),
        label_start=np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64),
    )


def _groups(
    judged: Judged, posterior: AgreementPosterior, first: Ints, rows: Rows, facts: Facts
) -> Groups:
    n, people = len(first), len(facts.annotator_names)
    known = rows.topic >= 0
    voters: Ints = np.zeros((n, 0), dtype=np.int64)
    if n * people <= MOST_CELLS:
        group_of_vote = np.repeat(rows.group, np.diff(rows.first_vote))
        voters = _crossed(group_of_vote, rows.voter, n, people)
    length = rows.length.astype(np.float64)
    return Groups(
        label=judged.label[first],
        mismatch=_mismatch(judged)[first],
        by_hand=_by_hand(judged)[first],
        agreement=judged.agreement[first],
        n_votes=judged.n_votes[first],
        size=np.bincount(rows.group, minlength=n),
        posterior=GroupPosterior(
            mean=posterior.mean[first],
            low=posterior.low[first],
            high=posterior.high[first],
            values=posterior.evidence.values,
            row=posterior.evidence.distinct.inverse[first],
        ),
        length=_sums(rows.group, length, n),
        length_squared=_sums(rows.group, length**2, n),
        topics=_crossed(rows.group[known], rows.topic[known], n, len(facts.topic_words)),
        voters=voters,
    )


def _sums(group: npt.NDArray[np.int32], numbers: Floats, n: int) -> Floats:
    return np.bincount(group, weights=numbers, minlength=n).astype(np.float64)


def _crossed(
    first: npt.NDArray[np.int32],
    second: npt.NDArray[np.int16] | npt.NDArray[np.int32],
    n: int,
    m: int,
) -> Ints:
    """(n, m) how often each pair occurs."""
    code = first.astype(np.int64) * m + second
    return np.bincount(code, minlength=n * m).reshape(n, m)
