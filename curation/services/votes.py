"""Votes in from a file: a round of the front "imported votes"."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from curation.bulk import chunked, insert_rows
from curation.errors import BadInput, BadRow
from curation.importers import VoteRow, read_votes
from curation.models import Annotation, AnnotationRound, Annotator, Project, Task
from curation.progress import Progress, silent
from curation.services.auditing import record
from curation.services.importing import RowSieve
from curation.services.pulling import SIMULATED_DOMAIN, pseudonym
from curation.services.vote_texts import Border, add_texts, place_texts

CHUNK = 5_000
OPTIONAL = ("skip_reason", "seconds", "answered_at")
EMAIL = re.compile(r"[^@\s]+@[^@\s]+")


@dataclass(frozen=True, kw_only=True)
class ImportedVotes:
    examples: int  # texts added
    added: int  # answers added, skips among them
    skips: int  # of those
    unchanged: int  # answers that were there already
    skipped: list[BadRow]


@transaction.atomic
def import_votes(
    project: Project,
    votes: Path,
    *,
    texts: Path | None = None,
    test_share: float = 0.0,
    seed: int = 0,
    skip_bad: bool = False,
    progress: Progress = silent,
) -> ImportedVotes:
    """Store real votes, and the texts they are about if given.

    An export of Label Studio brings its texts along. E-mail addresses become pseudonyms, the same
    as those of annotators on Label Studio.

    Args:
        votes: see `curation.importers.read_votes`.
        texts: .jsonl or .csv with `id`, `text` and, where there is a trusted label, `gold`.
        test_share: share of the texts, in [0, 1), set aside as test by a hash of seed and text,
            so that a text that stands twice is never on both sides.
        skip_bad: leave bad rows out instead of refusing the file.

    Raises:
        BadInput, BadRows: nothing is written.
    """
    Project.objects.select_for_update().get(pk=project.pk)  # one import at a time
    border = Border(share=test_share, seed=seed)
    texts_added = 0
    bad: list[BadRow] = []
    if texts is not None:
        texts_added, bad = add_texts(project, texts, border=border, skip_bad=skip_bad)
    sieve = RowSieve(source=votes.name, skip_bad=skip_bad)
    rows = sieve.good(read_votes(votes, labels=project.label_names()))
    tally = store_votes(project, rows, sieve, border, progress)
    unknown = any(row.reason == "unknown_task" for row in sieve.bad)
    if unknown and not tally.added and not tally.unchanged:
        raise BadInput(
            f"None of the texts that {votes.name} judges is in the project; "
            "give them with --texts FILE (id, text)."
        )
    sieve.settle()
    after = {"votes": tally.added, "skips": tally.skips, "skipped": len(bad + sieve.bad)}
    record("votes.imported", project=project, thing=votes.name, after=after)
    return ImportedVotes(
        examples=texts_added + tally.texts,
        added=tally.added,
        skips=tally.skips,
        unchanged=tally.unchanged,
        skipped=bad + sieve.bad,
    )


@dataclass(kw_only=True)
class Tally:
    """What was stored, counted while chunk after chunk goes in."""

    texts: int = 0
    added: int = 0
    skips: int = 0
    unchanged: int = 0


def store_votes(
    project: Project,
    rows: Iterable[VoteRow],
    sieve: RowSieve,
    border: Border,
    progress: Progress = silent,
) -> Tally:
    """Store checked answers in the project's round of imported votes; rows that cannot be go
    into the sieve. In the caller's transaction, who holds the project's lock.
    """
    target = _votes_round(project)
    before = Annotation.objects.aggregate(last=Max("pk"))["last"] or 0
    tally = Tally()
    for number, chunk in enumerate(chunked(rows, CHUNK), start=1):
        placed = place_texts(project, chunk, border=border)
        tally.texts += placed.added
        sieve.bad += placed.bad
        _add_chunk(target, placed.rows, sieve, tally, before=before)
        progress(number * CHUNK, 0)
    if tally.added:  # who counts answers sees by this that many came at once
        AnnotationRound.objects.filter(pk=target.pk).update(pulled_at=timezone.now())
    return tally


def _votes_round(project: Project) -> AnnotationRound:
    """The project's one round of imported votes: a second import adds to it, never doubles it."""
    target = project.rounds.filter(front=AnnotationRound.Front.VOTES).first()
    if target is None:
        last = project.rounds.aggregate(last=Max("number"))["last"] or 0
        target = AnnotationRound.objects.create(
            project=project,
            number=last + 1,
            front=AnnotationRound.Front.VOTES,
            overlap=project.overlap,
        )
    return target


def _add_chunk(
    target: AnnotationRound,
    chunk: Sequence[VoteRow],
    sieve: RowSieve,
    tally: Tally,
    *,
    before: int,
) -> None:
    """Store one chunk of answers.

    An answer stored after `before`, the last annotation's key, stands in this file twice.
    """
    tasks = _tasks(target, {row.task for row in chunk})
    annotators = _annotators(target.project, {row.worker for row in chunk})
    labels = dict(target.project.labels.values_list("name", "pk"))
    stored = _stored(tasks.values(), before=before)
    fresh: dict[tuple[int, int], VoteRow] = {}
    for row in chunk:
        if row.task not in tasks:
            sieve.bad.append(_bad(row, "unknown_task", f"there is no example {row.task!r}"))
            continue
        pair = tasks[row.task], annotators[pseudonym_of(row.worker)]
        if pair not in stored and pair not in fresh:
            fresh[pair] = row
        elif stored.get(pair) == (labels[row.label] if row.label else None, True):
            tally.unchanged += 1
        else:
            what = f"{row.worker!r} has answered {row.task!r} already"
            sieve.bad.append(_bad(row, "repeated_vote", what))
    _insert(fresh, labels)
    tally.added += len(fresh)
    tally.skips += sum(row.skipped for row in fresh.values())


def _insert(fresh: Mapping[tuple[int, int], VoteRow], labels: Mapping[str, int]) -> None:
    """Store new answers; columns that no row fills are left out, since each costs time."""
    known = [
        name
        for name in OPTIONAL
        if any(getattr(row, name) not in (None, "") for row in fresh.values())
    ]
    insert_rows(
        Annotation,
        ["task", "annotator", "label", *known],
        (
            (*pair, labels[row.label] if row.label else None, *(getattr(row, n) for n in known))
            for pair, row in fresh.items()
        ),
    )


def _stored(tasks: Iterable[int], *, before: int) -> dict[tuple[int, int], tuple[int | None, bool]]:
    """(task key, annotator key) → label key of the answer there is, and whether it is old."""
    rows = Annotation.objects.filter(task__in=list(tasks))
    return {
        (task, annotator): (label, key <= before)
        for key, task, annotator, label in rows.values_list("pk", "task", "annotator", "label")
    }


def _bad(row: VoteRow, reason: str, detail: str) -> BadRow:
    return BadRow(line=row.line, reason=reason, detail=detail, place=row.place)


def _tasks(target: AnnotationRound, names: set[str]) -> dict[str, int]:
    """external id → task key, for the names that are examples of the project."""
    examples = dict(
        target.project.examples.filter(external_id__in=names).values_list("external_id", "pk")
    )
    known = set(
        target.tasks.filter(example__in=list(examples.values())).values_list("example", flat=True)
    )
    insert_rows(
        Task,
        ["round", "example"],
        ((target.pk, key) for key in examples.values() if key not in known),
    )
    return dict(
        target.tasks.filter(example__in=list(examples.values())).values_list(
            "example__external_id", "pk"
        )
    )


def pseudonym_of(worker: str) -> str:
    """What the project calls somebody a file names: e-mail addresses are not kept."""
    return pseudonym(worker) if EMAIL.fullmatch(worker) else worker


def _annotators(project: Project, workers: set[str]) -> dict[str, int]:
    """Pseudonym → annotator key; people never seen before are added."""
    names = {pseudonym_of(worker): worker.endswith(f"@{SIMULATED_DOMAIN}") for worker in workers}
    known = set(project.annotators.filter(name__in=names).values_list("name", flat=True))
    Annotator.objects.bulk_create(
        Annotator(project=project, name=name, simulated=simulated)
        for name, simulated in sorted(names.items())
        if name not in known
    )
    return dict(project.annotators.filter(name__in=names).values_list("name", "pk"))
