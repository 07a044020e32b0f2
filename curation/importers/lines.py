"""Reading text files with errors a user can act on."""

from __future__ import annotations

import csv
import json
import math
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import chain
from pathlib import Path
from typing import Any

from curation.errors import BadInput, BadRow

# A CSV cell longer than this is a missing quote, not a text.
csv.field_size_limit(10_000_000)
APART = ",;\t"  # what stands between cells; of these, the one that the header has most


def is_storable(text: str) -> bool:
    """Whether every database takes this text: no NUL, no lone surrogate.

    >>> is_storable("naïve"), is_storable("half \\ud83d")
    (True, False)
    """
    if "\x00" in text:
        return False
    return text.isascii() or not any("\ud800" <= letter <= "\udfff" for letter in text)


def is_storable_json(value: Any) -> bool:
    """Whether every database takes all texts and numbers inside this value.

    >>> is_storable_json({"note": ["fine"]}), is_storable_json({"note": ["\\0"]})
    (True, False)
    >>> is_storable_json([float("nan")])
    False
    """
    if isinstance(value, dict):
        return all(is_storable(str(key)) and is_storable_json(one) for key, one in value.items())
    if isinstance(value, list):
        return all(map(is_storable_json, value))
    if isinstance(value, float):
        return math.isfinite(value)
    return not isinstance(value, str) or is_storable(value)


def text_lines(path: Path) -> Iterator[tuple[int, str]]:
    """Numbered lines of a UTF-8 file, counted from 1.

    Raises:
        BadInput: the file is missing, a folder, or not UTF-8.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            yield from enumerate(file, start=1)
    except FileNotFoundError:
        raise BadInput(f"There is no file {str(path)!r}; check the path.") from None
    except IsADirectoryError:
        raise BadInput(f"{str(path)!r} is a folder, but a file is needed.") from None
    except PermissionError:
        raise BadInput(f"{str(path)!r} may not be read; check its permissions.") from None
    except UnicodeDecodeError as error:
        raise BadInput(f"{str(path)!r} {_what_instead(path, error)}") from None


def _what_instead(path: Path, error: UnicodeDecodeError) -> str:
    """What a file that is not UTF-8 probably is, and what to do."""
    with path.open("rb") as file:
        start = file.read(4)
    if start.startswith(b"PK"):
        return "is a spreadsheet or zip file; export the sheet as CSV (UTF-8) and import that."
    if start.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "is UTF-16; save it as UTF-8 and try again."
    byte = error.object[error.start]
    return f"is not UTF-8 (byte {byte:#04x} cannot be read); save it as UTF-8 and try again."


Numbered = Iterator[tuple[int, dict[str, Any] | BadRow]]


def json_rows(path: Path, *, needed: Sequence[str]) -> Numbered:
    """Objects of a JSON-lines file; other lines, and those without a needed key, are bad."""
    for number, line in text_lines(path):
        if not line.strip():
            continue
        if number == 1 and line.lstrip().startswith("["):
            raise BadInput(f"{str(path)!r} is a JSON list; write one object per line instead.")
        try:
            row = json.loads(line)
        except (ValueError, RecursionError) as error:
            yield number, BadRow(line=number, reason="not_json", detail=f"not JSON ({error})")
            continue
        missing = [key for key in needed if not isinstance(row, dict) or key not in row]
        if missing:
            detail = f"no {missing[0]!r} in it"
            yield number, BadRow(line=number, reason="missing_column", detail=detail)
            continue
        yield number, row


def csv_rows(path: Path, *, needed: Sequence[str]) -> Iterator[tuple[int, dict[str, Any] | BadRow]]:
    """Rows of a CSV file with a header line, its cells apart by commas, semicolons or tabs.

    Raises:
        BadInput: the header lacks a needed column or names one twice, or a quote is never closed.
    """
    lines = (line for _, line in text_lines(path))
    first = next(lines, "")
    apart = max(APART, key=first.count)
    reader = csv.DictReader(chain([first] if first else [], lines), delimiter=apart)
    try:
        header = reader.fieldnames or []
        _check_header(path, header, needed)
        for row in reader:
            number = reader.line_num
            if None in row or None in row.values():
                detail = f"does not have {len(header)} cells as the header has"
                yield number, BadRow(line=number, reason="wrong_width", detail=detail)
            else:
                yield number, row
    except csv.Error as error:
        line = max(reader.line_num, 1)
        raise BadInput(
            f"{str(path)!r} is not CSV at line {line} ({error}); check its quotes."
        ) from None


def _check_header(path: Path, header: Sequence[str], needed: Sequence[str]) -> None:
    if not header:
        raise BadInput(
            f"{str(path)!r} is empty; its first line must name "
            f"{', '.join(needed) or 'its columns'}."
        )
    for column in needed:
        if column not in header:
            found = ", ".join(header) or "nothing"
            raise BadInput(
                f"{str(path)!r} has no column {column!r} (its header has: {found}); "
                f"the first line must name {', '.join(needed)}."
            )
    for column, times in Counter(filter(None, header)).most_common(1):
        if times > 1:
            raise BadInput(
                f"{str(path)!r} has more than one column {column!r}; give each a name of its own."
            )


def table_rows(path: Path, *, needed: Sequence[str]) -> Numbered:
    """Rows of a .csv or .jsonl file, by its ending."""
    ending = path.suffix.lower()
    if ending == ".csv":
        return csv_rows(path, needed=needed)
    if ending in {".jsonl", ".ndjson"}:
        return json_rows(path, needed=needed)
    raise BadInput(f"{str(path)!r} must end in .jsonl or .csv, so that its form is known.")
