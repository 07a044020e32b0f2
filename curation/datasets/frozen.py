"""A version's rows as they are frozen, and what its fingerprint covers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from curation.datasets.fingerprint import fingerprint
from curation.datasets.keeping import KEPT
from curation.datasets.policy import POSTERIOR, Policy
from curation.datasets.splits import SplitPlan


@dataclass(frozen=True, kw_only=True, slots=True)
class FrozenRow:
    """One judged example: what its votes said, and what the policy made of it."""

    external_id: str
    text_digest: str  # SHA-256 of the text
    label: str  # aggregated
    votes: list[int]  # per label, in label order
    agreement: float
    entropy: float
    probability: float
    drop_reason: str  # "" = kept
    split: str  # "" = dropped
    posterior: tuple[float, float, float]  # mean and 95 % interval of the true agreement
    probabilities: list[float]  # per label, in label order
    example: int = 0  # primary key; 0 outside a database

    @property
    def kept(self) -> bool:
        return self.drop_reason == KEPT

    def as_json(self, *, policy: Policy, plan: SplitPlan | None) -> dict[str, Any]:
        """What the fingerprint covers: nothing that differs between machines, such as keys.

        The split and the posterior are covered where they were asked for only, so that versions
        keep the fingerprint they had before there were any.
        """
        covered = {
            "id": self.external_id,
            "text": self.text_digest,
            "label": self.label,
            "votes": self.votes,
            "probability": round(self.probability, 6),
            "drop_reason": self.drop_reason,
        }
        if policy.measure == POSTERIOR:
            covered["posterior"] = round(self.posterior[0], 6)
        if plan is not None:
            covered["split"] = self.split
        return covered


def version_fingerprint(policy: Policy, plan: SplitPlan | None, rows: Iterable[FrozenRow]) -> str:
    """The name of a version: SHA-256 over policy, split plan and rows.

    Args:
        rows: sorted by external id.

    >>> row = FrozenRow(
    ...     external_id="a", text_digest="9f", label="joke", votes=[3, 0], agreement=1.0,
    ...     entropy=0.0, probability=1.0, drop_reason="", split="train",
    ...     posterior=(0.9, 0.7, 1.0), probabilities=[1.0, 0.0],
    ... )
    >>> policy = Policy(threshold=0.8)
    >>> version_fingerprint(policy, None, [row])[:8]
    '5ca6287c'
    >>> version_fingerprint(policy, SplitPlan(train=0.8, test=0.2), [row])[:8]
    '6c396fd2'
    """
    head = policy.as_json()
    if plan is not None:
        head["splits"] = plan.as_json()
    return fingerprint(head, (row.as_json(policy=policy, plan=plan) for row in rows))
