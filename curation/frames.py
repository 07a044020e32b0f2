"""The one door from the ORM to arrays: querysets → votes."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from curation.aggregation.result import Votes
from curation.models import Annotation, Example, Project


@dataclass(frozen=True, kw_only=True)
class ProjectVotes:
    """A project's votes on one split, as codes, with the keys the codes stand for."""

    votes: Votes
    example_keys: npt.NDArray[np.int64]  # (T,) primary key of each task code, ascending
    annotator_keys: npt.NDArray[np.int64]  # (W,) primary key of each worker code, ascending


def project_votes(project: Project, *, split: str) -> ProjectVotes:
    """Votes on the examples of `split`; skips left out.

    Rounds are merged: an annotator who judged an example in two rounds counts once, with the
    later round's answer.
    """
    rows = (
        Annotation.objects.of(project)
        .votes()
        .filter(task__example__split=split)
        .order_by("task__round__number", "pk")
        .values_list("task__example", "annotator", "label__position")
    )
    table = np.fromiter(
        (cell for row in rows.iterator(chunk_size=20_000) for cell in row), dtype=np.int64
    ).reshape(-1, 3)
    example_keys, task = np.unique(table[:, 0], return_inverse=True)
    annotator_keys, worker = np.unique(table[:, 1], return_inverse=True)
    last = _last_of_each(task, worker, len(annotator_keys))
    return ProjectVotes(
        votes=Votes(
            task=task[last],
            worker=worker[last],
            label=table[last, 2],
            n_tasks=len(example_keys),
            n_labels=project.labels.count(),
        ),
        example_keys=example_keys,
        annotator_keys=annotator_keys,
    )


def _last_of_each(
    task: npt.NDArray[np.int64], worker: npt.NDArray[np.int64], n_workers: int
) -> npt.NDArray[np.int64]:
    """Positions of the last row of each (task, worker), in order of (task, worker)."""
    pair = task * max(n_workers, 1) + worker
    _, from_end = np.unique(pair[::-1], return_index=True)
    return np.asarray(len(pair) - 1 - from_end, dtype=np.int64)


def external_ids(keys: npt.NDArray[np.int64], project: Project) -> list[str]:
    """External ids of the examples with these primary keys, in their order."""
    names = dict(project.examples.values_list("pk", "external_id").iterator(chunk_size=20_000))
    return [names[key] for key in keys.tolist()]


def gold_positions(project: Project, *, split: str) -> dict[int, int]:
    """Primary key → position of the trusted label, for the examples of `split` that have one."""
    return dict(
        Example.objects.filter(project=project)
        .gold(split)
        .values_list("pk", "gold_label__position")
    )


def text_digests(project: Project) -> dict[int, str]:
    """Primary key → SHA-256 of the text, for the examples of a project's pool."""
    rows = project.examples.filter(split=Example.Split.POOL).values_list("pk", "text")
    return {
        key: hashlib.sha256(text.encode()).hexdigest()
        for key, text in rows.iterator(chunk_size=5_000)
    }
