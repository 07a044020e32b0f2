"""What an example must satisfy to be kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

RAW, POSTERIOR = "raw", "posterior"
MEASURES = {RAW: "agreement", POSTERIOR: "posterior agreement"}
NO_BALANCE, AS_JUDGED, EQUAL = "", "as_judged", "equal"
BALANCES = {
    NO_BALANCE: "",
    AS_JUDGED: "the balance of labels kept as judged",
    EQUAL: "every label cut to the same size",
}


class PolicyError(ValueError):
    """A policy that cannot be meant; the message is a sentence for the user."""


@dataclass(frozen=True, kw_only=True)
class Policy:
    """How to keep: all that is judged, every example that agrees enough, or the most agreed share.

    Exactly one of four ways:

    - *Global* (`threshold`): keep where agreement reaches γ. It keeps fewer of the label people
      dispute most, so it shifts the balance between labels.
    - *Per label* (`label_thresholds`): the same with a γ of its own for each aggregated label.
    - *Within label* (`keep_share`): keep the share q of each aggregated label that agrees most,
      so the balance stays.
    - *All* (`keep_all`): drop for other reasons only.

    With `measure` "raw", agreement is the a_i of the votes at hand. With "posterior" it is what
    those votes say about the agreement that more votes would show: an example reaches γ when it
    does so with a probability of at least `certainty`, and ranks by its posterior mean.

    Raises:
        PolicyError: not exactly one of the ways is given, or a number is out of its range.
    """

    threshold: float | None = None  # γ in (0, 1]
    keep_share: float | None = None  # q in (0, 1]
    label_thresholds: tuple[tuple[str, float], ...] = ()  # (label, γ), one of each label
    keep_all: bool = False
    measure: str = RAW  # a key of MEASURES
    certainty: float = 0.5  # in (0, 1), of "posterior"
    balance: str = NO_BALANCE  # a key of BALANCES; excess rows of a label are dropped at random
    drop_mismatch: bool = False  # drop where the aggregated label is not the intended one
    min_votes: int = 1  # votes an example needs to be considered
    aggregator: str = "majority"

    def __post_init__(self) -> None:
        pairs = dict(self.label_thresholds)
        object.__setattr__(self, "label_thresholds", tuple(sorted(pairs.items())))
        ways = (self.threshold is not None, self.keep_share is not None, bool(pairs), self.keep_all)
        if sum(ways) != 1:
            raise PolicyError(
                "Say how to keep examples: either a threshold (--threshold 0.8 keeps where "
                "agreement reaches it), a share to keep within each label (--keep-share 0.7), "
                "a threshold for each label (--label-threshold LABEL=0.8), or --keep-all."
            )
        _check_share("threshold", self.threshold)
        _check_share("share to keep", self.keep_share)
        for label, value in self.label_thresholds:
            _check_share(f"threshold of {label!r}", value)
        self._check_choices()

    def _check_choices(self) -> None:
        if not 0 < self.certainty < 1:
            raise PolicyError(
                f"The certainty is {self.certainty:g}, but it must be between 0 and 1."
            )
        if self.min_votes < 1:
            raise PolicyError(f"Minimum votes is {self.min_votes}, but it must be at least 1.")
        if self.measure not in MEASURES:
            raise PolicyError(f"Agreement is measured as raw or posterior, not {self.measure!r}.")
        if self.balance not in BALANCES:
            raise PolicyError(f"Labels are balanced as_judged or equal, not {self.balance!r}.")

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Policy:
        """A policy from what `as_json` gave."""
        known = {field.name for field in fields(cls)}
        chosen = {key: value for key, value in stored.items() if key in known}
        if "label_thresholds" in chosen:
            chosen["label_thresholds"] = tuple(dict(chosen["label_thresholds"]).items())
        return cls(**chosen)

    @property
    def kind(self) -> str:
        """ "global", "per_label", "within_label" or "all"."""
        if self.keep_all:
            return "all"
        if self.label_thresholds:
            return "per_label"
        return "global" if self.keep_share is None else "within_label"

    def as_json(self) -> dict[str, Any]:
        """For storing and for the fingerprint.

        Only what differs from a plain policy is named beside the four fields that always were,
        so that a policy keeps its fingerprint when a choice is added to this class.
        """
        stored: dict[str, Any] = {
            "kind": self.kind,
            "threshold": self.threshold,
            "keep_share": self.keep_share,
            "min_votes": self.min_votes,
            "aggregator": self.aggregator,
        }
        if self.label_thresholds:
            stored["label_thresholds"] = dict(self.label_thresholds)
        if self.measure == POSTERIOR:
            stored["certainty"] = self.certainty
        for name in ("keep_all", "measure", "balance", "drop_mismatch"):
            value = getattr(self, name)
            if value not in (False, RAW, NO_BALANCE):
                stored[name] = value
        return stored

    def sentence(self) -> str:
        """The policy in words.

        >>> Policy(threshold=0.8, min_votes=3).sentence()
        'agreement of at least 0.8, 3 votes or more, labels by majority'
        """
        votes = "1 vote" if self.min_votes == 1 else f"{self.min_votes} votes"
        parts = [self._way(), BALANCES[self.balance], f"{votes} or more"]
        if self.drop_mismatch:
            parts.append("only where the crowd gives the intended label")
        parts.append(f"labels by {self.aggregator.replace('_', '-')}")
        return ", ".join(part for part in parts if part)

    def _way(self) -> str:
        sure = f" with {percent(self.certainty)} certainty" if self.measure == POSTERIOR else ""
        name = MEASURES[self.measure]
        if self.keep_all:
            return "everything judged"
        if self.threshold is not None:
            return f"{name} of at least {self.threshold:g}{sure}"
        if self.label_thresholds:
            each = ", ".join(f"{value:g} for {label}" for label, value in self.label_thresholds)
            return f"{name} of at least {each}{sure}"
        by = " by posterior agreement" if self.measure == POSTERIOR else ""
        return f"the most agreed {percent(self.keep_share or 0.0)} of each label{by}"


def percent(share: float) -> str:
    """A share as it was asked for.

    >>> percent(0.7), percent(0.125), percent(0.999)
    ('70%', '12.5%', '99.9%')
    """
    return f"{100 * share:.6g}%"


def _check_share(name: str, value: float | None) -> None:
    if value is not None and not 0 < value <= 1:
        raise PolicyError(f"The {name} is {value:g}, but it must be above 0 and at most 1.")
