"""One fit over one run folder."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from training.fitting import environment
from training.fitting.card import write_card
from training.fitting.classifiers import load_classifier
from training.fitting.config import FitConfig
from training.fitting.errors import BadDataset
from training.fitting.predictions import write_predictions
from training.fitting.rows import Row, label_codes, read_rows
from training.fitting.run_folder import RunFolder, write_json

if TYPE_CHECKING:
    from training.fitting.classifiers.base import Fitted

PROGRESS_SECONDS = 0.25  # at least this long between two writes of progress.json


def run(folder: RunFolder) -> bool:
    """Fit what the folder asks for, unless it is finished already.

    Returns:
        True when something was fitted, False when the folder was finished before.

    Raises:
        BadConfig, BadDataset: the inputs cannot be used; nothing was fitted.
    """
    config = folder.read_config()
    with folder.locked():
        if folder.is_finished():
            return False
        folder.clear_outputs()
        train = read_rows(folder.train, config.labels)
        test = read_rows(folder.test, config.labels)
        if len({row.label for row in train}) < 2:
            raise BadDataset(f"train.jsonl has one label only, {train[0].label!r}; a fit needs 2.")
        environment.prepare(config)
        _fit(folder, config, train, test)
    return True


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


def _fit(folder: RunFolder, config: FitConfig, train: Sequence[Row], test: Sequence[Row]) -> None:
    started = time.perf_counter()
    report = _ProgressFile(folder)
    report(0, config.max_steps)
    fit = load_classifier(config.classifier)
    imported = time.perf_counter()
    model_folder = folder.model if config.save_model else None
    fitted = fit(train, test, config, report=report, model_folder=model_folder)
    write_predictions(folder, test, fitted.probs, config.labels)
    if fitted.dynamics is not None:
        fitted.dynamics.write(folder.dynamics)
    seconds = {"import": imported - started, **fitted.seconds}
    seconds["all"] = time.perf_counter() - started
    seconds["processor"] = time.process_time()  # all threads, since the process began
    write_json(folder.metrics, _metrics(config, train, test, fitted, seconds))
    write_json(folder.environment, environment.describe(config))
    if config.save_model:
        write_card(folder)
    folder.finish()


def _metrics(
    config: FitConfig,
    train: Sequence[Row],
    test: Sequence[Row],
    fitted: Fitted,
    seconds: dict[str, float],
) -> dict[str, Any]:
    from training.evaluation.calibration import calibration_as_json
    from training.evaluation.collapse import collapsed_label
    from training.evaluation.scores import score

    gold = label_codes(test, config.labels)
    predicted = fitted.probs.argmax(axis=1)
    scores = score(gold, predicted, n_labels=len(config.labels))
    collapsed = collapsed_label(gold, predicted, n_labels=len(config.labels))
    return {
        **scores.as_json(config.labels),
        "collapsed": None if collapsed is None else config.labels[collapsed],
        "calibration": calibration_as_json(gold, fitted.probs),
        "loss": fitted.loss,
        "cut": fitted.cut,
        "train_rows": len(train),
        "test_rows": len(test),
        "seconds": {phase: round(spent, 2) for phase, spent in seconds.items()},
        "peak_rss_mib": _peak_rss_mib(),
    }


def _peak_rss_mib() -> int:
    import resource
    import sys

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak // (1024 * 1024 if sys.platform == "darwin" else 1024)  # bytes there, KiB here
