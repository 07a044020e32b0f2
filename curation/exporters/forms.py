"""The forms an export can have, and the files each is made of."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import BinaryIO

from curation.exporters.columns import Row, Table
from curation.exporters.csv import write_csv
from curation.exporters.jsonl import write_jsonl
from curation.exporters.parquet import write_parquet

Writer = Callable[[Table, Iterable[Row], BinaryIO], Iterator[int]]

WRITERS: dict[str, Writer] = {
    "jsonl": write_jsonl,
    "csv": write_csv,
    "parquet": write_parquet,
}


@dataclass(frozen=True, kw_only=True)
class TableFile:
    """One file of rows."""

    path: str  # within the export
    table: str  # "rows", "dropped" or "votes"
    splits: tuple[str, ...] | None = None  # rows of these splits only; None: all


@dataclass(frozen=True, kw_only=True)
class Form:
    """One form of an export: how its tables are written and laid out."""

    title: str
    contains: str  # in words, for people who choose
    ending: str  # of its tables, a key of WRITERS
    overhead: int  # bytes in the zip whatever its size; about
    bytes_per_row: float  # in the zip, beside the text; about
    bytes_per_vote: float
    per_split: bool = False  # one file of rows for each split
    croissant: bool = False  # with croissant.json

    def files(self, splits: Sequence[str]) -> list[TableFile]:
        """The tables, in the order in which they are written.

        Args:
            splits: those that have rows; "" where versions had none yet counts as train.
        """
        if self.per_split:
            return [*_split_files(splits, self.ending), *_apart(self.ending)]
        return [
            TableFile(path=f"{name}.{self.ending}", table=name)
            for name in ("rows", "dropped", "votes")
        ]


def _split_files(splits: Sequence[str], ending: str) -> list[TableFile]:
    named = {"train": ("train", ""), "validation": ("validation",), "test": ("test",)}
    return [
        TableFile(path=f"data/{name}.{ending}", table="rows", splits=members)
        for name, members in named.items()
        if set(members) & set(splits)
    ]


def _apart(ending: str) -> list[TableFile]:
    return [TableFile(path=f"{name}/{name}.{ending}", table=name) for name in ("dropped", "votes")]
