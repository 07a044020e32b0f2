"""What the files of an export hold: columns, the same in every form."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any

Row = tuple[Any, ...]  # values in the order of a table's columns


class Kind(Enum):
    """What a column's values are.

    COUNTS and NUMBERS are lists, one value per label in label order. NUMBER and NUMBERS may be
    None, where nothing is known.
    """

    TEXT = "text"
    NUMBER = "number"
    COUNTS = "counts"
    NUMBERS = "numbers"
    OBJECT = "object"  # anything JSON can say

    @property
    def per_label(self) -> bool:
        return self in {Kind.COUNTS, Kind.NUMBERS}


@dataclass(frozen=True, kw_only=True)
class Column:
    name: str
    kind: Kind
    meaning: str


@dataclass(frozen=True, kw_only=True)
class Table:
    """One kind of file: its columns, and the labels that columns per label are for.

    >>> vote_table(["joke", "news"]).names
    ['id', 'annotator', 'label']
    """

    name: str  # "rows", "dropped" or "votes"
    columns: Sequence[Column]
    labels: Sequence[str]

    @property
    def names(self) -> list[str]:
        return [column.name for column in self.columns]

    def headings(self) -> list[str]:
        """One name per cell where a file has no lists: `votes_joke`, `votes_news`."""
        result = []
        for column in self.columns:
            if column.kind.per_label:
                result += [f"{column.name}_{label}" for label in self.labels]
            else:
                result.append(column.name)
        return result


ROW_COLUMNS = (
    Column(name="id", kind=Kind.TEXT, meaning="name of the example, the same in every version"),
    Column(name="text", kind=Kind.TEXT, meaning="the text"),
    Column(name="label", kind=Kind.TEXT, meaning="label aggregated from the votes"),
    Column(
        name="intended_label",
        kind=Kind.TEXT,
        meaning="label the prompt asked for; empty where there was none",
    ),
    Column(name="gold_label", kind=Kind.TEXT, meaning="trusted label; empty where there is none"),
    Column(name="split", kind=Kind.TEXT, meaning="train, validation or test; empty where dropped"),
    Column(name="source", kind=Kind.TEXT, meaning="synthetic or real"),
    Column(
        name="agreement",
        kind=Kind.NUMBER,
        meaning="a_i, the share of the most frequent label among the votes, in (0, 1]",
    ),
    Column(
        name="entropy",
        kind=Kind.NUMBER,
        meaning="disagreement of the votes, 0 unanimous to 1 evenly split",
    ),
    Column(
        name="posterior_agreement",
        kind=Kind.NUMBER,
        meaning="agreement that more votes would show, as estimated from these votes",
    ),
    Column(name="posterior_low", kind=Kind.NUMBER, meaning="lower end of its 95 % interval"),
    Column(name="posterior_high", kind=Kind.NUMBER, meaning="upper end of its 95 % interval"),
    Column(
        name="probability",
        kind=Kind.NUMBER,
        meaning="the aggregator's probability of the label",
    ),
    Column(name="weight", kind=Kind.NUMBER, meaning="weight for training by agreement: a_i"),
    Column(name="votes", kind=Kind.COUNTS, meaning="votes for each label"),
    Column(
        name="shares", kind=Kind.NUMBERS, meaning="soft label: share of the votes for each label"
    ),
    Column(
        name="probabilities",
        kind=Kind.NUMBERS,
        meaning="soft label: the aggregator's probability of each label",
    ),
    Column(
        name="provenance",
        kind=Kind.OBJECT,
        meaning="how a generated text came about: run, model, method, call",
    ),
)
REASON = Column(name="drop_reason", kind=Kind.TEXT, meaning="why the example is not kept")
VOTE_COLUMNS = (
    Column(name="id", kind=Kind.TEXT, meaning="name of the example"),
    Column(
        name="annotator",
        kind=Kind.TEXT,
        meaning="pseudonym, the same throughout the project; simulated-… for a program",
    ),
    Column(name="label", kind=Kind.TEXT, meaning="the label this annotator chose"),
)


def row_table(labels: Sequence[str]) -> Table:
    """Kept rows."""
    return Table(name="rows", columns=ROW_COLUMNS, labels=labels)


def dropped_table(labels: Sequence[str]) -> Table:
    """Rows that were judged and not kept, with the reason, so that a version can be rebuilt."""
    return Table(name="dropped", columns=(*ROW_COLUMNS, REASON), labels=labels)


def vote_table(labels: Sequence[str]) -> Table:
    """One line per vote."""
    return Table(name="votes", columns=VOTE_COLUMNS, labels=labels)


def table_of(name: str, labels: Sequence[str]) -> Table:
    """The table of that name."""
    return {"rows": row_table, "dropped": dropped_table, "votes": vote_table}[name](labels)
