"""Which judged examples a policy keeps, and why the others are dropped."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

from curation.datasets.policy import AS_JUDGED, POSTERIOR, Policy, PolicyError

KEPT = ""
BY_HAND = "by_hand"
FEW_VOTES = "few_votes"
MISMATCH = "mismatch"
BELOW_THRESHOLD = "below_threshold"
BELOW_SHARE = "below_share"
BALANCED = "balanced"
REASONS = (BY_HAND, FEW_VOTES, MISMATCH, BELOW_THRESHOLD, BELOW_SHARE, BALANCED)

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]


class TrueAgreement(Protocol):
    """What votes say about the agreement that more votes would show, for N examples."""

    @property
    def mean(self) -> Floats: ...

    @property
    def low(self) -> Floats:
        """(N,) lower end of the central 95 % interval."""

    @property
    def high(self) -> Floats:
        """(N,) its upper end."""

    def reaches(self, gamma: float) -> Floats:
        """(N,) the probability that the agreement is at least `gamma`."""


@dataclass(frozen=True, kw_only=True)
class Judged:
    """N examples with votes, as columns of equal length."""

    external_id: Sequence[str]
    label: Ints  # (N,) aggregated label, in [0, K)
    agreement: Floats  # (N,) a_i in (0, 1]
    entropy: Floats  # (N,) in [0, 1]
    probability: Floats  # (N,) the aggregator's, of the aggregated label
    n_votes: Ints  # (N,) at least 1
    label_names: Sequence[str] = ()  # (K,) asked for by a policy with a γ per label
    intended: Ints | None = None  # (N,) label the prompt asked for, -1 where there was none
    by_hand: Flags | None = None  # (N,) somebody set it aside
    posterior: TrueAgreement | None = None  # asked for by a policy on posterior agreement


def drop_reasons(judged: Judged, policy: Policy) -> npt.NDArray[np.str_]:
    """Why each example is dropped; "" where it is kept.

    The first reason that holds, in the order of `REASONS`. Within a label, examples are ranked
    by agreement, then by the aggregator's probability, then by a hash of their id: never by the
    order in which they were stored. Of a label with n examples, q · n rounded to the nearest
    whole number are kept, at least one.

    Raises:
        PolicyError: the policy names a label that the project does not have, or leaves one out.

    >>> judged = Judged(
    ...     external_id=["a", "b", "c"], label=np.array([0, 0, 1]),
    ...     agreement=np.array([1.0, 0.6, 0.6]), entropy=np.array([0.0, 0.97, 0.97]),
    ...     probability=np.array([1.0, 0.6, 0.6]), n_votes=np.array([5, 5, 5]),
    ... )
    >>> drop_reasons(judged, Policy(threshold=0.8)).tolist()
    ['', 'below_threshold', 'below_threshold']
    >>> drop_reasons(judged, Policy(keep_share=0.5)).tolist()
    ['', 'below_share', '']
    """
    reasons = np.full(len(judged.label), KEPT, dtype="<U15")
    if judged.by_hand is not None:
        reasons[judged.by_hand] = BY_HAND
    reasons[(reasons == KEPT) & (judged.n_votes < policy.min_votes)] = FEW_VOTES
    if policy.drop_mismatch and judged.intended is not None:
        wrong = (judged.intended >= 0) & (judged.intended != judged.label)
        reasons[(reasons == KEPT) & wrong] = MISMATCH
    considered = reasons == KEPT
    if policy.keep_share is not None:
        most = _most_agreed(judged, considered, policy)
        reasons[considered & ~most] = BELOW_SHARE
    elif not policy.keep_all:
        reasons[considered & ~_reaching(judged, policy)] = BELOW_THRESHOLD
    if policy.balance:
        excess = _excess(judged, considered, reasons == KEPT, equal=policy.balance != AS_JUDGED)
        reasons[excess] = BALANCED
    return reasons


def _reaching(judged: Judged, policy: Policy) -> Flags:
    """(N,) whether agreement reaches the threshold, the example's own where labels have theirs."""
    if policy.threshold is not None:
        return _reaches(judged, policy, policy.threshold)
    thresholds = dict(policy.label_thresholds)
    if set(thresholds) != set(judged.label_names):
        raise PolicyError(
            f"The policy has thresholds for {', '.join(thresholds)}, but the labels are "
            f"{', '.join(judged.label_names)}; give one for each."
        )
    result = np.zeros(len(judged.label), dtype=bool)
    for position, name in enumerate(judged.label_names):
        rows = judged.label == position
        result[rows] = _reaches(judged, policy, thresholds[name])[rows]
    return result


def _reaches(judged: Judged, policy: Policy, gamma: float) -> Flags:
    # 1e-9: a share such as 4/5 and the threshold 0.8 are not the same float on every path
    if policy.measure == POSTERIOR:
        return np.asarray(_posterior(judged).reaches(gamma) >= policy.certainty - 1e-9)
    return np.asarray(judged.agreement >= gamma - 1e-9)


def _posterior(judged: Judged) -> TrueAgreement:
    assert judged.posterior is not None, "judge() gives it; a Judged made by hand may not"
    return judged.posterior


def _most_agreed(judged: Judged, considered: Flags, policy: Policy) -> Flags:
    share = policy.keep_share
    assert share is not None
    by_posterior = policy.measure == POSTERIOR
    agreement = _posterior(judged).mean if by_posterior else judged.agreement
    keep = np.zeros(len(judged.label), dtype=bool)
    for label in np.unique(judged.label[considered]):
        rows = np.flatnonzero(considered & (judged.label == label))
        most = max(1, int(share * len(rows) + 0.5))
        keep[best_first(judged, rows, agreement)[:most]] = True
    return keep


def best_first(judged: Judged, rows: Ints, agreement: Floats) -> Ints:
    """`rows` by agreement, then probability, both to nine digits, then by a hash of the id."""
    ticket = tickets(judged.external_id, rows)
    order = np.lexsort(
        (ticket, -np.round(judged.probability[rows], 9), -np.round(agreement[rows], 9))
    )
    return np.asarray(rows[order], dtype=np.int64)


def _excess(judged: Judged, considered: Flags, kept: Flags, *, equal: bool) -> Flags:
    """Kept rows that go so that labels stand to each other as considered, or equally.

    Which ones is drawn by a hash of their ids, whatever their agreement. A label of which nothing
    is kept cannot be balanced, and does not count.
    """
    size = int(judged.label.max(initial=0)) + 1
    have = np.bincount(judged.label[kept], minlength=size)
    before = np.bincount(judged.label[considered], minlength=size)
    weight = np.where(have > 0, 1 if equal else before, 0)
    present = have > 0
    if not present.any():
        return np.zeros(len(kept), dtype=bool)
    scale = (have[present] / weight[present]).min()
    target = np.maximum(np.floor(scale * weight + 0.5), present).astype(np.int64)
    excess = np.zeros(len(kept), dtype=bool)
    for label in np.flatnonzero(have > target):
        rows = np.flatnonzero(kept & (judged.label == label))
        excess[_by_lot(judged, rows)[target[label] :]] = True
    return excess


def _by_lot(judged: Judged, rows: Ints) -> Ints:
    order = np.argsort(tickets(judged.external_id, rows, purpose="balance:"), kind="stable")
    return np.asarray(rows[order], dtype=np.int64)


def tickets(ids: Sequence[str], rows: Ints, *, purpose: str = "") -> npt.NDArray[np.uint64]:
    """(R,) the first eight bytes of a hash of each row's id: a lot that no order decides."""
    parts = [hashlib.sha256(f"{purpose}{ids[row]}".encode()).digest()[:8] for row in rows.tolist()]
    return np.frombuffer(b"".join(parts), dtype=">u8").astype(np.uint64)
