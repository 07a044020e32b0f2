"""Rows and votes of an exported version into the tables."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterator, Mapping, Sequence
from heapq import merge
from operator import itemgetter
from pathlib import Path
from typing import Any

from django.utils import timezone

from curation.bulk import chunked, insert_rows
from curation.datasets.frozen import FrozenRow
from curation.datasets.keeping import REASONS
from curation.errors import BadInput
from curation.exporters import Row, table_of
from curation.importers.exported import Described, read_table
from curation.models import (
    Annotation,
    AnnotationRound,
    Annotator,
    DatasetExample,
    DatasetVersion,
    Example,
    Task,
)
from curation.progress import Progress
from curation.services.exports.rows import PSEUDONYM

CHUNK = 5_000
LONGEST_ID = 120
EXAMPLE_FIELDS = (
    "project", "external_id", "text", "source", "split", "intended_label", "gold_label",
    "provenance", "created_at",
)  # fmt: skip
ROW_FIELDS = (
    "version", "example", "label", "votes", "agreement", "entropy", "probability", "drop_reason",
    "split", "posterior_agreement", "posterior_low", "posterior_high", "probabilities",
)  # fmt: skip


def add_rows(
    version: DatasetVersion, folder: Path, described: Described, progress: Progress
) -> None:
    """Store the examples and rows, kept and dropped, by external id.

    Raises:
        BadInput: a row that cannot be.
    """
    labels = _label_keys(version)
    before = ""
    for number, chunk in enumerate(chunked(_rows(folder, described), CHUNK), start=1):
        for row in chunk:
            _check(row, labels, before=before)
            before = row["id"]
        _insert_examples(version, chunk, labels)
        names = [row["id"] for row in chunk]
        keys = dict(
            version.project.examples.filter(external_id__in=names).values_list("external_id", "pk")
        )
        _insert_rows(version, chunk, labels, keys)
        progress(number * CHUNK, 0)


def _rows(folder: Path, described: Described) -> Iterator[dict[str, Any]]:
    """Kept and dropped rows together, by external id, `drop_reason` "" where kept."""
    tables = [
        _named(folder, file.path, table, described.label_names)
        for table in ("rows", "dropped")
        for file in described.files_of(table)
    ]
    return merge(*tables, key=itemgetter("id"))


def _named(folder: Path, path: str, name: str, labels: Sequence[str]) -> Iterator[dict[str, Any]]:
    table = table_of(name, labels)
    for row in read_table(folder / path, table):
        yield {"drop_reason": "", **dict(zip(table.names, row, strict=True))}


def _check(row: Mapping[str, Any], labels: Mapping[str, int], *, before: str) -> None:
    """Raise for a row that the export cannot have written."""
    key = row["id"]
    if not before < key:
        raise BadInput(f"Row {key!r} stands twice or out of order. Nothing was kept.")
    if len(key) > LONGEST_ID or not row["text"]:
        raise BadInput(f"Row {key[:LONGEST_ID]!r} has no text, or too long an id.")
    named = {row["label"], row["intended_label"], row["gold_label"]} - {""}
    if not row["label"] or not named <= labels.keys():
        raise BadInput(f"Row {key!r} has a label that the project does not have.")
    if row["source"] not in Example.Source.values:
        raise BadInput(f"Row {key!r} has the source {row['source']!r}; it is synthetic or real.")
    if row["split"] not in {"", *DatasetExample.Split.values}:
        raise BadInput(f"Row {key!r} has the split {row['split']!r}, which there is not.")
    if row["drop_reason"] not in {"", *REASONS}:
        reason = row["drop_reason"][:LONGEST_ID]
        raise BadInput(f"Row {key!r} was dropped for {reason!r}, which is no reason here.")
    votes = row["votes"]
    if not sum(votes) or abs(max(votes) / sum(votes) - row["agreement"]) > 1e-9:
        raise BadInput(f"The agreement of row {key!r} is not that of its votes.")


def _insert_examples(
    version: DatasetVersion, chunk: Sequence[Mapping[str, Any]], labels: Mapping[str, int]
) -> None:
    now = timezone.now()
    insert_rows(
        Example,
        EXAMPLE_FIELDS,
        (
            (
                version.project_id, row["id"], row["text"], row["source"], Example.Split.POOL,
                labels.get(row["intended_label"]), labels.get(row["gold_label"]),
                row["provenance"], now,
            )
            for row in chunk
        ),
    )  # fmt: skip


def _insert_rows(
    version: DatasetVersion,
    chunk: Sequence[Mapping[str, Any]],
    labels: Mapping[str, int],
    keys: Mapping[str, int],
) -> None:
    insert_rows(
        DatasetExample,
        ROW_FIELDS,
        (
            (
                version.pk, keys[row["id"]], labels[row["label"]], row["votes"], row["agreement"],
                row["entropy"], row["probability"], row["drop_reason"], row["split"],
                row["posterior_agreement"], row["posterior_low"], row["posterior_high"],
                row["probabilities"],
            )
            for row in chunk
        ),
    )  # fmt: skip


def add_votes(
    version: DatasetVersion, folder: Path, described: Described, progress: Progress
) -> None:
    """Store the votes as one round of imported votes, with the pseudonyms as annotators."""
    project = version.project
    target = AnnotationRound.objects.create(
        project=project,
        number=1,
        front=AnnotationRound.Front.VOTES,
        overlap=project.overlap,
        simulated=version.simulated,
    )
    labels = _label_keys(version)
    table = table_of("votes", described.label_names)
    tasks: dict[str, int] = {}  # of the examples so far
    people: dict[str, int] = {}
    votes = (
        row for file in described.files_of("votes") for row in read_table(folder / file.path, table)
    )
    for number, chunk in enumerate(chunked(votes, CHUNK), start=1):
        tasks.update(_new_tasks(target, {row[0] for row in chunk} - tasks.keys()))
        people.update(_new_people(version, {row[1] for row in chunk} - people.keys()))
        _insert_votes(chunk, tasks, people, labels)
        progress(number * CHUNK, 0)


def _new_tasks(target: AnnotationRound, names: set[str]) -> dict[str, int]:
    examples = target.project.examples.filter(external_id__in=names)
    keys = dict(examples.values_list("pk", "external_id"))
    if len(keys) < len(names):
        missing = sorted(names - set(keys.values()))
        raise BadInput(f"There are votes on {missing[0]!r}, but no such row. Nothing was kept.")
    insert_rows(Task, ["round", "example"], ((target.pk, key) for key in sorted(keys)))
    found = target.tasks.filter(example__in=keys)
    return {keys[example]: task for example, task in found.values_list("example", "pk")}


def _new_people(version: DatasetVersion, names: set[str]) -> dict[str, int]:
    for name in sorted(names):
        if not PSEUDONYM.fullmatch(name):
            raise BadInput(f"{name[:60]!r} is not the pseudonym of an annotator.")
    project = version.project
    Annotator.objects.bulk_create(
        Annotator(project=project, name=name, simulated=name.startswith("simulated-"))
        for name in sorted(names)
    )
    return dict(project.annotators.filter(name__in=names).values_list("name", "pk"))


def _insert_votes(
    chunk: Sequence[Row],
    tasks: Mapping[str, int],
    people: Mapping[str, int],
    labels: Mapping[str, int],
) -> None:
    pairs = {(row[0], row[1]) for row in chunk}
    unknown = {row[2] for row in chunk} - labels.keys()
    if unknown or len(pairs) < len(chunk):
        raise BadInput("A vote stands twice, or for a label that there is not. Nothing was kept.")
    insert_rows(
        Annotation,
        ["task", "annotator", "label"],
        ((tasks[example], people[name], labels[label]) for example, name, label in chunk),
    )


def _label_keys(version: DatasetVersion) -> dict[str, int]:
    return dict(version.project.labels.values_list("name", "pk"))


def stored_rows(version: DatasetVersion) -> Iterator[FrozenRow]:
    """The rows of a version as its fingerprint covers them, read back from the tables."""
    names = dict(version.project.labels.values_list("pk", "name"))
    rows = version.rows.order_by("pk").values_list(
        "example__external_id", "example__text", "label", "votes", "agreement", "entropy",
        "probability", "drop_reason", "split", "posterior_agreement", "posterior_low",
        "posterior_high", "probabilities",
    )  # fmt: skip
    for (
        key, text, label, votes, agreement, entropy, probability, reason, split, mean, low, high,
        probabilities,
    ) in rows.iterator(chunk_size=CHUNK):  # fmt: skip
        yield FrozenRow(
            external_id=key,
            text_digest=hashlib.sha256(text.encode()).hexdigest(),
            label=names[label],
            votes=votes,
            agreement=agreement,
            entropy=entropy,
            probability=probability,
            drop_reason=reason,
            split=split,
            posterior=(_number(mean), _number(low), _number(high)),
            probabilities=probabilities,
        )


def _number(value: float | None) -> float:
    """Versions frozen before the posterior was worked out have none, and do not cover it."""
    return math.nan if value is None else value
