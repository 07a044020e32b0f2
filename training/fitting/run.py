"""One fit over one run folder."""

from __future__ import annotations

import time
from contextlib import nullcontext
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from training.fitting import environment
from training.fitting.card import write_card
from training.fitting.classifiers import load_classifier
from training.fitting.classifiers.base import Workplace
from training.fitting.config import FitConfig
from training.fitting.environment import is_main_process
from training.fitting.errors import BadDataset
from training.fitting.failures import explained
from training.fitting.predictions import write_predictions
from training.fitting.rows import Row, label_codes, read_rows
from training.fitting.run_folder import RunFolder, write_json

if TYPE_CHECKING:
    from training.fitting.classifiers.base import Fitted

PROGRESS_SECONDS = 0.25  # at least this long between two writes of progress.json


def run(folder: RunFolder) -> bool:
    """Fit what the folder asks for, unless it is finished already.

    Under `accelerate launch` all processes call it; the first alone locks and writes.

    Returns:
        True when something was fitted, False when the folder was finished before.

    Raises:
        BadConfig, BadDataset: the inputs cannot be used; nothing was fitted.
        FitError: the fit broke off; the folder is not finished.
    """
    config = folder.read_config()
    with folder.locked() if is_main_process() else nullcontext():
        if folder.is_finished():
            return False
        if is_main_process():
            folder.clear_outputs()
        rows = _read(folder, config)
        environment.prepare(config)
        with explained():
            _fit(folder, config, rows)
    return True


@dataclass(frozen=True, kw_only=True)
class _Splits:
    """The rows of a run."""

    train: list[Row]
    test: list[Row]
    validation: list[Row]  # empty where the run has none


def _read(folder: RunFolder, config: FitConfig) -> _Splits:
    has_validation = folder.validation.exists()
    rows = _Splits(
        train=read_rows(folder.train, config.labels),
        test=read_rows(folder.test, config.labels),
        validation=read_rows(folder.validation, config.labels) if has_validation else [],
    )
    seen = {row.label for row in rows.train}
    if len(seen) < 2:
        raise BadDataset(f"train.jsonl has one label only, {rows.train[0].label!r}; a fit needs 2.")
    unseen = {row.label for row in rows.test} - seen
    if unseen and not config.unseen_labels:
        raise BadDataset(
            f"train.jsonl has no row with the label {min(unseen)!r}, which test.jsonl asks for; "
            "add rows with it, or leave the label out."
        )
    if config.patience and not has_validation:
        raise BadDataset("The config has patience, but there is no validation.jsonl to judge by.")
    return rows


class _ProgressFile:
    """Writes the newest step into progress.json, a few times a second at most."""

    def __init__(self, folder: RunFolder) -> None:
        self._path = folder.progress
        self._written = -PROGRESS_SECONDS

    def __call__(self, step: int, steps: int, loss: float | None = None) -> None:
        now = time.monotonic()
        if now - self._written >= PROGRESS_SECONDS or step == steps:
            self._written = now
            write_json(self._path, {"step": step, "steps": steps, "loss": loss})


def _fit(folder: RunFolder, config: FitConfig, rows: _Splits) -> None:
    started = time.perf_counter()
    report = _ProgressFile(folder) if is_main_process() else _silent
    report(0, config.max_steps)
    fit = load_classifier(config.classifier)
    imported = time.perf_counter()
    fitted = fit(
        rows.train,
        rows.test,
        config,
        report=report,
        model_folder=folder.model if config.save_model else None,
        validation=rows.validation,
        workplace=Workplace(checkpoints=folder.checkpoints_of_inputs(), cache=folder.cache),
    )
    seconds = {"import": imported - started, **fitted.seconds}
    seconds["all"] = time.perf_counter() - started
    seconds["processor"] = time.process_time()  # all threads, since the process began
    if is_main_process():
        _write(folder, config, rows, fitted, seconds)


def _silent(step: int, steps: int, loss: float | None = None) -> None: ...


def _write(
    folder: RunFolder, config: FitConfig, rows: _Splits, fitted: Fitted, seconds: dict[str, float]
) -> None:
    write_predictions(folder, rows.test, fitted.probs, config.labels)
    if fitted.dynamics is not None:
        fitted.dynamics.write(folder.dynamics)
    write_json(folder.metrics, _metrics(config, rows, fitted, seconds))
    surroundings = environment.describe(config)
    write_json(folder.environment, {**surroundings, "resumed_at": fitted.resumed_at})
    if config.save_model:
        write_card(folder)
    folder.finish()
    folder.clear_checkpoints()


def _metrics(
    config: FitConfig, rows: _Splits, fitted: Fitted, seconds: dict[str, float]
) -> dict[str, Any]:
    from training.evaluation.calibration import calibration_as_json, fit_temperature
    from training.evaluation.collapse import collapsed_label
    from training.evaluation.scores import score

    gold = label_codes(rows.test, config.labels)
    predicted = fitted.probs.argmax(axis=1)
    scores = score(gold, predicted, n_labels=len(config.labels))
    collapsed = collapsed_label(gold, predicted, n_labels=len(config.labels))
    temperature = None
    if fitted.validation_probs is not None:
        known = label_codes(rows.validation, config.labels)
        temperature = fit_temperature(known, fitted.validation_probs)
    return {
        **scores.as_json(config.labels),
        "collapsed": None if collapsed is None else config.labels[collapsed],
        "calibration": calibration_as_json(gold, fitted.probs, temperature=temperature),
        "loss": fitted.loss,
        "cut": fitted.cut,
        "unseen": sorted({row.label for row in rows.test} - {row.label for row in rows.train}),
        "train_rows": len(rows.train),
        "test_rows": len(rows.test),
        **fitted.facts,
        "seconds": {phase: round(spent, 2) for phase, spent in seconds.items()},
        "peak_rss_mib": _peak_rss_mib(),
    }


def _peak_rss_mib() -> int:
    import resource
    import sys

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak // (1024 * 1024 if sys.platform == "darwin" else 1024)  # bytes there, KiB here
