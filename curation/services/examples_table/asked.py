"""Which examples are asked for, and in which order: every choice is a parameter of an address."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any
from urllib.parse import urlencode

from curation.errors import BadInput

NONE, TIE = "~none", "~tie"  # no label; as many votes for one as for another
KEPT, DROPPED = "kept", "dropped"
ORDERS = {
    "newest": "newest first",
    "oldest": "oldest first",
    "disputed": "most disputed first",
    "agreed": "most agreed first",
    "shortest": "shortest first",
    "longest": "longest first",
}
JUDGED_ONLY = ("disputed", "agreed")  # orders that leave examples without votes out
LARGEST = 10**9
TRUE, FALSE = "yes", "no"


@dataclass(frozen=True, kw_only=True)
class ExampleFilter:
    """Which examples of a project are meant; all conditions hold at once.

    Votes and agreement are those of `curation.services.summaries`, as old as it says.
    """

    text: str = ""  # all of these words, or words that begin so; "in quotes" one after another
    intended: str = ""  # label name; NONE: none was asked for
    label: str = ""  # of the most votes; NONE: no votes, TIE: a tie
    differs: bool = False  # the most votes are for another label than the intended one
    source: str = ""  # Example.Source
    split: str = ""  # Example.Split
    method: str = ""  # of the prompt
    prompt: str = ""  # version of the prompt
    run: int | None = None  # number of the generation run
    agreement_from: float | None = None  # a_i in [0, 1], this included
    agreement_to: float | None = None
    votes_from: int | None = None
    votes_to: int | None = None
    annotator: str = ""  # name of somebody who judged it
    version: int | None = None  # number of a dataset version that has it
    verdict: str = ""  # in that version: KEPT, DROPPED, or a reason for dropping
    aside: bool | None = None  # set aside by hand
    predicted: str = ""  # label name; NONE: no classifier has said anything
    surprising: bool = False  # a classifier names another label than the most votes
    order: str = "newest"  # a key of ORDERS

    @classmethod
    def from_query(cls, query: Mapping[str, str]) -> ExampleFilter:
        """The filter that an address asks for; `query` undoes it.

        Raises:
            BadInput: a value that cannot be meant; the sentence names it.

        >>> ExampleFilter.from_query({"label": "joke", "votes_from": "3", "page": "2"}).query()
        'label=joke&votes_from=3'
        """
        chosen: dict[str, Any] = {}
        for one in fields(cls):
            given = query.get(one.name, "").strip()
            if given:
                chosen[one.name] = _read(one.name, str(one.type), given)
        wish = cls(**chosen)
        wish.check()
        return wish

    def chosen(self) -> dict[str, str]:
        """What differs from asking for everything, as an address says it."""
        return {
            one.name: _written(getattr(self, one.name))
            for one in fields(self)
            if getattr(self, one.name) != one.default
        }

    def query(self, **more: str) -> str:
        """The filter as the query of an address, without the question mark."""
        return urlencode(self.chosen() | more)

    def check(self) -> None:
        """Whether this can be asked for.

        Raises:
            BadInput: it cannot; the sentence says why.
        """
        if self.order not in ORDERS:
            raise BadInput(f"Examples are in the order {', '.join(ORDERS)}, not {self.order!r}.")
        for share in (self.agreement_from, self.agreement_to):
            if share is not None and not 0 <= share <= 1:
                raise BadInput(f"An agreement is from 0 to 1, so {share:g} is none.")
        for number in (self.votes_from, self.votes_to, self.run, self.version):
            if number is not None and not 0 <= number <= LARGEST:
                raise BadInput(f"{number} is no number of votes, runs or versions.")
        if "\x00" in "".join(str(getattr(self, one.name)) for one in fields(self)):
            raise BadInput("Nothing has a NUL character in it; take it out of what you look for.")
        if self.verdict and self.version is None:
            raise BadInput("Kept or dropped in which version? Give its number as well.")


def _read(name: str, kind: str, given: str) -> Any:
    try:
        if kind.startswith("bool"):
            return {TRUE: True, FALSE: False}[given]
        if kind.startswith("int"):
            return int(given) if given.isascii() and given.isdecimal() else _not_one(given)
        if kind.startswith("float"):
            return float(given)
    except (ValueError, KeyError, OverflowError):
        meant = "yes or no" if kind.startswith("bool") else "a number"
        raise BadInput(f"{name.replace('_', ' ')} is {given!r}, but must be {meant}.") from None
    return given


def _not_one(given: str) -> int:
    raise ValueError(given)


def _written(value: Any) -> str:
    if isinstance(value, bool):
        return TRUE if value else FALSE
    return f"{value:g}" if isinstance(value, float) else str(value)
