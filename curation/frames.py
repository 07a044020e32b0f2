"""The one door from the ORM to arrays: querysets → votes."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
import numpy.typing as npt
from django.db.models.functions import Length

from curation.aggregation.result import Votes
from curation.bulk import chunked
from curation.models import Annotation, Annotator, Example, Project, SetAside, Task
from curation.quality.answers import Answers

CHUNK = 20_000  # rows read together; keeps memory flat


@dataclass(frozen=True, kw_only=True)
class ProjectVotes:
    """A project's votes on one split, as codes, with the keys the codes stand for."""

    votes: Votes
    example_keys: npt.NDArray[np.int64]  # (T,) primary key of each task code, ascending
    annotator_keys: npt.NDArray[np.int64]  # (W,) primary key of each worker code, ascending


def project_votes(project: Project, *, split: str, excluded: bool = False) -> ProjectVotes:
    """Votes on the examples of `split`; skips left out.

    Rounds are merged: an annotator who judged an example in two rounds counts once, with the
    later round's answer.

    Args:
        excluded: with the votes of excluded annotators, which do not count otherwise.
    """
    answers = Annotation.objects.of(project)
    if excluded:
        answers = answers.filter(label__isnull=False, task__purpose=Task.Purpose.VOTE)
    else:
        answers = answers.votes()
    rows = (
        answers.filter(task__example__split=split)
        .order_by("task__round__number", "pk")
        .values_list("task__example", "annotator", "label__position")
    )
    table = np.fromiter(
        (cell for row in rows.iterator(chunk_size=CHUNK) for cell in row), dtype=np.int64
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


PURPOSES: dict[str, int] = {  # as `curation.quality.answers` numbers them
    Task.Purpose.VOTE: 0,
    Task.Purpose.GOLD: 1,
    Task.Purpose.ATTENTION: 2,
    Task.Purpose.QUALIFICATION: 3,
    Task.Purpose.REPEAT: 4,
}


@dataclass(frozen=True, kw_only=True)
class ProjectAnswers:
    """All answers of a project, checks and skips among them, with the keys the codes stand for."""

    answers: Answers
    example_keys: npt.NDArray[np.int64]  # (T,) primary key of the example of each task code
    annotator_keys: npt.NDArray[np.int64]  # (W,) primary key of each worker code, ascending
    excluded: npt.NDArray[np.bool_]  # (W,) whose votes do not count


def project_answers(project: Project) -> ProjectAnswers:
    """Every answer of a project, in the order of rounds and of answering.

    A text that asks for votes and the same text as a check are two tasks. An annotator's later
    answer to a task they had answered, in the same round or another, has the purpose `repeat`.
    """
    table = _answer_table(project)
    example, worker, label, seconds, order, purpose = table
    number = purpose.astype(np.int64)
    kind = np.where(number == PURPOSES[Task.Purpose.REPEAT], 0, number)
    tasks, task = np.unique(example.astype(np.int64) * 8 + kind, return_inverse=True)
    annotator_keys, workers = np.unique(worker.astype(np.int64), return_inverse=True)
    known = _examples_of(project)
    place = np.searchsorted(known.keys, tasks // 8)
    return ProjectAnswers(
        answers=Answers(
            task=task,
            worker=workers,
            label=label.astype(np.int64),
            seconds=seconds,
            order=order,
            length=known.length[place][task],
            purpose=_with_repeats(task, workers, number, len(annotator_keys)),
            gold=known.gold[place],
            n_tasks=len(tasks),
            n_workers=len(annotator_keys),
            n_labels=project.labels.count(),
        ),
        example_keys=tasks // 8,
        annotator_keys=annotator_keys,
        excluded=_are_excluded(project, annotator_keys),
    )


def _answer_table(project: Project) -> npt.NDArray[np.float64]:
    """(6, A): example key, annotator key, label position, seconds, time, purpose of each answer.

    Keys are exact in a float up to 2^53.
    """
    positions = dict(project.labels.values_list("pk", "position"))
    parts: list[npt.NDArray[np.float64]] = [np.zeros((6, 0))]
    for target in project.rounds.order_by("number"):
        rows = (
            Annotation.objects.filter(task__round=target)
            .order_by("pk")
            .values_list(
                "task__example", "annotator", "label", "seconds", "answered_at", "task__purpose"
            )
        )
        parts += [
            _columns(chunk, positions) for chunk in chunked(rows.iterator(chunk_size=CHUNK), CHUNK)
        ]
    return np.concatenate(parts, axis=1)


def _columns(rows: list[tuple[Any, ...]], positions: dict[int, int]) -> npt.NDArray[np.float64]:
    flat: Iterator[float] = (
        number
        for example, annotator, label, seconds, moment, purpose in rows
        for number in (
            example,
            annotator,
            -1 if label is None else positions[label],
            np.nan if seconds is None else seconds,
            _stamp(moment),
            PURPOSES[purpose],
        )
    )
    return np.fromiter(flat, dtype=np.float64, count=6 * len(rows)).reshape(-1, 6).T


def _stamp(moment: datetime | None) -> float:
    return np.nan if moment is None else moment.timestamp()


def _with_repeats(
    task: npt.NDArray[np.int64],
    worker: npt.NDArray[np.int64],
    purpose: npt.NDArray[np.int64],
    n_workers: int,
) -> npt.NDArray[np.int64]:
    """The purposes; of an annotator's answers to one task only one keeps its own: the one that
    counts, which is the last that was no repetition."""
    repeat = PURPOSES[Task.Purpose.REPEAT]
    pair = task * max(n_workers, 1) + worker
    asked = np.flatnonzero(purpose != repeat)
    _, from_end = np.unique(pair[asked][::-1], return_index=True)
    counting = asked[len(asked) - 1 - from_end]
    result = np.full(len(purpose), repeat)
    result[counting] = purpose[counting]
    return result


@dataclass(frozen=True, kw_only=True)
class _Examples:
    keys: npt.NDArray[np.int64]  # (N,) ascending
    length: npt.NDArray[np.float64]  # (N,) characters
    gold: npt.NDArray[np.int64]  # (N,) position of the trusted label, -1 where there is none


def _examples_of(project: Project) -> _Examples:
    rows = (
        project.examples.filter(tasks__isnull=False)
        .order_by("pk")
        .distinct()
        .values_list("pk", Length("text"), "gold_label__position")
    )
    table = np.fromiter(
        (
            number
            for key, length, gold in rows.iterator(chunk_size=CHUNK)
            for number in (key, length, -1 if gold is None else gold)
        ),
        dtype=np.int64,
    ).reshape(-1, 3)
    return _Examples(keys=table[:, 0], length=table[:, 1].astype(np.float64), gold=table[:, 2])


def _are_excluded(project: Project, keys: npt.NDArray[np.int64]) -> npt.NDArray[np.bool_]:
    excluded = project.annotators.filter(standing=Annotator.Standing.EXCLUDED)
    return np.isin(keys, np.fromiter(excluded.values_list("pk", flat=True), dtype=np.int64))


def external_ids(keys: npt.NDArray[np.int64], project: Project) -> list[str]:
    """External ids of the examples with these primary keys, in their order."""
    names = dict(project.examples.values_list("pk", "external_id").iterator(chunk_size=CHUNK))
    return [names[key] for key in keys.tolist()]


def intended_positions(keys: npt.NDArray[np.int64], project: Project) -> npt.NDArray[np.int64]:
    """(N,) position of the label the prompt asked for, -1 where there was none."""
    rows = project.examples.filter(intended_label__isnull=False).values_list(
        "pk", "intended_label__position"
    )
    known = dict(rows.iterator(chunk_size=CHUNK))
    return np.array([known.get(key, -1) for key in keys.tolist()], dtype=np.int64)


def set_aside(keys: npt.NDArray[np.int64], project: Project) -> npt.NDArray[np.bool_]:
    """(N,) whether somebody set the example aside by hand."""
    rows = SetAside.objects.filter(example__project=project, undone_at=None)
    aside = np.fromiter(rows.order_by().values_list("example", flat=True), dtype=np.int64)
    return np.isin(keys, aside)


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


def texts_of(keys: npt.NDArray[np.int64], project: Project) -> list[str]:
    """Texts of the examples with these primary keys, in their order."""
    rows = project.examples.filter(split=Example.Split.POOL).values_list("pk", "text")
    texts = dict(rows.iterator(chunk_size=5_000))
    return [texts[key] for key in keys.tolist()]
