"""Votes in from a file: a round of the front "imported votes"."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from django.db import transaction
from django.db.models import Max

from curation.bulk import chunked, insert_rows
from curation.errors import BadInput, BadRow
from curation.importers import ExampleRow, VoteRow, read_examples, read_votes
from curation.models import Annotation, AnnotationRound, Annotator, Example, Project, Task
from curation.progress import Progress, silent
from curation.services.examples import NewExample, add_examples
from curation.services.importing import RowSieve

CHUNK = 5_000


@dataclass(frozen=True, kw_only=True)
class ImportedVotes:
    examples: int  # texts added
    added: int  # votes added
    unchanged: int  # votes that were there already
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
    """Store real votes (`task,worker,label`), and the texts they are about if given.

    Args:
        texts: .jsonl or .csv with `id`, `text` and, where there is a trusted label, `gold`.
        test_share: share of the texts, in [0, 1), set aside as test by a hash of seed and text,
            so that a text that stands twice is never on both sides.
        skip_bad: leave bad rows out instead of refusing the file.

    Raises:
        BadInput, BadRows: nothing is written.
    """
    added_texts = 0
    bad: list[BadRow] = []
    if texts is not None:
        added_texts, bad = _add_texts(
            project, texts, test_share=test_share, seed=seed, skip_bad=skip_bad
        )
    sieve = RowSieve(source=votes.name, skip_bad=skip_bad)
    Project.objects.select_for_update().get(pk=project.pk)  # one import at a time
    target = _votes_round(project)
    before = Annotation.objects.aggregate(last=Max("pk"))["last"] or 0
    added = unchanged = 0
    rows = sieve.good(read_votes(votes, labels=project.label_names()))
    for number, chunk in enumerate(chunked(rows, CHUNK), start=1):
        fresh, same = _add_chunk(target, chunk, sieve, before=before)
        added, unchanged = added + fresh, unchanged + same
        progress(number * CHUNK, 0)
    if not added and not unchanged and any(row.reason == "unknown_task" for row in sieve.bad):
        raise BadInput(
            f"None of the texts that {votes.name} judges is in the project; "
            "give them with --texts FILE (id, text)."
        )
    sieve.settle()
    return ImportedVotes(
        examples=added_texts, added=added, unchanged=unchanged, skipped=bad + sieve.bad
    )


def _add_texts(
    project: Project, path: Path, *, test_share: float, seed: int, skip_bad: bool
) -> tuple[int, list[BadRow]]:
    sieve = RowSieve(source=path.name, skip_bad=skip_bad)
    labels = project.label_names()
    rows = read_examples(path, labels=labels, label_needed=False, label_key="gold")

    def examples() -> Iterator[NewExample]:
        for row in sieve.good(rows):
            yield _real_text(row, is_test=_draw(seed, row.text) < test_share)

    result = add_examples(project, examples())
    sieve.settle()
    return result.added, sieve.bad


def _real_text(row: ExampleRow, *, is_test: bool) -> NewExample:
    return NewExample(
        external_id=row.id,
        text=row.text,
        source=Example.Source.REAL,
        split=Example.Split.TEST if is_test else Example.Split.POOL,
        gold_label=row.label,
    )


def _draw(seed: int, text: str) -> float:
    same = " ".join(text.split()).casefold()
    digest = hashlib.sha256(f"split:{seed}:{same}".encode()).digest()
    return int.from_bytes(digest[:7]) / 2**56


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
    target: AnnotationRound, chunk: Sequence[VoteRow], sieve: RowSieve, *, before: int
) -> tuple[int, int]:
    """Store one chunk of votes. Returns how many were new and how many were there already.

    A vote stored after `before`, the last annotation's key, stands in this file twice.
    """
    tasks = _tasks(target, {row.task for row in chunk})
    annotators = _annotators(target.project, {row.worker for row in chunk})
    labels = dict(target.project.labels.values_list("name", "pk"))
    stored = _stored(tasks.values(), before=before)
    fresh: dict[tuple[int, int], int] = {}
    same = 0
    for row in chunk:
        if row.task not in tasks:
            sieve.bad.append(_bad(row, "unknown_task", f"there is no example {row.task!r}"))
            continue
        pair, label = (tasks[row.task], annotators[row.worker]), labels[row.label]
        if pair not in stored and pair not in fresh:
            fresh[pair] = label
        elif stored.get(pair) == (label, True):
            same += 1
        else:
            what = f"{row.worker!r} has answered {row.task!r} already"
            sieve.bad.append(_bad(row, "repeated_vote", what))
    insert_rows(
        Annotation,
        ["task", "annotator", "label"],
        ((task, annotator, label) for (task, annotator), label in fresh.items()),
    )
    return len(fresh), same


def _stored(tasks: Iterable[int], *, before: int) -> dict[tuple[int, int], tuple[int | None, bool]]:
    """(task key, annotator key) → label key of the vote there is, and whether it is an old one."""
    rows = Annotation.objects.filter(task__in=list(tasks))
    return {
        (task, annotator): (label, key <= before)
        for key, task, annotator, label in rows.values_list("pk", "task", "annotator", "label")
    }


def _bad(row: VoteRow, reason: str, detail: str) -> BadRow:
    return BadRow(line=row.line, reason=reason, detail=detail)


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


def _annotators(project: Project, names: set[str]) -> dict[str, int]:
    known = set(project.annotators.filter(name__in=names).values_list("name", flat=True))
    Annotator.objects.bulk_create(
        Annotator(project=project, name=name) for name in sorted(names - known)
    )
    return dict(project.annotators.filter(name__in=names).values_list("name", "pk"))
