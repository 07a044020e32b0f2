"""Fitting what is missing, and the file that keeps every finished run."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass, replace
from itertools import product
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.recording import keep_line, kept_lines
from benchmarks.weighting import arms
from benchmarks.weighting.arms import (
    ARMS,
    BALANCED_CHECKER,
    CHECKER,
    REAL,
    SYNTHETIC,
    Checked,
    Training,
)  # fmt: skip
from benchmarks.weighting.tasks import SOURCES, Task
from training.evaluation.scores import Floats
from training.fitting import environment
from training.fitting.losses import targets_of
from training.fitting.losses.codes import weighted_codes
from training.fitting.rows import Row, label_codes
from training.fitting.weighting import (
    WeightSummary,
    clipped,
    importance_weights,
    summary_of,
)

Run = dict[str, Any]
Key = tuple[str, str, str, int]  # task, source ("" for real rows alone), arm, seed

SECOND = ("IMP, balanced", "DIMP, balanced")
THIRD = ("IMP, bounded", "DIMP, bounded", "soft", "real + filter")
FIRST = (SYNTHETIC, *(name for name in ARMS if name not in SECOND + THIRD))
ON_REAL = {FIRST: (CHECKER, REAL), SECOND: (BALANCED_CHECKER,), THIRD: ()}
OTHERS_REST_ON = (CHECKER, BALANCED_CHECKER, SYNTHETIC)
DIGITS = 5  # of a kept probability
MOVED = "moved"  # its own rows, where weights move with the classifier


@dataclass(frozen=True, kw_only=True)
class Fit:
    """One run to be made."""

    task: Task
    source: str
    arm: str
    seed: int

    @property
    def key(self) -> Key:
        return self.task.name, self.source, self.arm, self.seed


def fits(tasks: Sequence[Task], *, seeds: int) -> Iterator[Fit]:
    """All runs, those that others rest on and those that say most first."""
    for (names, on_real), source in product(ON_REAL.items(), SOURCES):
        for seed, task in product(range(seeds), tasks):
            for arm in on_real:
                yield Fit(task=task, source="", arm=arm, seed=seed)
            for arm in names:
                yield Fit(task=task, source=source, arm=arm, seed=seed)


def read_runs(path: Path) -> dict[Key, Run]:
    """The finished runs; a line that a kill has torn is not one."""
    return {(run["task"], run["source"], run["arm"], run["seed"]): run for run in kept_lines(path)}


def run_missing(tasks: Sequence[Task], path: Path, *, seeds: int, parallel: int = 1) -> None:
    """Fit what the file does not have yet, those that others rest on first."""
    done = read_runs(path)
    wanted = {fit.key: fit for fit in fits(tasks, seeds=seeds)}  # arms of real rows come twice
    missing = [fit for key, fit in wanted.items() if key not in done]
    with ProcessPoolExecutor(parallel, mp_context=get_context("spawn")) as pool:
        for some in (
            [fit for fit in missing if fit.arm in OTHERS_REST_ON],
            [fit for fit in missing if fit.arm not in OTHERS_REST_ON],
        ):
            begun = [pool.submit(_run, fit, _beside(fit, done)) for fit in some]
            for one in as_completed(begun):
                run = one.result()
                done[run["task"], run["source"], run["arm"], run["seed"]] = run
                _add(path, run)


def _beside(fit: Fit, done: Mapping[Key, Run]) -> dict[Key, Run]:
    """The finished runs of the same task and seed that others rest on."""
    return {
        key: run
        for key, run in done.items()
        if key[0] == fit.task.name and key[2] in OTHERS_REST_ON and key[3] == fit.seed
    }


def _run(fit: Fit, done: Mapping[Key, Run]) -> Run:
    from training.fitting.classifiers import transformer

    training = _training(fit, done)
    judged = _judged(fit, training)
    others = [row for rows in judged.values() for row in rows]
    fitted = transformer.fit(
        training.rows,
        [*fit.task.test, *others],
        training.config,
        report=_silent,
        model_folder=None,
    )
    on_test, on_others = np.split(fitted.probs, [len(fit.task.test)])
    said = dict(_parts(judged, on_others))
    surroundings = environment.describe(training.config)
    counts = Counter(row.label for row in training.rows)
    return {
        "task": fit.task.name,
        "source": fit.source,
        "arm": fit.arm,
        "seed": fit.seed,
        "rows": len(training.rows),
        "labels": [counts[label] for label in fit.task.labels],
        "weights": _weights(training, said.pop(MOVED, None)).as_json(),
        "loss": fitted.loss,
        "on": surroundings["accelerator"] or surroundings["processor"],
        "seconds": {phase: round(taken, 1) for phase, taken in fitted.seconds.items()},
        "predicted": "".join(str(code) for code in on_test.argmax(axis=1)),
        "log_loss": _log_loss(on_test, fit.task),
        "judged": {name: probs.round(DIGITS).tolist() for name, probs in said.items()},
    }


def _parts(judged: dict[str, list[Row]], probs: Floats) -> Iterator[tuple[str, Floats]]:
    start = 0
    for name, rows in judged.items():
        yield name, probs[start : start + len(rows)]
        start += len(rows)


def _training(fit: Fit, done: Mapping[Key, Run]) -> Training:
    task, seed = fit.task, fit.seed
    if fit.arm == CHECKER:
        return arms.checker(task, seed=seed)
    if fit.arm == BALANCED_CHECKER:
        return arms.checker(task, seed=seed, class_weights="balanced")
    if fit.arm == REAL:
        return arms.real(task, seed=seed)
    if fit.arm == SYNTHETIC:
        return arms.synthetic(task, fit.source, seed=seed)
    return ARMS[fit.arm](task, fit.source, checked_by(fit.task, fit.source, seed, done), seed)


def checked_by(task: Task, source: str, seed: int, done: Mapping[Key, Run]) -> Checked:
    judged = done[task.name, "", CHECKER, seed]["judged"]
    own = done[task.name, source, SYNTHETIC, seed]["judged"]["own"]
    balanced = done.get((task.name, "", BALANCED_CHECKER, seed), {}).get("judged")
    return arms.checked(task, source, judged, own, balanced, seed=seed)


def _judged(fit: Fit, training: Training) -> dict[str, list[Row]]:
    """What is judged beside the test rows."""
    if fit.arm in (CHECKER, BALANCED_CHECKER):
        return {"held_out": arms.held_out(fit.task, seed=fit.seed), **fit.task.synthetic}
    if fit.arm == SYNTHETIC:
        return {"own": fit.task.synthetic[fit.source]}
    return {MOVED: training.rows} if training.config.loss == "dimp" else {}


def _weights(training: Training, moved: Floats | None) -> WeightSummary:
    """Of the rows' weights; those that move with the classifier as they are at the end."""
    config, rows = training.config, training.rows
    if moved is None:
        return weighted_codes(rows, replace(config, weight_normalise=False)).summary
    quality = targets_of(rows, config).quality
    assert quality is not None
    at_the_end = importance_weights(
        quality, arms.of_label(moved, rows, config.labels), exponent=config.weight_exponent
    )
    return summary_of(clipped(at_the_end, low=config.weight_low, high=config.weight_high))


def _log_loss(probs: Floats, task: Task) -> float:
    """Mean cross-entropy on the test rows, nats."""
    given = probs[np.arange(len(probs)), label_codes(task.test, task.labels)]
    return round(float(-np.log(np.maximum(given, 1e-12)).mean()), DIGITS)


def _add(path: Path, run: Run) -> None:
    keep_line(path, run)
    print(*(run[name] for name in ("task", "source", "arm", "seed", "seconds")), flush=True)


def _silent(step: int, steps: int, loss: float | None = None) -> None: ...
