"""Comparisons in from a file."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db import transaction

from curation.errors import BadRow
from curation.importers.lines import csv_rows, is_storable
from curation.models import Comparison, ObjectivityStudy, Project
from curation.services.importing import RowSieve
from curation.services.objectivity.remote import REMOTE_NAMES
from curation.services.objectivity.studies import pair_name
from curation.services.objectivity.wording import CANNOT_SAY
from curation.services.votes import pseudonym_of

NEEDED = ("annotator", "left", "right", "winner")
LONGEST_NAME = 120


@dataclass(frozen=True, kw_only=True)
class ImportedComparisons:
    added: int
    cannot_say: int  # of those
    unchanged: int  # were there already
    skipped: list[BadRow]


@dataclass(frozen=True, kw_only=True)
class _Row:
    line: int
    annotator: str
    pair: str
    left: Project
    right: Project
    winner: Project | None


class _Refused(Exception):
    """Why a row cannot be taken: a short code, and the same in words."""

    def __init__(self, reason: str, detail: str) -> None:
        self.reason, self.detail = reason, detail
        super().__init__(detail)


@transaction.atomic
def import_comparisons(
    study: ObjectivityStudy, path: Path, *, skip_bad: bool = False, dry_run: bool = False
) -> ImportedComparisons:
    """Store the comparisons of a CSV file: `annotator`, `left`, `right`, `winner`.

    `left` and `right` are slugs of projects of the study, `winner` is one of the two, or
    `cannot_say` (or nothing). E-mail addresses become pseudonyms. A file may be imported twice.

    Args:
        skip_bad: leave bad rows out instead of refusing the file.
        dry_run: read and check everything, write nothing.

    Raises:
        BadInput: the file cannot be read.
        BadRows: rows are bad and `skip_bad` is off. Nothing is written in either case.
    """
    ObjectivityStudy.objects.select_for_update().get(pk=study.pk)  # one import at a time
    sieve = RowSieve(source=path.name, skip_bad=skip_bad)
    rows = sieve.good(_read(study, path))
    stored = {
        (annotator, pair): winner
        for annotator, pair, winner in study.comparisons.values_list("annotator", "pair", "winner")
    }
    fresh: dict[tuple[str, str], _Row] = {}
    unchanged = 0
    for row in rows:
        known = (row.annotator, row.pair)
        if known not in stored and known not in fresh:
            fresh[known] = row
        elif known not in fresh and stored[known] == (row.winner.pk if row.winner else None):
            unchanged += 1
        else:
            detail = f"{row.annotator!r} has compared {row.pair.replace('|', ' and ')} already"
            sieve.bad.append(BadRow(line=row.line, reason="repeated", detail=detail))
    sieve.settle()
    if not dry_run:
        Comparison.objects.bulk_create(_comparison(study, row) for row in fresh.values())
    return ImportedComparisons(
        added=len(fresh),
        cannot_say=sum(row.winner is None for row in fresh.values()),
        unchanged=unchanged,
        skipped=sieve.bad,
    )


def _read(study: ObjectivityStudy, path: Path) -> Iterator[_Row | BadRow]:
    projects = {project.slug: project for project in study.projects.all()}
    for line, row in csv_rows(path, needed=NEEDED):
        if isinstance(row, BadRow):
            yield row
            continue
        try:
            yield _row(row, line=line, projects=projects)
        except _Refused as refused:
            yield BadRow(line=line, reason=refused.reason, detail=refused.detail)


def _row(row: dict[str, Any], *, line: int, projects: dict[str, Project]) -> _Row:
    left, right = (_project(row[side].strip(), projects) for side in ("left", "right"))
    if left == right:
        raise _Refused("same_task", f"it compares {left.slug!r} with itself")
    winner = row["winner"].strip()
    if winner not in {left.slug, right.slug, CANNOT_SAY, ""}:
        detail = f"winner {winner!r} is neither {left.slug!r} nor {right.slug!r} nor {CANNOT_SAY}"
        raise _Refused("unknown_winner", detail)
    return _Row(
        line=line,
        annotator=_name(row["annotator"].strip()),
        pair=pair_name(left.slug, right.slug),
        left=left,
        right=right,
        winner=projects.get(winner),
    )


def _project(slug: str, projects: dict[str, Project]) -> Project:
    if slug not in projects:
        known = ", ".join(sorted(projects))
        raise _Refused("unknown_project", f"{slug!r} is not in the study ({known})")
    return projects[slug]


def _name(worker: str) -> str:
    if not worker or len(worker) > LONGEST_NAME or not is_storable(worker):
        detail = f"its annotator must be a name of 1 to {LONGEST_NAME} characters"
        raise _Refused("bad_annotator", detail)
    if worker.startswith(REMOTE_NAMES):
        detail = f"names like {worker!r} are kept for people on Label Studio; use another"
        raise _Refused("reserved_name", detail)
    # a pull replaces what people on Label Studio said, so nobody of a file may be called like them
    return pseudonym_of(worker).replace("person-", "listed-", 1)


def _comparison(study: ObjectivityStudy, row: _Row) -> Comparison:
    return Comparison(
        study=study,
        annotator=row.annotator,
        pair=row.pair,
        left=row.left,
        right=row.right,
        winner=row.winner,
    )
