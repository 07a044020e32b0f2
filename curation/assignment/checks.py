"""When an annotator is shown a task that measures them instead of the text."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any

from curation.assignment.order import draw

KINDS = ("gold", "attention", "repeat")


class ChecksError(ValueError):
    """Checks that cannot be meant; the message is a sentence for the user."""


@dataclass(frozen=True, kw_only=True)
class Checks:
    """How often annotators are checked. Shares are of the tasks handed out; 0 means never.

    Raises:
        ChecksError: a share is not in [0, 0.5], they add up to more than half, a count is
            negative or the pass mark is not in [0, 1].
    """

    gold: float = 0.0  # share of tasks whose answer is known
    attention: float = 0.0  # share of tasks that say which answer to give
    repeat: float = 0.0  # share of tasks shown a second time to the same person
    qualification: int = 0  # known tasks answered before the first real one
    pass_share: float = 0.7  # of them that must be right

    def __post_init__(self) -> None:
        shares = {kind: getattr(self, kind) for kind in KINDS}
        for kind, share in shares.items():
            if not 0 <= share <= 0.5:
                raise ChecksError(f"The share of {kind} tasks is {share:g}; it must be 0 to 0.5.")
        if sum(shares.values()) > 0.5:
            raise ChecksError(
                f"Gold, attention and repeated tasks add up to {sum(shares.values()):g} of all "
                "tasks; leave at least half for texts that need votes."
            )
        if self.qualification < 0 or not 0 <= self.pass_share <= 1:
            raise ChecksError(
                f"A qualification of {self.qualification} tasks with a pass mark of "
                f"{self.pass_share:g} cannot be held; give 0 or more tasks and a share of 0 to 1."
            )

    @property
    def known_needed(self) -> bool:
        """Whether texts with known answers are needed."""
        return bool(self.gold or self.qualification)

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Checks:
        """What `as_json` gave; unknown names are left out, missing ones take their defaults."""
        known = {field.name for field in fields(cls)}
        return cls(**{name: value for name, value in stored.items() if name in known})


def due_check(checks: Checks, *, annotator: str, number: int) -> str:
    """The check that this annotator's task of this number shall be; "" for a task like others.

    Drawn for each person and number, so that nobody can foretell it and a program that is
    stopped and started draws the same again.

    Args:
        number: tasks handed out to this person before, qualification left out; from 0.

    >>> due_check(Checks(gold=0.5), annotator="ann", number=3) in {"gold", ""}
    True
    >>> due_check(Checks(), annotator="ann", number=3)
    ''
    """
    drawn = draw("check", annotator, str(number))
    for kind in KINDS:
        share = getattr(checks, kind)
        if drawn < share:
            return kind
        drawn -= share
    return ""
