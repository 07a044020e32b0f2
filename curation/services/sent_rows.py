"""Texts and votes that a program sends, row by row, instead of a file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from django.db import transaction

from curation.errors import BadInput, BadRow
from curation.importers import check_examples
from curation.importers.vote_row import RawVote, vote_row
from curation.models import Example, Project
from curation.services.auditing import record
from curation.services.importing import Imported, Kind, RowSieve, check_attention, store_texts
from curation.services.vote_texts import Border
from curation.services.votes import ImportedVotes, store_votes

SOURCE = "A request"
WAY_OUT = "Mend them, or send skip_bad to leave those rows out."
NO_TEXTS = Border(share=0.0, seed=0)  # no votes come with their texts here


@transaction.atomic
def add_sent_examples(
    project: Project, rows: Sequence[Mapping[str, Any]], kind: Kind, *, skip_bad: bool
) -> Imported:
    """Store texts as `import_examples` does.

    Args:
        rows: each with `id`, `text` and where it is known `label`.

    Raises:
        BadInput, BadRows: nothing is written.
    """
    if kind.split not in Example.Split.values or kind.source not in Example.Source.values:
        raise BadInput(f"There is no split {kind.split!r} or no source {kind.source!r}.")
    check_attention(kind.split, attention=kind.attention)
    checked = check_examples(
        enumerate(map(dict, rows), start=1),
        labels=project.label_names(),
        label_needed=kind.split != Example.Split.POOL,
    )
    placed = (replace(row, place="row") if isinstance(row, BadRow) else row for row in checked)
    return store_texts(project, placed, _sieve(skip_bad), kind)


@transaction.atomic
def add_sent_votes(
    project: Project, rows: Sequence[Mapping[str, Any]], *, skip_bad: bool
) -> ImportedVotes:
    """Store answers as `import_votes` does.

    Args:
        rows: each with `example`, `annotator`, and `label` or `skip`; where they are known
            `seconds` and `answered_at`.

    Raises:
        BadInput, BadRows: nothing is written.
    """
    Project.objects.select_for_update().get(pk=project.pk)  # one import at a time
    sieve = _sieve(skip_bad)
    labels = dict.fromkeys(project.label_names())
    checked = (
        vote_row(_raw(row), line=number, labels=labels, place="row")
        for number, row in enumerate(rows, start=1)
    )
    tally = store_votes(project, sieve.good(checked), sieve, NO_TEXTS)
    sieve.settle()
    after = {"votes": tally.added, "skips": tally.skips, "skipped": len(sieve.bad)}
    record("votes.imported", project=project, thing=SOURCE, after=after)
    return ImportedVotes(
        examples=tally.texts,
        added=tally.added,
        skips=tally.skips,
        unchanged=tally.unchanged,
        skipped=sieve.bad,
    )


def _sieve(skip_bad: bool) -> RowSieve:
    return RowSieve(source=SOURCE, skip_bad=skip_bad, way_out=WAY_OUT)


def _raw(row: Mapping[str, Any]) -> RawVote:
    return RawVote(
        task=row["example"],
        worker=row["annotator"],
        label=row.get("label"),
        skip_reason=row.get("skip"),
        seconds=row.get("seconds"),
        answered_at=row.get("answered_at"),
    )
