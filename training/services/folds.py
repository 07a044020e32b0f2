"""Out-of-fold predictions: each real training text judged by a quick classifier without it."""

from __future__ import annotations

import hashlib
import shutil
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

from django.conf import settings

from curation.models import Project
from curation.services.predictions import NewPrediction, attach_predictions, predictions_of
from curation.services.training_rows import LabelledRow
from training.errors import RunsFailed
from training.executors.base import TRIES
from training.executors.claim import Claim
from training.executors.local import LocalExecutor
from training.fitting.config import FitConfig
from training.fitting.predictions import Predictions, read_predictions
from training.fitting.rows import Row, rows_as_text
from training.fitting.run_folder import RunFolder, fingerprint_of

FOLDS = 5
POLL_SECONDS = 0.1
CLASSIFIER = "tfidf"


def attach_folds(project: Project, rows: Sequence[LabelledRow]) -> str:
    """Attach out-of-fold predictions of TF-IDF and a linear model, unless they are there.

    Each fold is a run of its own in a child process, a few seconds long; folds that were finished
    before a kill are not fitted again.

    Args:
        rows: at least two of each of two labels.

    Returns:
        The key of the predictions; the same rows give the same key.

    Raises:
        RunsFailed: a fold broke off.
    """
    labels = tuple(project.label_names())
    # a label with one row is unseen in the fold that judges it
    config = FitConfig(labels=labels, classifier=CLASSIFIER, unseen_labels=True)
    plain = [Row(id=row.id, text=row.text, label=row.label) for row in rows]
    name = fingerprint_of(config, train=rows_as_text(plain), test="")[:8]
    key = f"folds:{CLASSIFIER}:{name}"
    place = Path(settings.CONCORD_HOME) / "runs" / project.slug / f"folds-{name}"
    with _alone(place):
        if len({row.example for row in predictions_of(project, key)}) == len(rows):
            return key
        said = _cross_fitted(place, plain, config)
        attach_predictions(project, key, said)
        shutil.rmtree(place, ignore_errors=True)
    return key


@contextmanager
def _alone(place: Path) -> Iterator[None]:
    """Wait until no other process fits the same folds."""
    path = place.with_name(f"{place.name}.claim")
    claim = Claim(path)
    while not claim.take():
        time.sleep(POLL_SECONDS)
    try:
        yield
        path.unlink(missing_ok=True)  # whoever still waits for it finds the predictions
    finally:
        claim.release()


def fold_of(rows: Sequence[Row], *, n_folds: int = FOLDS) -> dict[str, int]:
    """Row id → fold in [0, n_folds); the folds of each label are equally large but for one.

    >>> rows = [Row(id=str(at), text="a", label="joke") for at in range(4)]
    >>> sorted(fold_of(rows, n_folds=2).values())
    [0, 0, 1, 1]
    """
    order = sorted(rows, key=lambda row: (row.label, hashlib.sha256(row.id.encode()).digest()))
    return {row.id: at % n_folds for at, row in enumerate(order)}


def new_predictions(found: Predictions, labels: Sequence[str]) -> list[NewPrediction]:
    return [
        NewPrediction(example=name, probs=dict(zip(labels, probs, strict=True)))
        for name, probs in zip(found.ids, found.probs.tolist(), strict=True)
    ]


def _cross_fitted(place: Path, rows: Sequence[Row], config: FitConfig) -> list[NewPrediction]:
    folds = fold_of(rows)
    folders = []
    for fold in sorted(set(folds.values())):
        folder = RunFolder(place / str(fold))
        folder.write_inputs(
            config,
            train=rows_as_text(row for row in rows if folds[row.id] != fold),
            test=rows_as_text(row for row in rows if folds[row.id] == fold),
        )
        folders.append(folder)
    with closing(LocalExecutor(1, devices=())) as executor:
        for folder in folders:
            _fit(folder, executor, n_folds=len(folders))
    return [
        said
        for folder in folders
        for said in new_predictions(read_predictions(folder, config.labels), config.labels)
    ]


def _fit(folder: RunFolder, executor: LocalExecutor, *, n_folds: int) -> None:
    """Interrupted, the fit does not go on: it ends when the executor is closed."""
    if folder.is_finished():
        return
    for tries in range(1, TRIES + 1):
        handle = executor.start(folder)
        while (ended := handle.ended()) is None:
            time.sleep(POLL_SECONDS)
        if folder.is_finished():
            return
        if not ended.lost or tries == TRIES:
            raise RunsFailed({f"fold {folder.path.name}": ended.complaint}, asked=n_folds)
