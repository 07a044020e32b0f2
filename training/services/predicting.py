"""Trained classifiers that judge new texts; reached through `curation.services.predicting`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from curation.models import Project
from curation.services.predicting import Predict
from training.errors import ModelNotKept
from training.fitting.errors import FitError
from training.fitting.served import ServedModel
from training.models import TrainingRun
from training.services.finished import finished_run, folder_of, repeat_command

BATCH = 256  # texts asked about at a time; bounds memory on both sides


@contextmanager
def open_predictor(project: Project, run_key: str) -> Iterator[Predict]:
    """The run's classifier in a process of its own, which ends with the block or with us.

    Raises:
        RunNotFound: the project has no such run.
        ModelNotKept: it has, but without a usable model; says how to train it again.
    """
    with opened(finished_run(project, run_key)) as predict:
        yield predict


@contextmanager
def opened(run: TrainingRun) -> Iterator[Predict]:
    """The same for a run at hand."""
    folder = folder_of(run)
    if not folder.model.is_dir():
        raise ModelNotKept(run.key, "it kept no model.", repeat_command(run))
    if not folder.is_finished():
        raise ModelNotKept(run.key, "its files have changed.", repeat_command(run))
    try:
        served = ServedModel(folder)
    except FitError as error:
        raise ModelNotKept(run.key, str(error), repeat_command(run)) from error

    def predict(texts: Sequence[str]) -> list[dict[str, float]]:
        try:
            return [
                probs
                for start in range(0, len(texts), BATCH)
                for probs in served(texts[start : start + BATCH])
            ]
        except FitError as error:
            raise ModelNotKept(run.key, str(error), repeat_command(run)) from error

    try:
        yield predict
    finally:
        served.end()
