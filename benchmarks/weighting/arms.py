"""What is compared: each arm's training rows and config, from what the checkers said."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from benchmarks.weighting.tasks import CHECKER_ROWS, Task
from curation.explorer.selections import random_within, tickets
from training.evaluation.calibration import fit_temperature, rescaled
from training.evaluation.scores import Floats
from training.fitting.config import FitConfig
from training.fitting.rows import Row, label_codes

CONFIG = FitConfig(max_steps=128, max_length=64, precision="bf16")
TAU = 0.5  # of the filter; fixed before any run
BOUNDED = {"weight_low": 0.1, "weight_high": 10.0, "weight_normalise": True}

CHECKER = "quality checker"  # fitted on real rows; judges synthetic texts
BALANCED_CHECKER = "balanced checker"  # the same with labels weighed equally
SYNTHETIC = "synthetic"  # cross-entropy; also the diversity checker, which judges its own rows
REAL = "real"


@dataclass(frozen=True, kw_only=True)
class Checked:
    """What the checkers said about the synthetic rows of a source, in their order."""

    quality: Floats  # (N, K) P' as it comes
    calibrated: Floats  # (N, K) P' at the temperature of its held-out rows
    temperature: float
    diversity: Floats  # (N, K)
    balanced: Floats | None  # (N, K) P' of the balanced checker, once it is there


@dataclass(frozen=True, kw_only=True)
class Training:
    """One fit."""

    rows: list[Row]
    config: FitConfig


Build = Callable[[Task, str, Checked, int], Training]


def checker(task: Task, *, seed: int, class_weights: str = "") -> Training:
    rows = task.drawn(seed=seed)[:CHECKER_ROWS]
    return _training(task, seed, rows, class_weights=class_weights)


def held_out(task: Task, *, seed: int) -> list[Row]:
    """The real rows that calibrate the checker."""
    return task.drawn(seed=seed)[CHECKER_ROWS:]


def checked(
    task: Task, source: str, judged: Mapping[str, Any], own: Any, balanced: Any, *, seed: int
) -> Checked:
    """From what the runs of the checkers have kept."""
    quality = np.array(judged[source])
    gold = label_codes(held_out(task, seed=seed), task.labels)
    temperature = fit_temperature(gold, np.array(judged["held_out"])).value
    return Checked(
        quality=quality,
        calibrated=rescaled(quality, temperature),
        temperature=temperature,
        diversity=np.array(own),
        balanced=None if balanced is None else np.array(balanced[source]),
    )


def real(task: Task, *, seed: int) -> Training:
    return _training(task, seed, task.drawn(seed=seed))


def synthetic(task: Task, source: str, *, seed: int) -> Training:
    return _training(task, seed, task.synthetic[source])


def _imp(task: Task, source: str, said: Checked, seed: int) -> Training:
    return _training(task, seed, _weighed(task, source, said, said.quality), loss="imp")


def _imp_bounded(task: Task, source: str, said: Checked, seed: int) -> Training:
    rows = _weighed(task, source, said, said.calibrated)
    return _training(task, seed, rows, loss="imp", **BOUNDED)


def _dimp(task: Task, source: str, said: Checked, seed: int) -> Training:
    return _training(task, seed, _weighed(task, source, said, said.quality), loss="dimp")


def _dimp_bounded(task: Task, source: str, said: Checked, seed: int) -> Training:
    rows = _weighed(task, source, said, said.calibrated)
    return _training(task, seed, rows, loss="dimp", **BOUNDED)


def _imp_balanced(task: Task, source: str, said: Checked, seed: int) -> Training:
    assert said.balanced is not None
    return _training(task, seed, _weighed(task, source, said, said.balanced), loss="imp")


def _dimp_balanced(task: Task, source: str, said: Checked, seed: int) -> Training:
    assert said.balanced is not None
    return _training(task, seed, _weighed(task, source, said, said.balanced), loss="dimp")


def _filter(task: Task, source: str, said: Checked, seed: int) -> Training:
    return _training(task, seed, kept(task, source, said))


def _random(task: Task, source: str, said: Checked, seed: int) -> Training:
    """As many of each label as the filter keeps, by chance."""
    rows = task.synthetic[source]
    counts = Counter(row.label for row in kept(task, source, said))
    sizes = np.array([counts[label] for label in task.labels])
    ticket = tickets([row.id for row in rows], seed=seed)
    chosen = random_within(label_codes(rows, task.labels), ticket, sizes=sizes)
    return _training(task, seed, [row for row, keep in zip(rows, chosen, strict=True) if keep])


def _soft(task: Task, source: str, said: Checked, seed: int) -> Training:
    rows = [
        replace(row, probs=tuple(shares))
        for row, shares in zip(task.synthetic[source], said.calibrated.tolist(), strict=True)
    ]
    return _training(task, seed, rows, loss="soft")


def _both(task: Task, source: str, said: Checked, seed: int) -> Training:
    return _training(task, seed, _with_real(task, task.synthetic[source], seed))


def _both_filtered(task: Task, source: str, said: Checked, seed: int) -> Training:
    return _training(task, seed, _with_real(task, kept(task, source, said), seed))


ARMS: dict[str, Build] = {
    "IMP": _imp,
    "DIMP": _dimp,
    "filter": _filter,
    "random, as many": _random,
    "real + synthetic": _both,
    "IMP, bounded": _imp_bounded,
    "DIMP, bounded": _dimp_bounded,
    "soft": _soft,
    "real + filter": _both_filtered,
    "IMP, balanced": _imp_balanced,
    "DIMP, balanced": _dimp_balanced,
}


def kept(task: Task, source: str, said: Checked) -> list[Row]:
    """Synthetic rows whose label the checker gives more than TAU."""
    rows = task.synthetic[source]
    given = of_label(said.quality, rows, task.labels)
    return [row for row, p in zip(rows, given.tolist(), strict=True) if p > TAU]


def of_label(probs: Floats, rows: Sequence[Row], labels: Sequence[str]) -> Floats:
    """(N,) probability of each row's own label."""
    return probs[np.arange(len(rows)), label_codes(rows, labels)]


def _weighed(task: Task, source: str, said: Checked, quality: Floats) -> list[Row]:
    rows = task.synthetic[source]
    columns = zip(
        rows,
        of_label(quality, rows, task.labels).tolist(),
        of_label(said.diversity, rows, task.labels).tolist(),
        strict=True,
    )
    return [replace(row, quality=good, diversity=known) for row, good, known in columns]


def _with_real(task: Task, rows: Sequence[Row], seed: int) -> list[Row]:
    drawn = [replace(row, id=f"real/{row.id}") for row in task.drawn(seed=seed)]
    return [*drawn, *rows]


def _training(task: Task, seed: int, rows: Sequence[Row], **options: Any) -> Training:
    config = replace(CONFIG, labels=task.labels, seed=seed, **options)
    return Training(rows=sorted(rows, key=lambda row: row.id), config=config)
