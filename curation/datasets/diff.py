"""What changed from one version to another, and why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from curation.datasets.keeping import BY_HAND
from curation.datasets.policy import BALANCES, MEASURES, Policy
from curation.datasets.splits import SplitPlan

IN, OUT, RELABELLED, MOVED, SAME = "in", "out", "relabelled", "moved", "same"
CHANGES = {
    IN: "came in",
    OUT: "went out",
    RELABELLED: "kept with another label",
    MOVED: "moved to another split",
    SAME: "kept as it was",
}

NEW, GONE, ASIDE, BACK, VOTES, POLICY, BOTH, OTHERS, PLAN = (
    "new", "gone", "set_aside", "taken_back", "votes", "policy", "votes_and_policy", "others",
    "split_plan",
)  # fmt: skip
WHYS = {
    NEW: "it was not judged before",
    GONE: "its votes are gone",
    ASIDE: "somebody set it aside",
    BACK: "it is no longer set aside",
    VOTES: "its votes changed",
    POLICY: "the policy changed",
    BOTH: "its votes and the policy changed",
    OTHERS: "other examples changed, which it is ranked or counted with",
    PLAN: "the plan for the splits changed",
}


@dataclass(frozen=True, kw_only=True)
class Side:
    """One example in one version."""

    label: str
    drop_reason: str  # "" = kept
    split: str  # "" = dropped


@dataclass(frozen=True, kw_only=True)
class Changed:
    """One field in which two policies or plans differ."""

    field: str
    before: str
    after: str


@dataclass(frozen=True, kw_only=True)
class Difference:
    """What may make two versions differ beside votes."""

    policy: bool  # what is kept is decided otherwise
    aggregator: bool
    plan: bool  # splits are drawn otherwise


@dataclass(kw_only=True)
class Tally:
    """Examples by what became of them and why. An example may be relabelled and moved."""

    changes: Counter[str] = field(default_factory=Counter)  # change → examples
    whys: Counter[tuple[str, str]] = field(default_factory=Counter)  # (change, why) → examples

    def count(self, changes: Mapping[str, str], n: int) -> None:
        for change, why in changes.items():
            self.changes[change] += n
            if change != SAME:
                self.whys[change, why] += n


def changes_of(
    before: Side | None, after: Side | None, *, same_votes: bool, difference: Difference
) -> dict[str, str]:
    """What became of one example → why; {} where neither version keeps it.

    Args:
        before, after: None where the version did not consider the example.

    >>> kept = Side(label="joke", drop_reason="", split="train")
    >>> dropped = Side(label="joke", drop_reason="below_threshold", split="")
    >>> difference = Difference(policy=True, aggregator=False, plan=False)
    >>> changes_of(dropped, kept, same_votes=True, difference=difference)
    {'in': 'policy'}
    >>> changes_of(None, kept, same_votes=False, difference=difference)
    {'in': 'new'}
    """
    was, is_ = _keeps(before), _keeps(after)
    if is_ and not was:
        return {IN: _why_not(before, NEW, BACK) or _why(same_votes, difference)}
    if was and not is_:
        return {OUT: _why_not(after, GONE, ASIDE) or _why(same_votes, difference)}
    if before is None or after is None or not was:
        return {}
    found = {}
    if before.label != after.label:
        found[RELABELLED] = _why_label(same_votes, difference)
    if before.split != after.split:
        found[MOVED] = PLAN if difference.plan else OTHERS
    return found or {SAME: ""}


def _keeps(side: Side | None) -> bool:
    return side is not None and not side.drop_reason


def _why_not(side: Side | None, absent: str, aside: str) -> str:
    """`absent` where the side does not have the example, `aside` where somebody set it aside."""
    if side is None:
        return absent
    return aside if side.drop_reason == BY_HAND else ""


def _why(same_votes: bool, difference: Difference) -> str:
    if not same_votes:
        return BOTH if difference.policy else VOTES
    return POLICY if difference.policy else OTHERS


def _why_label(same_votes: bool, difference: Difference) -> str:
    if not same_votes:
        return BOTH if difference.aggregator else VOTES
    return POLICY if difference.aggregator else OTHERS


def tally(
    groups: Iterable[tuple[Side | None, Side | None, bool, int]], difference: Difference
) -> Tally:
    """Counts over groups of alike examples: before, after, same votes, how many.

    >>> kept = Side(label="joke", drop_reason="", split="train")
    >>> found = tally([(None, kept, False, 3), (kept, kept, True, 4)], Difference(
    ...     policy=False, aggregator=False, plan=False))
    >>> dict(found.changes), dict(found.whys)
    ({'in': 3, 'same': 4}, {('in', 'new'): 3})
    """
    result = Tally()
    for before, after, same_votes, n in groups:
        result.count(changes_of(before, after, same_votes=same_votes, difference=difference), n)
    return result


def difference_of(
    before: tuple[Policy, SplitPlan | None], after: tuple[Policy, SplitPlan | None]
) -> Difference:
    return Difference(
        policy=before[0] != after[0],
        aggregator=before[0].aggregator != after[0].aggregator,
        plan=before[1] != after[1],
    )


def policy_changes(before: Policy, after: Policy) -> list[Changed]:
    """The fields in which two policies differ, in words.

    >>> [(one.field, one.before, one.after) for one in policy_changes(
    ...     Policy(threshold=0.8), Policy(threshold=0.9, min_votes=3))]
    [('threshold γ', '0.8', '0.9'), ('votes at least', '1', '3')]
    """
    first, second = _said(before), _said(after)
    return [
        Changed(field=name, before=first[name], after=second[name])
        for name in first
        if first[name] != second[name]
    ]


def plan_changes(before: SplitPlan | None, after: SplitPlan | None) -> list[Changed]:
    """How the plans for splits differ; [] where they are the same."""
    if before == after:
        return []
    said = [plan.sentence() if plan else "all to train" for plan in (before, after)]
    return [Changed(field="splits", before=said[0], after=said[1])]


def _said(policy: Policy) -> dict[str, str]:
    thresholds = ", ".join(f"{value:g} for {label}" for label, value in policy.label_thresholds)
    return {
        "threshold γ": _number(policy.threshold),
        "share kept of each label": _number(policy.keep_share),
        "threshold of each label": thresholds or "none",
        "everything judged is kept": "yes" if policy.keep_all else "no",
        "measured by": MEASURES[policy.measure],
        "certainty": _number(policy.certainty if policy.measure != "raw" else None),
        "balance": BALANCES[policy.balance] or "as it comes",
        "other labels than intended dropped": "yes" if policy.drop_mismatch else "no",
        "votes at least": str(policy.min_votes),
        "labels by": policy.aggregator.replace("_", "-"),
    }


def _number(value: float | None) -> str:
    return "none" if value is None else f"{value:g}"
