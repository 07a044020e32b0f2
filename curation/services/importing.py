"""Files in: all of a file or nothing, unless bad rows are to be skipped."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from django.db import transaction
from django.db.models import QuerySet

from curation.bulk import chunked
from curation.errors import BadInput, BadRow, BadRows
from curation.importers import ExampleRow, read_examples
from curation.models import Example, Project
from curation.progress import Progress, silent
from curation.services.auditing import record
from curation.services.examples import NewExample, add_examples

Row = TypeVar("Row")
LEAK_CHUNK = 1_000  # texts looked up together
ATTENTION = {"check": "attention"}  # provenance of texts that say which label to give
SPLITS = Example.Split
APART: dict[str, tuple[str, ...]] = {  # split → splits that may not hold the same text
    SPLITS.POOL: (SPLITS.TEST, SPLITS.CHECK),
    SPLITS.TRAIN: (SPLITS.TEST,),
    SPLITS.TEST: (SPLITS.POOL, SPLITS.TRAIN, SPLITS.CHECK),
    SPLITS.CHECK: (SPLITS.POOL, SPLITS.TEST),
}
PLACES: dict[str, str] = {
    SPLITS.POOL: "in the pool",
    SPLITS.TRAIN: "in the training set",
    SPLITS.TEST: "in the test set",
    SPLITS.CHECK: "among the checks",
}


class RowSieve:
    """Lets good rows through and keeps the bad ones aside."""

    def __init__(self, *, source: str, skip_bad: bool, way_out: str = BadRows.WAY_OUT) -> None:
        self.source = source
        self._skip_bad = skip_bad
        self._way_out = way_out
        self.bad: list[BadRow] = []

    def good(self, rows: Iterable[Row | BadRow]) -> Iterator[Row]:
        for row in rows:
            if isinstance(row, BadRow):
                self.bad.append(row)
            else:
                yield row

    def settle(self) -> None:
        """Raise `BadRows` if there were any and they were not to be skipped."""
        if self.bad and not self._skip_bad:
            raise BadRows(source=self.source, rows=self.bad, way_out=self._way_out)


@dataclass(frozen=True, kw_only=True)
class Imported:
    added: int
    unchanged: int
    skipped: list[BadRow]


@transaction.atomic
def import_examples(
    project: Project,
    path: Path,
    *,
    split: str,
    source: str = Example.Source.REAL,
    attention: bool = False,
    skip_bad: bool = False,
    progress: Progress = silent,
) -> Imported:
    """Store the texts of a .jsonl or .csv file (`id`, `text`, `label`).

    The label is the gold label, but on synthetic texts of the pool it is the intended label;
    training, test and check texts must have one.

    Args:
        attention: the texts are checks that say themselves which label to give.

    Raises:
        BadInput: the file cannot be read, a stored example would change, or attention is asked
            for in another split than the checks.
        BadRows: rows are bad and `skip_bad` is off. Nothing is written in either case.
    """
    check_attention(split, attention=attention)
    rows = read_examples(
        path, labels=project.label_names(), label_needed=split != Example.Split.POOL
    )
    sieve = RowSieve(source=path.name, skip_bad=skip_bad)
    kind = Kind(split=split, source=source, attention=attention)
    return store_texts(project, rows, sieve, kind, progress=progress)


@dataclass(frozen=True, kw_only=True)
class Kind:
    """What all texts of one import are."""

    split: str
    source: str
    attention: bool = False


def check_attention(split: str, *, attention: bool) -> None:
    """Raises `BadInput` where attention texts are to be something else than checks."""
    if attention and split != SPLITS.CHECK:
        raise BadInput("Attention texts are checks; import them with --split check --attention.")


def store_texts(
    project: Project,
    rows: Iterable[ExampleRow | BadRow],
    sieve: RowSieve,
    kind: Kind,
    *,
    progress: Progress = silent,
) -> Imported:
    """Store checked rows, in the caller's transaction; raises as `import_examples`."""
    counted = _counting(
        sieve.good(
            without_leaks(project.examples.all(), rows, lambda told: [kind.split] * len(told))
        ),
        progress,
    )
    provenance = ATTENTION if kind.attention else {}
    result = add_examples(
        project,
        (
            _new_example(row, split=kind.split, source=kind.source, provenance=provenance)
            for row in counted
        ),
    )
    sieve.settle()
    after = {"added": result.added, "unchanged": result.unchanged, "skipped": len(sieve.bad)}
    thing = f"{kind.split} from {sieve.source}"
    record("examples.imported", project=project, thing=thing, after=after)
    return Imported(added=result.added, unchanged=result.unchanged, skipped=sieve.bad)


def without_leaks(
    stored: QuerySet[Example],
    rows: Iterable[ExampleRow | BadRow],
    splits_of: Callable[[Sequence[ExampleRow]], Sequence[str]],
) -> Iterator[ExampleRow | BadRow]:
    """Turn texts that stand in a split which must be kept apart from theirs into bad rows.

    Args:
        splits_of: the split that each of some rows goes to; "" for a row that is not to be checked.
    """
    for chunk in chunked(rows, LEAK_CHUNK):
        told = [row for row in chunk if isinstance(row, ExampleRow)]
        going = list(zip(splits_of(told), (row.text for row in told), strict=True))
        texts: dict[str, set[str]] = {}
        for split, text in going:
            texts.setdefault(split, set()).add(text)
        leaked = {
            (split, text): place
            for split, some in texts.items()
            if split
            for text, place in _leaked_texts(stored, some, split=split).items()
        }
        places = iter([leaked.get(each) for each in going])
        for row in chunk:
            if isinstance(row, ExampleRow) and (place := next(places)):
                yield _leaked_row(row, place)
            else:
                yield row


def _leaked_texts(stored: QuerySet[Example], texts: set[str], *, split: str) -> dict[str, str]:
    """Those of `texts` that may not come into `split` → the split in which they are stored."""
    others = stored.filter(split__in=APART[split], text__in=texts)
    return dict(others.values_list("text", "split"))


def _leaked_row(row: ExampleRow, place: str) -> BadRow:
    """The row, refused for its text being in the split `place`."""
    detail = f"the text of {row.id!r} stands {PLACES[place]} too"
    return BadRow(line=row.line, reason="leakage", detail=detail)


def _new_example(
    row: ExampleRow, *, split: str, source: str, provenance: dict[str, Any]
) -> NewExample:
    intended = split == Example.Split.POOL and source == Example.Source.SYNTHETIC
    return NewExample(
        external_id=row.id,
        text=row.text,
        source=source,
        split=split,
        intended_label=row.label if intended else None,
        gold_label=None if intended else row.label,
        provenance=provenance,
    )


def _counting(rows: Iterable[Row], progress: Progress) -> Iterator[Row]:
    for number, row in enumerate(rows, start=1):
        if number % 1_000 == 0:
            progress(number, 0)
        yield row
