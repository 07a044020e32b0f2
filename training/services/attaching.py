"""A run's predictions onto the hub's examples; reached through `curation.services.predicting`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from curation.duplicates import normalised
from curation.errors import NothingToDo
from curation.models import Example, Project
from curation.progress import Progress, silent
from curation.services.predicting import Attached
from curation.services.predictions import (
    NewPrediction,
    attach_predictions,
    predictions_of,
)
from curation.services.training_rows import training_rows
from training.errors import RunFilesGone
from training.fitting.predictions import read_predictions
from training.fitting.rows import read_rows
from training.models import TrainingRun
from training.services.finished import finished_run, folder_of, repeat_command
from training.services.folds import attach_folds, new_predictions
from training.services.predicting import opened

POOL, TRAIN = "pool", "train"
AT_ONCE = 1_000  # texts judged before what was said is stored


def attach(project: Project, run_key: str, *, split: str, progress: Progress = silent) -> Attached:
    """See to it that predictions on `split` are attached. See `curation.services.predicting`.

    Raises:
        RunNotFound, RunFilesGone, ModelNotKept: there is nothing to read them from.
        NothingToDo: the project has no real training texts, or no pool texts unknown to the run.
    """
    run = finished_run(project, run_key)
    if split == POOL:
        _attach_pool(project, run, progress)
        return Attached(run_key=run.key, predictions_key=run.key, split=split)
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


def _attach_train(project: Project, run: TrainingRun) -> str:
    """The key under which real training texts are judged by who has not seen them."""
    rows = training_rows(project, "real", seed=0)
    seen = _seen(run)
    unseen = [(row.id, row.text) for row in rows if not seen.holds(row.id, row.text)]
    if not unseen or seen.ids & {row.id for row in rows}:
        return attach_folds(project, rows)
    _judge(project, run, unseen, silent)
    return run.key


def _attach_pool(project: Project, run: TrainingRun, progress: Progress) -> None:
    """Judge the pool texts that the run was not trained on: it knows the others by heart."""
    seen = _seen(run)
    texts = (
        Example.objects.filter(project=project)
        .pool()
        .order_by("external_id")
        .values_list("external_id", "text")
    )
    unseen = [(name, text) for name, text in texts.iterator() if not seen.holds(name, text)]
    if not unseen:
        raise NothingToDo(
            f"{run.key} was trained on every text of the pool, or there is none; "
            f"train on other texts, such as manage.py train {project.slug} --source real."
        )
    _judge(project, run, unseen, progress)


@dataclass(frozen=True, kw_only=True)
class _Seen:
    """What a run was trained on."""

    ids: set[str]
    texts: set[str]  # normalised

    def holds(self, name: str, text: str) -> bool:
        """Whether the run has seen the text, perhaps in other case, spacing or punctuation."""
        return name in self.ids or normalised(text) in self.texts


def _seen(run: TrainingRun) -> _Seen:
    folder = folder_of(run)
    if not folder.train.exists():
        raise RunFilesGone(run.key, repeat_command(run))
    rows = read_rows(folder.train, run.config["labels"])
    return _Seen(ids={row.id for row in rows}, texts={normalised(row.text) for row in rows})


def _judge(
    project: Project, run: TrainingRun, texts: Sequence[tuple[str, str]], progress: Progress
) -> None:
    """Attach what the run's own model says of (id, text) pairs; what it has said is kept."""
    said = {row.example for row in predictions_of(project, run.key)}
    fresh = [(name, text) for name, text in texts if name not in said]
    if not fresh:
        return
    with opened(run) as predict:
        for start in range(0, len(fresh), AT_ONCE):
            names, asked = zip(*fresh[start : start + AT_ONCE], strict=True)
            rows = [
                NewPrediction(example=name, probs=probs)
                for name, probs in zip(names, predict(asked), strict=True)
            ]
            attach_predictions(project, run.key, rows)
            progress(start + len(rows), len(fresh))
