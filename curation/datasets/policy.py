"""What an example must satisfy to be kept."""

from __future__ import annotations

import hashlib
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

KEPT = ""
FEW_VOTES = "few_votes"
BELOW_THRESHOLD = "below_threshold"
BELOW_SHARE = "below_share"


class PolicyError(ValueError):
    """A policy that cannot be meant; the message is a sentence for the user."""


@dataclass(frozen=True, kw_only=True)
class Policy:
    """How to keep: every example that agrees enough, or the most agreed share of each label.

    *Global* (`threshold`): keep where a_i ≥ γ. It keeps fewer of the label people dispute most,
    so it shifts the balance between labels. *Within label* (`keep_share`): keep the share q of
    each aggregated label that agrees most, so the balance stays.

    Raises:
        PolicyError: not exactly one of the two is given, or a number is out of its range.
    """

    threshold: float | None = None  # γ in (0, 1]
    keep_share: float | None = None  # q in (0, 1]
    min_votes: int = 1  # votes an example needs to be considered
    aggregator: str = "majority"

    def __post_init__(self) -> None:
        if (self.threshold is None) == (self.keep_share is None):
            raise PolicyError(
                "Say how to keep examples: either a threshold (--threshold 0.8 keeps where "
                "agreement reaches it) or a share to keep within each label (--keep-share 0.7)."
            )
        for name, value in (("threshold", self.threshold), ("share to keep", self.keep_share)):
            if value is not None and not 0 < value <= 1:
                raise PolicyError(f"The {name} is {value:g}, but it must be above 0 and at most 1.")
        if self.min_votes < 1:
            raise PolicyError(f"Minimum votes is {self.min_votes}, but it must be at least 1.")

    @property
    def kind(self) -> str:
        """ "global" or "within_label"."""
        return "global" if self.keep_share is None else "within_label"

    def as_json(self) -> dict[str, Any]:
        return {"kind": self.kind, **asdict(self)}

    def sentence(self) -> str:
        """The policy in words.

        >>> Policy(threshold=0.8, min_votes=3).sentence()
        'agreement of at least 0.8, 3 votes or more, labels by majority'
        """
        how = (
            f"agreement of at least {self.threshold:g}"
            if self.keep_share is None
            else f"the most agreed {self.keep_share:.0%} of each label"
        )
        votes = "1 vote" if self.min_votes == 1 else f"{self.min_votes} votes"
        return f"{how}, {votes} or more, labels by {self.aggregator.replace('_', '-')}"


@dataclass(frozen=True, kw_only=True)
class Judged:
    """N examples with votes, as columns of equal length."""

    external_id: list[str]
    label: npt.NDArray[np.int64]  # (N,) aggregated label, in [0, K)
    agreement: npt.NDArray[np.float64]  # (N,) a_i in (0, 1]
    entropy: npt.NDArray[np.float64]  # (N,) in [0, 1]
    probability: npt.NDArray[np.float64]  # (N,) the aggregator's, of the aggregated label
    n_votes: npt.NDArray[np.int64]  # (N,) at least 1


def drop_reasons(judged: Judged, policy: Policy) -> npt.NDArray[np.str_]:
    """Why each example is dropped; "" where it is kept.

    Within a label, examples are ranked by agreement, then by the aggregator's probability, then
    by a hash of their id: never by the order in which they were stored. Of a label with n
    examples, q · n rounded to the nearest whole number are kept, at least one.

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
    enough = judged.n_votes >= policy.min_votes
    if policy.threshold is not None:
        # 1e-9: a share such as 4/5 and the threshold 0.8 are not the same float on every path
        keep, reason = judged.agreement >= policy.threshold - 1e-9, BELOW_THRESHOLD
    else:
        assert policy.keep_share is not None
        keep, reason = _most_agreed(judged, enough, policy.keep_share), BELOW_SHARE
    return np.where(~enough, FEW_VOTES, np.where(keep, KEPT, reason))


def _most_agreed(
    judged: Judged, enough: npt.NDArray[np.bool_], share: float
) -> npt.NDArray[np.bool_]:
    ticket = [hashlib.sha256(key.encode()).hexdigest() for key in judged.external_id]
    keep = np.zeros(len(judged.label), dtype=bool)
    for label in np.unique(judged.label):
        rows = np.flatnonzero(enough & (judged.label == label))
        if not len(rows):
            continue
        best_first = sorted(
            rows,
            key=lambda row: (
                -round(float(judged.agreement[row]), 9),
                -round(float(judged.probability[row]), 9),
                ticket[row],
            ),
        )
        keep[best_first[: max(1, int(share * len(rows) + 0.5))]] = True
    return keep
