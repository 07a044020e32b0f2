"""Rounds, their tasks, and who answered what."""

from __future__ import annotations

import random
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import F, Max
from django.utils import timezone

from benchmarks.load.filling.size import CHUNK, OVERLAP, Size
from curation.bulk import chunked, insert_rows
from curation.models import (
    Annotation,
    AnnotationChange,
    AnnotationRound,
    Annotator,
    Example,
    Participation,
    Project,
    StrayAnswer,
    Task,
)

SKIPPED = 0.004  # share of answers
SURE = (0.55, 0.75, 0.9, 0.97)  # how often a vote is for the intended label, by the text
CHANGES, STRAYS = 0.002, 300  # share of answers that were given anew; answers that are no votes
ANNOTATION = ["task", "annotator", "label", "skip_reason", "seconds", "key", "answered_at"]
TASK = ["round", "example", "purpose", "state", "position", "wanted", "votes", "due"]
Row = tuple[Any, ...]


@dataclass(frozen=True, kw_only=True)
class Part:
    """One round and the texts it asks about, as shares of the project's texts in order."""

    front: str
    start: float
    end: float
    people: float  # share of the annotators
    state: str = "closed"


PARTS = (
    Part(front="votes", start=0, end=0.45, people=1),
    # its first texts were asked about before
    Part(front="label_studio", start=0.4, end=0.7, people=0.5),
    Part(front="page", start=0.7, end=0.85, people=0.4),
    Part(front="page", start=0.85, end=0.95, people=0.3, state="open"),
)


def write_votes(project: Project, size: Size) -> None:
    """Five votes on each text but the last twentieth, which waits in the open round."""
    Annotator.objects.bulk_create(
        Annotator(project=project, name=f"ann-{number}") for number in range(1, size.annotators + 1)
    )
    people = list(project.annotators.order_by("pk").values_list("pk", flat=True))
    texts = project.examples.filter(split="pool").order_by("pk")
    given = list(texts.values_list("pk", "intended_label"))
    for number, part in enumerate(PARTS, start=1):
        mine = given[int(part.start * size.examples) : int(part.end * size.examples)]
        waiting = given[int(part.end * size.examples) :] if part.state == "open" else []
        target = _round(project, number, part)
        crowd = people[: max(2 * OVERLAP, int(part.people * len(people)))]
        last = Annotation.objects.aggregate(last=Max("pk"))["last"] or 0
        _write_tasks(target, mine, waiting)
        _write_answers(target, mine, crowd)
        if part.front != "votes":
            _write_known(target, crowd)
            _write_parts(target, crowd, last=len(mine))
        _write_changes(target, after=last)


def _round(project: Project, number: int, part: Part) -> AnnotationRound:
    remote = {"server_url": "http://127.0.0.1:9", "remote_project": 7, "server_version": "1.20"}
    checked = {"gold": 0.05} if part.front != "votes" else {}
    return AnnotationRound.objects.create(
        project=project, number=number, front=part.front, overlap=OVERLAP, state=part.state,
        checks=checked, consent="We keep your answers." if part.state == "open" else "",
        worker_parameter="WORKER" if part.state == "open" else "",
        pulled_at=timezone.now() if part.front in {"votes", "label_studio"} else None,
        **(remote if part.front == "label_studio" else {}),
    )  # fmt: skip


def _write_tasks(target: AnnotationRound, done: Sequence[Row], waiting: Sequence[Row]) -> None:
    def rows() -> Iterator[Row]:
        for place, (example, _) in enumerate([*done, *waiting]):
            full = place < len(done)
            yield (target.pk, example, "vote", "full" if full else "open", place, OVERLAP,
                   OVERLAP if full else 0, 0 if full else OVERLAP)  # fmt: skip

    for some in chunked(rows(), CHUNK):
        insert_rows(Task, TASK, some)


def _write_answers(target: AnnotationRound, texts: Sequence[Row], people: Sequence[int]) -> None:
    labels = list(target.project.labels.order_by("position").values_list("pk", flat=True))
    tasks = list(target.tasks.order_by("pk").values_list("pk", flat=True)[: len(texts)])
    dice = random.Random(f"{target.project.slug} {target.number}")
    then = timezone.now() - timedelta(days=400 - 90 * target.number)

    def rows() -> Iterator[Row]:
        for place, (task, (_, intended)) in enumerate(zip(tasks, texts, strict=True)):
            sure, at = dice.choice(SURE), then + timedelta(seconds=place)
            for person in _crowd_of(dice, people):
                label = intended if dice.random() < sure else dice.choice(labels)
                yield _answer(dice, task, person, label, at)

    for some in chunked(rows(), CHUNK):
        insert_rows(Annotation, ANNOTATION, some)


def _answer(dice: random.Random, task: int, person: int, label: int, at: datetime) -> Row:
    key = uuid.UUID(int=dice.getrandbits(128), version=4)
    if dice.random() < SKIPPED:
        return task, person, None, "unclear", 3.0, key, at
    return task, person, label, "", 1.5 + 4 * dice.random(), key, at


def _crowd_of(dice: random.Random, people: Sequence[int]) -> Iterator[int]:
    """Five of them, nobody twice; who meets whom is chance."""
    place, step = dice.randrange(len(people)), max(1, len(people) // OVERLAP)
    for _ in range(OVERLAP):
        yield people[place % len(people)]
        place += 1 + dice.randrange(step)


def _write_known(target: AnnotationRound, people: Sequence[int]) -> None:
    """Everybody answered the texts with known answers, most of them rightly."""
    known = Example.objects.filter(project=target.project, split="check").order_by("pk")
    right = dict(known.values_list("pk", "gold_label"))
    insert_rows(Task, ["round", "example", "purpose"], ((target.pk, key, "gold") for key in right))
    tasks = list(target.tasks.filter(purpose="gold").values_list("pk", "example"))
    labels = sorted(set(right.values()))
    dice, at = random.Random(target.pk), timezone.now() - timedelta(days=30)
    rows = (
        _answer(dice, task, person, right[key] if dice.random() < 0.9 else dice.choice(labels), at)
        for task, key in tasks
        for person in people
    )
    insert_rows(Annotation, ANNOTATION, rows)


def _write_parts(target: AnnotationRound, people: Sequence[int], *, last: int) -> None:
    each = OVERLAP * last // len(people)
    Participation.objects.bulk_create(
        Participation(
            round=target, annotator_id=person, state="working", served=each, answered=each,
            first_position=last - 1, agreed_at=timezone.now(), seen_at=timezone.now(),
        )
        for person in people
    )  # fmt: skip


def _write_changes(target: AnnotationRound, *, after: int) -> None:
    """Some answers were given anew, and some could not become a vote."""
    every = round(1 / CHANGES)
    rows = Annotation.objects.filter(pk__gt=after).annotate(place=F("pk") % every)
    changed = rows.filter(place=0).order_by("pk")
    fields = ["task", "annotator", "kind", "before", "after", "answered_at", "at"]
    insert_rows(
        AnnotationChange,
        fields,
        (
            (task, person, "edited", label, label, at, timezone.now())
            for task, person, label, at in changed.values_list(
                "task", "annotator", "label", "answered_at"
            )
        ),
    )
    if target.front == "label_studio":
        StrayAnswer.objects.bulk_create(
            StrayAnswer(round=target, remote_task=n, remote_id=n, annotator=f"ann-{n}",
                        value="jokes", reason="unknown_label")
            for n in range(STRAYS)
        )  # fmt: skip
