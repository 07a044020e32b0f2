"""The texts that imported votes are about: from a file of their own, or from the votes' file."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from django.db.models import Max

from curation.errors import BadRow
from curation.importers import ExampleRow, VoteRow, read_examples
from curation.models import Example, Project
from curation.services.examples import NewExample, add_examples
from curation.services.importing import RowSieve, without_leaks


@dataclass(frozen=True, kw_only=True)
class Border:
    """Which texts are set aside as test: a share of them, by a hash of seed and text.

    The hash makes a text that stands twice fall on one side.
    """

    share: float  # in [0, 1)
    seed: int

    def split(self, text: str) -> str:
        same = " ".join(text.split()).casefold()
        digest = hashlib.sha256(f"split:{self.seed}:{same}".encode()).digest()
        drawn = int.from_bytes(digest[:7]) / 2**56
        return Example.Split.TEST if drawn < self.share else Example.Split.POOL


def add_texts(
    project: Project, path: Path, *, border: Border, skip_bad: bool
) -> tuple[int, list[BadRow]]:
    """Store the texts of a file (`id`, `text`, `gold`). How many were new, and the bad rows.

    A new text that stands already where it must be kept apart from is a bad row.
    """
    sieve = RowSieve(source=path.name, skip_bad=skip_bad)
    labels = project.label_names()
    rows = read_examples(path, labels=labels, label_needed=False, label_key="gold")

    def examples() -> Iterator[NewExample]:
        for row in sieve.good(_new_without_leaks(project, rows, border)):
            yield _real_text(row, border)

    result = add_examples(project, examples())
    sieve.settle()
    return result.added, sieve.bad


def _new_without_leaks(
    project: Project, rows: Iterable[ExampleRow | BadRow], border: Border
) -> Iterator[ExampleRow | BadRow]:
    """Turn new texts that are stored in a split which must be kept apart into bad rows.

    Only what was there before the file is looked through: the border itself keeps the file's own
    texts apart, and a chunk is not compared with all that came before it.
    """
    newest = project.examples.aggregate(last=Max("pk"))["last"] or 0
    before = project.examples.filter(pk__lte=newest)

    def splits_of(told: Sequence[ExampleRow]) -> list[str]:
        ids = before.filter(external_id__in=[row.id for row in told])
        known = set(ids.values_list("external_id", flat=True))
        return ["" if row.id in known else border.split(row.text) for row in told]

    return without_leaks(before, rows, splits_of)


@dataclass(frozen=True, kw_only=True)
class Placed:
    """Votes whose tasks are named as the project names them."""

    rows: list[VoteRow]
    added: int  # texts
    bad: list[BadRow]


def place_texts(project: Project, rows: Sequence[VoteRow], *, border: Border) -> Placed:
    """Find the examples that rows with a text are about, and add those that are missing.

    An example of the same text counts as the same, whatever its id: what we sent to Label Studio
    comes back in an export under the task's number, not under the example's own id.
    """
    told = [row for row in rows if row.text is not None]
    if not told:
        return Placed(rows=list(rows), added=0, bad=[])
    by_id, by_text = _known(project, told)
    new: dict[str, str] = {}
    placed, bad = [], []
    for row in rows:
        name = _name_of(row, by_id, by_text, new)
        if name is None:
            detail = f"{row.task!r} is in the project already with another text"
            bad.append(BadRow(line=row.line, reason="other_text", detail=detail, place=row.place))
            continue
        placed.append(row if name == row.task else replace(row, task=name))
    examples = (
        _real_text(ExampleRow(line=0, id=name, text=text, label=None), border)
        for name, text in new.items()
    )
    return Placed(rows=placed, added=add_examples(project, examples).added, bad=bad)


def _name_of(
    row: VoteRow, by_id: dict[str, str], by_text: dict[str, str], new: dict[str, str]
) -> str | None:
    """The id of the row's example, noted in `new` if it is to be added; None if it is taken."""
    if row.text is None or by_id.get(row.task) == row.text:
        return row.task
    if row.text in by_text:
        return by_text[row.text]
    if row.task in by_id or new.setdefault(row.task, row.text) != row.text:
        return None
    return row.task


def _known(project: Project, rows: Sequence[VoteRow]) -> tuple[dict[str, str], dict[str, str]]:
    """External id → text, and text → external id, of the examples that `rows` may mean."""
    ids, texts = {row.task for row in rows}, {row.text for row in rows}
    by_id = dict(project.examples.filter(external_id__in=ids).values_list("external_id", "text"))
    newest_first = project.examples.filter(text__in=texts).order_by("-pk")
    return by_id, dict(newest_first.values_list("text", "external_id"))  # the oldest wins


def _real_text(row: ExampleRow, border: Border) -> NewExample:
    return NewExample(
        external_id=row.id,
        text=row.text,
        source=Example.Source.REAL,
        split=border.split(row.text),
        gold_label=row.label,
    )
