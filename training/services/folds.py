"""Out-of-fold predictions: each real training text judged by a quick classifier without it."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from hashlib import sha256
from pathlib import Path

import numpy as np
from django.conf import settings

from curation.datasets.dealing import deal, same_texts
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
TOGETHER = "equal texts together"  # how rows are dealt where some are equal; part of the name


def attach_folds(project: Project, rows: Sequence[LabelledRow]) -> str:
    """Attach out-of-fold predictions of TF-IDF and a linear model, unless they are there.

    Rows that equal each other but for case, spacing and punctuation are in one fold, so that no row
    is judged by a classifier that has learned its copy.

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
    # where none are equal, the folds and their name are those of before rows were kept together
    dealing = TOGETHER if len({*same_texts([row.text for row in plain])}) < len(plain) else ""
    name = fingerprint_of(config, train=rows_as_text(plain), test=dealing)[:8]
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
    """Row id → fold in [0, n_folds); equal texts are in one, see `curation.datasets.dealing`.

    >>> rows = [Row(id=str(at), text=text, label="joke") for at, text in enumerate("aAbc")]
    >>> fold_of(rows, n_folds=2)
    {'0': 0, '1': 0, '2': 1, '3': 1}
    """
    names = sorted({row.label for row in rows})
    by_lot = sorted(range(len(rows)), key=lambda at: sha256(rows[at].id.encode()).digest())
    ticket = np.empty(len(rows), dtype=np.uint64)
    ticket[by_lot] = np.arange(len(rows), dtype=np.uint64)
    fold = deal(
        np.array([names.index(row.label) for row in rows], dtype=np.int64),
        ticket,
        folds=n_folds,
        group=same_texts([row.text for row in rows]),
    )
    return {row.id: one for row, one in zip(rows, fold.tolist(), strict=True)}


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
