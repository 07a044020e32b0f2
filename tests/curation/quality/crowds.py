"""Small simulated crowds as `Answers`."""

from __future__ import annotations

import itertools
from collections.abc import Mapping

import numpy as np

from curation.quality import Answers
from curation.simulation import SimulatedCrowd

Row = tuple[int, int, int, int]  # task, worker, label, purpose


def make_answers(
    rows: list[Row], *, gold: Mapping[int, int] | None = None, n_labels: int = 2, **columns: object
) -> Answers:
    """Answers given row by row; what is not said is unknown. Order is the order of the rows."""
    task, worker, label, purpose = (np.array(column) for column in zip(*rows, strict=True))
    unknown = np.full(len(rows), np.nan)
    known = np.full(int(task.max()) + 1, -1)
    for place, code in (gold or {}).items():
        known[place] = code
    given = {name: np.array(column, dtype=float) for name, column in columns.items()}
    return Answers(
        task=task,
        worker=worker,
        label=label,
        purpose=purpose,
        gold=known,
        n_tasks=len(known),
        n_workers=int(worker.max()) + 1,
        n_labels=n_labels,
        **{"seconds": unknown, "length": unknown, "order": np.arange(float(len(rows))), **given},
    )


def crowd_answers(
    kinds: Mapping[str, int], *, n_labels: int = 3, tasks: int = 60, overlap: int = 5, seed: int = 0
) -> Answers:
    """A simulated crowd that judged `tasks` examples, each by `overlap` of them in turn."""
    labels = [f"label-{code}" for code in range(n_labels)]
    crowd = SimulatedCrowd.of(kinds, labels=labels, seed=seed)
    turns = itertools.cycle(range(len(crowd.annotators)))
    rows = []
    for task in range(tasks):
        for worker in itertools.islice(turns, overlap):
            person = crowd.annotators[worker]
            answer = crowd.answer(person, f"text-{task}", labels[task * 7 % 11 % n_labels])
            rows.append((task, worker, labels.index(answer.label), 0))
    return make_answers(rows, n_labels=n_labels)
