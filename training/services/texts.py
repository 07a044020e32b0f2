"""Texts of a file that a kept model is to judge."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from curation.errors import BadInput, BadRow
from curation.importers.lines import is_storable, table_rows, text_lines

PLAIN = ".txt"
ENDINGS = (".csv", ".jsonl", ".ndjson", PLAIN)


@dataclass(frozen=True, kw_only=True)
class TextRow:
    """One text and where it stands."""

    line: int  # counted from 1, a header included
    id: str  # "" where the file has none
    text: str


def read_texts(path: Path, *, column: str = "text") -> Iterator[TextRow | BadRow]:
    """Texts of a .csv or .jsonl file, or the lines of a .txt file that are not blank, in order.

    Args:
        path: UTF-8.
        column: that holds the texts; a .txt file has none.

    Raises:
        BadInput: the whole file cannot be read.
    """
    if path.suffix.lower() not in ENDINGS:
        known = ", ".join(ENDINGS)
        raise BadInput(f"{str(path)!r} must end in one of {known}, so that its form is known.")
    if path.suffix.lower() == PLAIN:
        for line, content in text_lines(path):
            if content.strip():
                yield _checked(line, "", content.rstrip("\r\n"), "text")
        return
    for line, row in table_rows(path, needed=[column]):
        if isinstance(row, BadRow):
            yield row
        else:
            name = row.get("id")
            yield _checked(line, "" if name is None else str(name), row[column], column)


def _checked(line: int, name: str, text: Any, column: str) -> TextRow | BadRow:
    if not isinstance(text, str) or not text.strip():
        return BadRow(line=line, reason="empty_text", detail=f"no text in {column!r}")
    if not is_storable(text) or not is_storable(name):
        detail = "it holds a NUL character or half of a character pair"
        return BadRow(line=line, reason="bad_text", detail=detail)
    return TextRow(line=line, id=name, text=text)
