"""A table of texts whose columns are called anything: looked at, guessed, read as chosen."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from curation.errors import BadInput, BadRow
from curation.importers.lines import is_storable, table_rows

SAMPLE = 500  # rows that columns are guessed from
MOST_GUESSED = 20  # different values of a column that is taken for labels by what is in it
MOST_VALUES = 50  # different values of a column that holds labels
TEXT_NAMES = (
    "text", "texts", "sentence", "tweet", "review", "message", "comment", "content", "body",
    "headline", "question", "utterance", "document", "post",
)  # fmt: skip
LABEL_NAMES = (
    "label", "labels", "class", "category", "sentiment", "target", "gold", "gold_label", "topic",
    "intent", "answer", "y",
)  # fmt: skip
ID_NAMES = ("id", "key", "uid", "guid", "example_id", "row_id", "index")
Numbered = Iterable[tuple[int, dict[str, Any] | BadRow]]


class NoLabels(BadInput):
    """A column holds more different values than labels can be."""


@dataclass(frozen=True, kw_only=True)
class Columns:
    """Which column holds what; "" is none."""

    text: str
    label: str = ""
    id: str = ""


@dataclass(frozen=True, kw_only=True)
class Sample:
    """The first rows of a table."""

    columns: list[str]
    rows: list[dict[str, str]]

    def values(self, column: str) -> list[str]:
        return [row.get(column, "") for row in self.rows]


def look_at(path: Path) -> Sample:
    """The columns and the first rows, as they can be shown.

    Raises:
        BadInput: the file cannot be read, or holds no row with a column.
    """
    first = list(islice(_rows(path), SAMPLE))
    found = [row for _, row in first if isinstance(row, dict)]
    columns = list(dict.fromkeys(name for row in found for name in row))
    if not columns:
        bad = next((f" ({row})" for _, row in first if isinstance(row, BadRow)), "")
        raise BadInput(f"{str(path)!r} holds no row that can be read{bad}; give one text a row.")
    rows = [{name: _shown(row.get(name)) for name in columns} for row in found]
    return Sample(columns=columns, rows=rows)


def guess_columns(sample: Sample) -> Columns:
    """What the columns hold, by their names, else by what is in them.

    >>> rows = [{"n": str(n), "said": f"something longer {n}", "kind": "ab"[n % 2]} for n in (1, 2)]
    >>> guess_columns(Sample(columns=["n", "said", "kind"], rows=rows * 2))
    Columns(text='said', label='kind', id='')
    """
    text = _named(sample.columns, TEXT_NAMES) or max(
        sample.columns, key=lambda name: sum(map(len, sample.values(name)))
    )
    others = [name for name in sample.columns if name != text]
    named = _named([name for name in others if _may_be_labels(sample, name)], LABEL_NAMES)
    label = named or next(
        (name for name in reversed(others) if _looks_like_labels(sample, name)), ""
    )
    key = _named([name for name in others if name != label], ID_NAMES)
    return Columns(text=text, label=label, id=key if key and _all_differ(sample, key) else "")


def label_values(path: Path, columns: Columns) -> dict[str, int]:
    """The values of the label column with how often each stands there, the most frequent first.

    Raises:
        NoLabels: there are more than labels can be. BadInput: the file cannot be read.
    """
    counts: Counter[str] = Counter()
    for _, row in _rows(path) if columns.label else ():
        if isinstance(row, dict):
            counts[_shown(row.get(columns.label)).strip()] += 1
            if len(counts) > MOST_VALUES:
                raise NoLabels(
                    f"Column {columns.label!r} holds more than {MOST_VALUES} different values, so "
                    "these are no labels; choose another column."
                )
    return dict(counts.most_common())


def guess_meaning(value: str, labels: Sequence[tuple[str, str]]) -> str:
    """The label that a value probably stands for; "" for none.

    Args:
        labels: name and title of each.

    >>> guess_meaning("Not-Spam", [("ham", "not spam"), ("spam", "Spam")])
    'ham'
    """
    plain = _plain(value)
    return next((name for name, title in labels if plain in (_plain(name), _plain(title))), "")


def chosen_rows(path: Path, columns: Columns, meanings: Mapping[str, str]) -> Numbered:
    """Rows as importers take them: `id`, `text` and `label`.

    Without a column of ids, an id is made from the text, so that the same file adds nothing twice.

    Args:
        meanings: value of the label column → label; "" leaves such rows out.
    """
    seen: set[str] = set()
    for line, row in _rows(path):
        if isinstance(row, BadRow):
            yield line, row
            continue
        value = _shown(row.get(columns.label)).strip() if columns.label else ""
        if meanings.get(value) == "":
            continue
        text = as_text(row.get(columns.text))
        key = as_text(row.get(columns.id)).strip() if columns.id else _made_id(text)
        if not columns.id and text.strip() and key in seen:
            yield line, BadRow(line=line, reason="duplicate_text", detail="its text stood before")
            continue
        seen.add(key)
        yield line, {"id": key, "text": text, "label": meanings.get(value, value)}


def as_text(value: Any) -> str:
    """
    >>> as_text(None), as_text(1), as_text(True), as_text("one")
    ('', '1', 'true', 'one')
    """
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _shown(value: Any) -> str:
    """The same without halves of character pairs, which no page can hold."""
    return as_text(value).encode(errors="replace").decode()


def _rows(path: Path) -> Iterator[tuple[int, dict[str, Any] | BadRow]]:
    for line, row in table_rows(path, needed=()):
        if not isinstance(row, BadRow | dict):
            yield line, BadRow(line=line, reason="not_an_object", detail="it is no JSON object")
        elif isinstance(row, dict) and not all(map(is_storable, row)):
            detail = "a column's name holds a NUL character or half of a character pair"
            yield line, BadRow(line=line, reason="bad_column", detail=detail)
        else:
            yield line, row


def _made_id(text: str) -> str:
    return "text-" + hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def _named(columns: Iterable[str], names: Sequence[str]) -> str:
    """The column whose name stands earliest among `names`; "" for none."""
    known = {column.strip().casefold(): column for column in columns}
    return next((known[name] for name in names if name in known), "")


def _may_be_labels(sample: Sample, column: str) -> bool:
    return len({value.strip() for value in sample.values(column)}) <= MOST_VALUES


def _looks_like_labels(sample: Sample, column: str) -> bool:
    """Whether a few values come again and again."""
    values = sample.values(column)
    return 2 <= len(set(values)) <= min(MOST_GUESSED, len(values) - 1)


def _all_differ(sample: Sample, column: str) -> bool:
    values = sample.values(column)
    return all(values) and len(set(values)) == len(values)


def _plain(text: str) -> str:
    return "".join(letter for letter in text.casefold() if letter.isalnum())
