"""CSV: UTF-8, one header line, votes as one column per label."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import asdict
from itertools import chain
from pathlib import Path
from typing import Any

from curation.exporters.row import ExportRow


def write_csv(rows: Iterable[ExportRow], path: Path) -> None:
    """Texts are written as they are, so a spreadsheet may take one for a formula."""
    iterator = iter(rows)
    with path.open("w", encoding="utf-8", newline="") as file:
        first = next(iterator, None)
        if first is None:
            return
        writer = csv.DictWriter(file, fieldnames=list(_flat(first)))
        writer.writeheader()
        writer.writerows(_flat(row) for row in chain([first], iterator))


def _flat(row: ExportRow) -> dict[str, Any]:
    columns = asdict(row)
    votes: dict[str, int] = columns.pop("votes")
    return columns | {f"votes_{label}": count for label, count in votes.items()}
