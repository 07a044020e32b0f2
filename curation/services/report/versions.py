"""Dataset versions as the report and the pages need them: grouped by the database, few rows."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from django.db.models import Count

from curation.agreement import Interval, alpha_interval
from curation.datasets import Policy
from curation.datasets.policy import BALANCES, POSTERIOR
from curation.models import DatasetVersion
from curation.reporting import LabelOutcome, LabelStyle, Segment, stacked_bar, wording
from curation.services.agreement import number
from curation.services.datasets.known import known_of


def policy_of(version: DatasetVersion) -> Policy:
    return Policy.from_json(version.policy)


def is_within_label(version: DatasetVersion) -> bool:
    return version.policy.get("kind") == "within_label"


def policy_title(version: DatasetVersion) -> str:
    """The policy in a few words, as a heading."""
    policy = policy_of(version)
    if policy.keep_share is not None:
        return f"Within label, the most agreed {100 * policy.keep_share:.0f}\u00a0%"
    if policy.threshold is None:
        return "Everything judged" if policy.keep_all else "Per label, a threshold for each"
    return f"Global, aᵢ ≥ {policy.threshold:g}"


@dataclass(frozen=True, kw_only=True)
class VersionLine:
    """A version as one row of a table."""

    version: DatasetVersion
    title: str
    further: str  # what else the policy asks for
    bar: list[Segment]  # examples kept, by label
    reasons: str  # how many were dropped and why; "" when none


def version_lines(versions: list[DatasetVersion], styles: list[LabelStyle]) -> list[VersionLine]:
    return [
        VersionLine(
            version=version,
            title=policy_title(version),
            further=_further(policy_of(version)),
            bar=stacked_bar([(style, version.labels.get(style.name, 0)) for style in styles]),
            reasons=", ".join(
                f"{n:,} {wording.reason(code)}" for code, n in sorted(version.dropped.items())
            ),
        )
        for version in versions
    ]


def _further(policy: Policy) -> str:
    posterior = policy.measure == POSTERIOR
    parts = [
        f"by posterior agreement, certainty {policy.certainty:g}" if posterior else "",
        BALANCES[policy.balance],
        f"{wording.plural(policy.min_votes, 'vote')} or more",
        "only where the crowd gives the intended label" if policy.drop_mismatch else "",
        f"labels by {policy.aggregator.replace('_', '-')}",
    ]
    return ", ".join(part for part in parts if part)


def outcomes_of(version: DatasetVersion, styles: list[LabelStyle]) -> list[LabelOutcome]:
    """Per label, how many judged examples the version kept and dropped."""
    rows = (
        version.rows.order_by()
        .values_list("label__position", "drop_reason")
        .annotate(n=Count("pk"))
    )
    kept, dropped = [0] * len(styles), [0] * len(styles)
    for position, reason, n in known_of(version, "outcomes", lambda: list(rows)):
        (dropped if reason else kept)[position] += n
    return [
        LabelOutcome(label=style, kept=kept[style.position], dropped=dropped[style.position])
        for style in styles
    ]


def agreement_counts(version: DatasetVersion) -> dict[tuple[int, float], int]:
    """(label position, a_i) → examples."""
    rows = (
        version.rows.order_by().values_list("label__position", "agreement").annotate(n=Count("pk"))
    )
    found = known_of(version, "agreements", lambda: list(rows))
    return {(position, agreement): n for position, agreement, n in found}


def alpha_bounds(version: DatasetVersion) -> Interval:
    """Bootstrap interval of α over the votes the version was made from."""
    low, high = known_of(version, "alpha", lambda: [number(end) for end in _bounds(version)])
    return Interval(low=_float(low), high=_float(high))


def _float(known: float | None) -> float:
    return float("nan") if known is None else known


def _bounds(version: DatasetVersion) -> tuple[float, float]:
    grouped = version.rows.order_by().values_list("votes").annotate(n=Count("pk"))
    rows = [(votes, n) for votes, n in grouped if sum(votes) > 1]
    if not rows:
        return float("nan"), float("nan")
    distinct = np.array([votes for votes, _ in rows], dtype=np.int64)
    order = np.lexsort(distinct.T)  # the same draws whatever order the database answers in
    times = np.array([n for _, n in rows])[order]
    found = alpha_interval(np.repeat(distinct[order], times, axis=0))
    return found.low, found.high
