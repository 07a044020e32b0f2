"""What a policy keeps of the evidence: the same examples as `drop_reasons`, found by groups."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from curation.datasets.keeping import (
    BALANCED,
    BELOW_SHARE,
    BELOW_THRESHOLD,
    KEPT,
    REASONS,
    Judged,
    drop_reasons,
)
from curation.datasets.policy import AS_JUDGED, POSTERIOR, Policy
from curation.explorer.evidence import Evidence, Flags, Floats, Ints


@dataclass(frozen=True, kw_only=True)
class Selection:
    """Which of N examples a policy keeps, as whole groups and as rows out of others."""

    whole: Flags  # (G,) every example is kept, but those in `removed`
    part: Ints  # places of rows kept out of groups that are not kept whole
    removed: Ints  # places of rows that balancing takes away again
    considered: Flags  # (G,) has votes enough, no mismatch that matters, is not set aside
    kept_of: Ints  # (G,) examples kept
    reasons: dict[str, Ints]  # reason → (K,) examples dropped for it
    by_posterior: bool  # which agreement ranks and decides
    cuts: Floats  # (K,) agreement of the last row that agreement keeps, NaN where none is


def select(evidence: Evidence, policy: Policy) -> Selection:
    """What `drop_reasons(judged, policy)` keeps, counted.

    Raises:
        PolicyError: as `drop_reasons`.
    """
    reason = _group_reasons(evidence, policy)
    considered = (reason == KEPT) | (reason == BELOW_THRESHOLD)
    whole: Flags = reason == KEPT
    part: Ints = np.zeros(0, dtype=np.int64)
    if policy.keep_share is not None:
        whole, part = _most_agreed(evidence, considered, policy)
        reason = np.where(considered & ~whole, BELOW_SHARE, reason)
    removed = _removed(evidence, policy, considered, whole, part)
    groups = evidence.groups
    before = _before_balance(evidence, whole, part)
    kept_of = before - _per_group(evidence, removed)
    reasons = {
        name: _per_label(evidence, np.where(reason == name, groups.size - before, 0))
        for name in REASONS
    }
    reasons[BALANCED] = _per_label(evidence, before - kept_of)
    by_posterior = policy.measure == POSTERIOR
    return Selection(
        whole=whole,
        part=part,
        removed=removed,
        considered=considered,
        kept_of=kept_of,
        reasons=reasons,
        by_posterior=by_posterior,
        cuts=_cuts(evidence, before > 0, by_posterior=by_posterior),
    )


def _group_reasons(evidence: Evidence, policy: Policy) -> npt.NDArray[np.str_]:
    """(G,) why groups are dropped, by all that does not rank their examples."""
    groups = evidence.groups
    ones = Judged(
        external_id=(),
        label=groups.label,
        agreement=groups.agreement,
        entropy=groups.agreement,
        probability=groups.agreement,
        n_votes=groups.n_votes,
        label_names=evidence.label_names,
        intended=np.where(groups.mismatch, groups.label + 1, -1),
        posterior=groups.posterior,
        by_hand=groups.by_hand,
    )
    if policy.keep_share is not None:
        policy = replace(policy, keep_share=None, keep_all=True)
    return drop_reasons(ones, replace(policy, balance=""))


def measured(evidence: Evidence, *, by_posterior: bool) -> Floats:
    """(G,) the agreement that ranks, to the nine digits that count."""
    groups = evidence.groups
    return np.round(groups.posterior.mean if by_posterior else groups.agreement, 9)


def _most_agreed(evidence: Evidence, considered: Flags, policy: Policy) -> tuple[Flags, Ints]:
    """Groups of the most agreed share of each label, and the rows where it cuts through one."""
    groups, share = evidence.groups, policy.keep_share
    assert share is not None
    by_posterior = policy.measure == POSTERIOR
    level = measured(evidence, by_posterior=by_posterior)
    whole, parts = np.zeros(len(level), dtype=bool), [np.zeros(0, dtype=np.int64)]
    for label in np.unique(groups.label[considered]):
        mine = considered & (groups.label == label)
        most = max(1, int(share * int(groups.size[mine].sum()) + 0.5))
        levels, at = np.unique(-level[mine], return_inverse=True)  # the highest first
        reached = np.cumsum(np.bincount(at, weights=groups.size[mine])).astype(np.int64)
        last = int(np.searchsorted(reached, most))
        whole |= mine & (level > -levels[last])
        at_last = mine & (level == -levels[last])
        if reached[last] == most:
            whole |= at_last
        else:
            before = int(reached[last - 1]) if last else 0
            rows = _level_rows(evidence, int(label), -levels[last], by_posterior=by_posterior)
            parts.append(rows[at_last[evidence.rows.group[rows]]][: most - before])
    return whole, np.concatenate(parts)


def _level_rows(evidence: Evidence, label: int, level: float, *, by_posterior: bool) -> Ints:
    """Places of all rows of a label on one level of agreement, the best first."""
    groups, rows = evidence.groups, evidence.rows
    found = measured(evidence, by_posterior=by_posterior)
    mine = groups.label == label
    start = int(rows.label_start[label]) + int(groups.size[mine & (found > level)].sum())
    stop = start + int(groups.size[mine & (found == level)].sum())
    return (
        rows.by_posterior[start:stop].astype(np.int64) if by_posterior else np.arange(start, stop)
    )


def _removed(
    evidence: Evidence, policy: Policy, considered: Flags, whole: Flags, part: Ints
) -> Ints:
    """Places of kept rows that go for balance, as `_excess` of keeping draws them."""
    if not policy.balance:
        return np.zeros(0, dtype=np.int64)
    have = _per_label(evidence, _before_balance(evidence, whole, part))
    target = _targets(evidence, policy, considered, have)
    kept = row_flags(evidence, whole, part)
    goes = np.zeros(len(kept), dtype=bool)
    start = evidence.rows.label_start
    for label in np.flatnonzero(have > target).tolist():
        mine = evidence.rows.by_lot[start[label] : start[label + 1]]
        goes[mine[kept[mine]][target[label] :]] = True
    return np.flatnonzero(goes)  # in their order, so that files are read from front to back


def _targets(evidence: Evidence, policy: Policy, considered: Flags, have: Ints) -> Ints:
    """(K,) examples of each label that balancing leaves, of those it `have`s."""
    weight = np.ones_like(have)
    if policy.balance == AS_JUDGED:
        weight = _per_label(evidence, np.where(considered, evidence.groups.size, 0))
    present = have > 0
    if not policy.balance or not present.any():
        return have
    weight = np.where(present, weight, 0)
    scale = (have[present] / weight[present]).min()
    return np.maximum(np.floor(scale * weight + 0.5), present).astype(np.int64)


def kept_per_label(evidence: Evidence, policy: Policy) -> Ints:
    """(K,) examples that `policy` keeps; cheaper than `select`, since no lots are drawn.

    Raises:
        PolicyError: as `drop_reasons`.
    """
    plain = select(evidence, replace(policy, balance=""))
    have = _per_label(evidence, plain.kept_of)
    return np.minimum(have, _targets(evidence, policy, plain.considered, have))


def row_flags(evidence: Evidence, whole: Flags, part: Ints) -> Flags:
    """(N,) whether a row is of a group that is `whole`, or in `part`."""
    flags = whole[evidence.rows.group]
    flags[part] = True
    return flags


def kept_rows(evidence: Evidence, selection: Selection) -> Flags:
    """(N,) whether a row is kept."""
    flags = row_flags(evidence, selection.whole, selection.part)
    flags[selection.removed] = False
    return flags


def _before_balance(evidence: Evidence, whole: Flags, part: Ints) -> Ints:
    """(G,) examples kept unless balancing takes them."""
    return np.where(whole, evidence.groups.size, 0) + _per_group(evidence, part)


def _per_group(evidence: Evidence, places: Ints) -> Ints:
    return np.bincount(evidence.rows.group[places], minlength=len(evidence.groups.size))


def _per_label(evidence: Evidence, numbers: Ints) -> Ints:
    """(K,) sums of (G,) whole numbers."""
    sums = np.bincount(evidence.groups.label, weights=numbers, minlength=len(evidence.label_names))
    return sums.astype(np.int64)


def _cuts(evidence: Evidence, touched: Flags, *, by_posterior: bool) -> Floats:
    level = measured(evidence, by_posterior=by_posterior)
    cuts = np.full(len(evidence.label_names), np.nan)
    lowest = np.full(len(evidence.label_names), np.inf)
    np.minimum.at(lowest, evidence.groups.label[touched], level[touched])
    return np.where(np.isfinite(lowest), lowest, cuts)
