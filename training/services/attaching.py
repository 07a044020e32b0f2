"""A run's predictions onto the hub's examples; reached through `curation.services.predicting`."""

from __future__ import annotations

from collections.abc import Sequence

from curation.models import Project
from curation.services.predicting import Attached
from curation.services.predictions import (
    NewPrediction,
    attach_predictions,
    predictions_of,
)
from curation.services.training_rows import LabelledRow, training_rows
from training.errors import RunFilesGone
from training.fitting.predictions import Predictions, read_predictions
from training.fitting.rows import read_rows
from training.models import TrainingRun
from training.services.finished import finished_run, folder_of, repeat_command
from training.services.folds import attach_folds
from training.services.predicting import opened

TRAIN = "train"


def attach(project: Project, run_key: str, *, split: str) -> Attached:
    """See to it that predictions on `split` are attached. See `curation.services.predicting`.

    Raises:
        RunNotFound, RunFilesGone, ModelNotKept: there is nothing to read them from.
        NothingToDo: the project has no real training texts.
    """
    run = finished_run(project, run_key)
    if split != TRAIN:
        attach_test(run)
        return Attached(run_key=run.key, predictions_key=run.key, split=split)
    key = _attach_train(project, run)
    return Attached(run_key=run.key, predictions_key=key, split=split)


def attach_test(run: TrainingRun) -> int:
    """Attach what a finished run said about its test rows; rows that are new or have changed.

    Raises:
        RunFilesGone: its folder is not there.
    """
    labels: list[str] = run.config["labels"]
    try:
        found = read_predictions(folder_of(run), labels)
    except OSError as error:
        raise RunFilesGone(run.key, repeat_command(run, keep=False)) from error
    return attach_predictions(run.project, run.key, new_predictions(found, labels))


def new_predictions(found: Predictions, labels: Sequence[str]) -> list[NewPrediction]:
    return [
        NewPrediction(example=name, probs=dict(zip(labels, probs, strict=True)))
        for name, probs in zip(found.ids, found.probs.tolist(), strict=True)
    ]


def _attach_train(project: Project, run: TrainingRun) -> str:
    """The key under which real training texts are judged by who has not seen them."""
    rows = training_rows(project, "real", seed=0)
    if _seen(run) & {row.id for row in rows}:
        return attach_folds(project, rows)
    said = {row.example for row in predictions_of(project, run.key)}
    fresh = [row for row in rows if row.id not in said]
    if fresh:
        _judge(project, run, fresh)
    return run.key


def _seen(run: TrainingRun) -> set[str]:
    """Ids of the rows that the run was trained on."""
    folder = folder_of(run)
    if not folder.train.exists():
        raise RunFilesGone(run.key, repeat_command(run))
    return {row.id for row in read_rows(folder.train, run.config["labels"])}


def _judge(project: Project, run: TrainingRun, rows: Sequence[LabelledRow]) -> None:
    with opened(run) as predict:
        judged = predict([row.text for row in rows])
    attach_predictions(
        project,
        run.key,
        [
            NewPrediction(example=row.id, probs=probs)
            for row, probs in zip(rows, judged, strict=True)
        ],
    )
