"""One annotator close up: labels and times beside the peers', known answers, disagreements."""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from django.db.models import QuerySet

from curation.agreement import vote_counts
from curation.models import Annotation, AnnotationChange, Annotator, Example, Task
from curation.reporting import LabelStyle, VoteStrip, vote_strip
from curation.services.lately import lately
from curation.services.report.examples import cast_votes, intended_style, styles_of

SHOWN = 10  # rows of each list
CHUNK = 20_000
READ = 10  # rows are counted in the time that one is fetched
TIMES = ("seconds", "peer_seconds")


@dataclass(frozen=True, kw_only=True)
class BesidePeers:
    """This person's votes and those of the peers on the same texts."""

    labels: npt.NDArray[np.int64]  # (K,) votes of this person
    peers: npt.NDArray[np.int64]  # (K,) votes of the peers
    seconds: npt.NDArray[np.float64]  # of this person, NaN unknown
    peer_seconds: npt.NDArray[np.float64]
    contrary: list[int]  # keys of examples on which the peers are most at one against this person
    differing: int  # texts on which most peers chose another label
    compared: int  # texts with two peers or more


@dataclass(frozen=True, kw_only=True)
class GivenAnswer:
    """A text with this person's answer and the one to compare it with."""

    external_id: str
    text: str
    given: LabelStyle | None  # None for a skip
    other: LabelStyle | None  # the known answer, or the one given before
    same: bool
    purpose: str = ""  # of the task, in words


@dataclass(frozen=True, kw_only=True)
class Disagreement:
    external_id: str
    text: str
    given: LabelStyle
    strip: VoteStrip


def beside_peers(annotator: Annotator) -> BesidePeers:
    """Votes and times of this person beside those of the peers on the same texts.

    Of many votes as they were some minutes ago at most.
    """
    found = lately(
        annotator.project,
        f"beside-{annotator.pk}",
        lambda: {
            name: _packed(all_of_it) if name in TIMES else np.asarray(all_of_it).tolist()
            for name, all_of_it in _beside(annotator)
        },
        rows=lambda found: READ * (sum(found["labels"]) + sum(found["peers"])),
        signs=[annotator.standing, "packed"],
    )
    numbers = {name: np.array(found[name], dtype=np.int64) for name in ("labels", "peers")}
    times = {name: np.frombuffer(b64decode(found[name])) for name in TIMES}
    return BesidePeers(**{**found, **numbers, **times})


def _packed(numbers: npt.NDArray[np.float64]) -> str:
    """As JSON holds a hundred thousand numbers that are read at once."""
    return b64encode(numbers.astype(np.float64).tobytes()).decode()


def _beside(annotator: Annotator) -> Iterator[tuple[str, Any]]:
    """The fields of `BesidePeers`, by name."""
    n_labels = annotator.project.labels.count()
    mine = Annotation.objects.filter(
        annotator=annotator, label__isnull=False, task__purpose=Task.Purpose.VOTE
    )
    own = _table(mine.order_by("task__round__number", "pk"))
    keys, last = np.unique(own[::-1, 0].astype(np.int64), return_index=True)
    given = own[::-1, 1][last].astype(np.int64)
    peers = _table(
        Annotation.objects.votes()
        .filter(task__example__in=mine.values("task__example"))
        .exclude(annotator=annotator)
    )
    place = np.searchsorted(keys, peers[:, 0].astype(np.int64))
    label = peers[:, 1].astype(np.int64)
    counts = vote_counts(place, label, n_tasks=len(keys), n_labels=n_labels)
    total, top = counts.sum(axis=1), counts.max(axis=1, initial=0)
    compared = total >= 2
    own_votes = counts[np.arange(len(keys)), given]
    differing = np.flatnonzero(compared & (2 * top > total) & (own_votes < top))
    weight = (top - own_votes)[differing]
    ranked = differing[np.lexsort((keys[differing], -weight))]
    yield "labels", np.bincount(given, minlength=n_labels)
    yield "peers", np.bincount(label, minlength=n_labels)
    yield "seconds", own[:, 2].round(2)
    yield "peer_seconds", peers[:, 2].round(2)
    yield "contrary", keys[ranked[:SHOWN]]
    yield "differing", len(differing)
    yield "compared", int(compared.sum())


def _table(answers: QuerySet[Annotation]) -> npt.NDArray[np.float64]:
    """(A, 3): example key, label position, seconds."""
    rows = answers.values_list("task__example", "label__position", "seconds")
    flat = (
        np.nan if cell is None else cell for row in rows.iterator(chunk_size=CHUNK) for cell in row
    )
    return np.fromiter(flat, dtype=np.float64).reshape(-1, 3)


def disagreements(annotator: Annotator, keys: Sequence[int]) -> list[Disagreement]:
    """The texts of these keys, in their order, with everybody's votes behind them."""
    project = annotator.project
    styles, cast = styles_of(project), cast_votes(project, keys)
    own = dict(
        Annotation.objects.filter(
            annotator=annotator,
            label__isnull=False,
            task__example__in=keys,
            task__purpose=Task.Purpose.VOTE,
        )
        .order_by("task__round__number", "pk")
        .values_list("task__example", "label__position")
    )
    examples = Example.objects.select_related("intended_label").in_bulk(keys)
    return [
        Disagreement(
            external_id=examples[key].external_id,
            text=examples[key].text,
            given=styles[own[key]],
            strip=vote_strip(
                cast.get(key, []), styles, intended=intended_style(examples[key], styles)
            ),
        )
        for key in keys
    ]


@dataclass(frozen=True, kw_only=True)
class Compared:
    """Answers beside those they are compared with."""

    shown: list[GivenAnswer]  # other answers first, then the newest; at most 10
    count: int
    same: int


def known_answers(annotator: Annotator) -> Compared:
    """Answers to texts whose label is known."""
    purposes = [Task.Purpose.GOLD, Task.Purpose.ATTENTION, Task.Purpose.QUALIFICATION]
    rows = Annotation.objects.filter(
        annotator=annotator, task__purpose__in=purposes, task__example__gold_label__isnull=False
    )
    given = rows.order_by("-pk").values_list(
        "pk", "label__position", "task__example__gold_label__position"
    )
    return _compared(annotator, {key: (label, gold) for key, label, gold in given})


def repeats(annotator: Annotator) -> Compared:
    """Texts that were shown a second time, beside what was answered first."""
    again = Annotation.objects.filter(annotator=annotator, task__purpose=Task.Purpose.REPEAT)
    first = dict(
        Annotation.objects.filter(
            annotator=annotator,
            task__purpose=Task.Purpose.VOTE,
            label__isnull=False,
            task__example__in=again.values("task__example"),
        )
        .order_by("pk")
        .values_list("task__example", "label__position")
    )
    given = again.order_by("-pk").values_list("pk", "label__position", "task__example")
    return _compared(
        annotator, {key: (label, first[text]) for key, label, text in given if text in first}
    )


def _compared(annotator: Annotator, answers: Mapping[int, tuple[int | None, int]]) -> Compared:
    """Of answers by key, newest first, each with the label given and the one to compare it with.

    Texts are read of those that are shown only.
    """
    same = {key: label == other for key, (label, other) in answers.items()}
    keys = sorted(same, key=lambda key: same[key])[:SHOWN]
    rows = Annotation.objects.select_related("task__example").in_bulk(keys)
    styles = styles_of(annotator.project)
    return Compared(
        shown=[
            GivenAnswer(
                external_id=rows[key].task.example.external_id,
                text=rows[key].task.example.text,
                given=None if (label := answers[key][0]) is None else styles[label],
                other=styles[answers[key][1]],
                same=same[key],
                purpose=rows[key].task.purpose,
            )
            for key in keys
            if key in rows
        ],
        count=len(same),
        same=sum(same.values()),
    )


def newest_changes(annotator: Annotator) -> tuple[int, list[AnnotationChange]]:
    """How many answers this person changed or took back, and the newest of them."""
    changes = annotator.changes.select_related("task__example", "before", "after")
    return annotator.changes.count(), list(changes.order_by("-pk")[:SHOWN])
