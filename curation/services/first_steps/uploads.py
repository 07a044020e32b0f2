"""Files that came by a page: kept until somebody has seen what is in them, then imported.

They lie in the data folder, which all web processes share, for a day at most.
"""

from __future__ import annotations

import re
import secrets
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.utils.text import slugify

from curation.errors import BadInput, BadRow, BadRows
from curation.files import ABANDONED_SECONDS, private_file
from curation.importers.examples import check_examples
from curation.importers.guessing import (
    Columns,
    NoLabels,
    Sample,
    chosen_rows,
    guess_columns,
    label_values,
    look_at,
)
from curation.models import Example, Project
from curation.services.importing import Imported, Kind, RowSieve, store_texts

ENDINGS = (".csv", ".jsonl", ".ndjson")
KEY = re.compile(r"[0-9a-f]{16}-[a-z0-9_-]{1,60}\.(csv|jsonl|ndjson)")
WAY_OUT = "Mend the file, or tick that such rows are left out."


@dataclass(frozen=True, kw_only=True)
class Choice:
    """How an upload is read."""

    columns: Columns
    meanings: Mapping[str, str]  # value of the label column → label; "" leaves such rows out
    skip_bad: bool = False


@dataclass(frozen=True, kw_only=True)
class Looked:
    """What an upload holds, read by these columns."""

    name: str
    sample: Sample
    columns: Columns
    values: dict[str, int]  # of the label column → rows

    @property
    def unlabelled(self) -> int:
        """Rows whose label is empty."""
        return self.values.get("", 0)


def keep_upload(project: Project, name: str, chunks: Iterable[bytes]) -> str:
    """Keep the file; the key by which it is found again.

    Raises:
        BadInput: its name says that it is no table that can be read, or it is empty.
    """
    path = Path(name)
    if path.suffix.lower() not in ENDINGS:
        raise BadInput(
            f"{name!r} must end in .csv or .jsonl, so that its form is known; a spreadsheet can be "
            "exported as CSV (UTF-8)."
        )
    folder = _folder()
    _sweep(folder)
    stem = slugify(path.stem)[:60] or "texts"
    key = f"{secrets.token_hex(8)}-{stem}{path.suffix.lower()}"
    target = _place(project, key)
    with private_file(target) as file:
        size = sum(file.write(chunk) for chunk in chunks)
    if not size:
        target.unlink()
        raise BadInput(f"{name!r} is empty; nothing was taken.")
    return key


def look_at_upload(project: Project, key: str, columns: Columns | None = None) -> Looked:
    """What is in the file, by these columns or by those that are guessed.

    Raises:
        BadInput: it is no longer there, cannot be read, or has no such column.
    """
    path = _found(project, key)
    with _called(path, key):
        sample = look_at(path)
        chosen = columns or guess_columns(sample)
        _check_columns(chosen, sample)
        try:
            values = label_values(path, chosen)
        except NoLabels:
            if columns:
                raise
            chosen, values = replace(chosen, label=""), {}  # the first rows did not show it
    return Looked(name=_name(key), sample=sample, columns=chosen, values=values)


def import_upload(project: Project, key: str, choice: Choice, *, split: str) -> Imported:
    """Store the file's texts as real ones of this split, and let go of the file.

    Raises:
        BadInput: it is no longer there, cannot be read, or none of its rows can be taken.
        BadRows: rows are bad and shall not be left out. Nothing is stored in either case.
    """
    path = _found(project, key)
    sieve = RowSieve(source=_name(key), skip_bad=choice.skip_bad, way_out=WAY_OUT)
    with _called(path, key), transaction.atomic():
        _check_columns(choice.columns, look_at(path))
        rows = check_examples(
            chosen_rows(path, choice.columns, choice.meanings),
            labels=project.label_names(),
            label_needed=split != Example.Split.POOL,
        )
        kind = Kind(split=split, source=Example.Source.REAL)
        imported = store_texts(project, rows, sieve, kind)
        if not imported.added + imported.unchanged:
            raise _nothing_left(_name(key), imported.skipped)
    path.unlink(missing_ok=True)
    return imported


def _nothing_left(name: str, skipped: list[BadRow]) -> BadInput:
    first = f" (the first: {skipped[0]})" if skipped else ""
    return BadInput(f"No row of {name} could be taken{first}; nothing was stored.")


def _check_columns(columns: Columns, sample: Sample) -> None:
    named = [columns.text, *filter(None, (columns.label, columns.id))]
    for name in named:
        if name not in sample.columns:
            known = ", ".join(sample.columns)
            raise BadInput(f"There is no column {name!r}; choose one of {known}.")
    if len(set(named)) < len(named):
        raise BadInput("One column cannot be two things; choose different ones.")


def _folder() -> Path:
    folder = Path(settings.CONCORD_HOME) / "uploads"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def _place(project: Project, key: str) -> Path:
    return _folder() / f"{project.pk}-{key}"


def _found(project: Project, key: str) -> Path:
    """Where the file lies; it is found in its own project only."""
    if KEY.fullmatch(key) and (path := _place(project, key)).is_file():
        return path
    raise BadInput("This file is not here any more: it was taken, or lay for a day. Send it again.")


def _name(key: str) -> str:
    return key.partition("-")[2]


@contextmanager
def _called(path: Path, key: str) -> Iterator[None]:
    """Name the file in errors as whoever sent it knows it, not by its place on this machine."""
    try:
        yield
    except BadRows:
        raise
    except BadInput as error:
        raise BadInput(str(error).replace(str(path), _name(key))) from error


def _sweep(folder: Path) -> None:
    for left in folder.iterdir():
        with suppress(OSError):  # somebody else was faster
            if time.time() - left.stat().st_mtime > ABANDONED_SECONDS:
                left.unlink()
