"""What a filter means, as a file that is sent while it is read."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from typing import Any

from curation.exporters.formula import guard
from curation.models import Project
from curation.services.examples_table.asked import ExampleFilter
from curation.services.examples_table.paging import all_keys
from curation.services.examples_table.rows import ExampleRow, rows_of
from curation.services.summaries import bring_up

STEP = 1_000  # rows read together; keeps memory flat
LONGEST = 10**9
FORMATS = {"csv": "text/csv; charset=utf-8", "jsonl": "application/x-ndjson"}


def exported(project: Project, wish: ExampleFilter, *, form: str) -> Iterator[str]:
    """The examples that the filter means, in its order, as lines of CSV or of JSON.

    Args:
        form: a key of `FORMATS`.

    Raises:
        BadInput: the filter names something that is not in the project, before the first line.
    """
    bring_up(project)
    chunks = all_keys(project, wish, step=STEP)
    first = next(chunks, [])  # whatever is wrong is found before anything is sent
    write = _csv if form == "csv" else _jsonl
    return _lines(project, first, chunks, write=write, header=form == "csv")


def _lines(
    project: Project, first: list[int], chunks: Iterator[list[int]], *, write: Any, header: bool
) -> Iterator[str]:
    labels = project.label_names()
    if header:
        yield write([*_fields(labels)])
    while first:
        for row in rows_of(project, first, shown=LONGEST):
            content = content_of(row, labels)
            yield write(list(content.values()) if header else content)
        first = next(chunks, [])


def _fields(labels: list[str]) -> list[str]:
    return [
        "id", "text", "source", "split", "method", "prompt", "run", "intended_label", "label",
        "agreement", "votes", "skips", "predicted_label", "set_aside",
        *(f"votes_{name}" for name in labels),
    ]  # fmt: skip


def content_of(row: ExampleRow, labels: list[str]) -> dict[str, Any]:
    """A row in plain form; `labels` are the project's, in their order."""
    values = [
        row.external_id, row.text, row.source, row.split, row.method, row.prompt, row.run,
        row.intended and row.intended.name, row.label and row.label.name, row.agreement,
        row.votes, row.skips, row.predicted and row.predicted.name, row.aside, *row.counts,
    ]  # fmt: skip
    return dict(zip(_fields(labels), values, strict=True))


def _csv(cells: list[Any]) -> str:
    line = io.StringIO()
    csv.writer(line).writerow([guard(cell) if isinstance(cell, str) else cell for cell in cells])
    return line.getvalue()


def _jsonl(content: dict[str, Any]) -> str:
    return json.dumps(content, ensure_ascii=False) + "\n"
