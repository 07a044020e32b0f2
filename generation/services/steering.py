"""A wish that follows a classifier's mistakes: which classifier, which sentences, what is kept."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from curation.errors import NothingToDo
from curation.models import Project
from curation.services.predicting import attach, open_predictor
from curation.services.training_rows import training_rows
from generation.models import GenerationRun
from generation.regions.steering import TEST, TRAIN, Steering
from generation.services.asking import Asked
from generation.services.desk import LastCheck
from generation.services.keeping import wrong_gate
from generation.services.regions import counted_regions

ENOUGH = 100  # real training texts from which on the test set need not be looked at


def steer(project: Project, asked: Asked, *, wish: Mapping[str, Any]) -> Asked:
    """The wish with its sentences; as it is where its method reads no classifier.

    Where no run is named, a wish that was broken off goes on with the classifier it began with;
    any other takes the newest.

    Raises:
        CurationError: there is no finished training run, or its files have gone.
    """
    if asked.steering is None:
        return asked
    steering = _begun(project, asked.steering, wish)
    split = steering.regions_from or _default_split(project)
    attached = attach(project, steering.run_key, split=split)
    counted = counted_regions(
        project, attached.predictions_key, split=split, language=asked.language
    )
    return replace(
        asked,
        regions={name: tuple(one.sentence for one in found) for name, found in counted.items()},
        steering=replace(
            steering,
            run_key=attached.run_key,
            regions_from=split,
            predictions_key=attached.predictions_key,
            rows={name: tuple(one.rows for one in found) for name, found in counted.items()},
        ),
    )


@contextmanager
def last_check(project: Project, asked: Asked) -> Iterator[LastCheck | None]:
    """The gate of a steered wish, whose classifier runs as long as the block; None for others.

    Raises:
        CurationError: the training run kept no model; says how to train it again.
    """
    if asked.steering is None:
        yield None
        return
    with open_predictor(project, asked.steering.run_key) as predict:
        yield wrong_gate(predict, right_from=asked.steering.right_from)


def _default_split(project: Project) -> str:
    try:
        return TRAIN if len(training_rows(project, "real", seed=0)) >= ENOUGH else TEST
    except NothingToDo:
        return TEST


def _begun(project: Project, steering: Steering, wish: Mapping[str, Any]) -> Steering:
    """With the run and the split of the same wish that was broken off, where it names none."""
    if steering.run_key:
        return steering
    runs = GenerationRun.objects.filter(project=project, params__has_key="run_key")
    unfinished = runs.exclude(status=GenerationRun.Status.SUCCESSFUL)
    for run in unfinished.order_by("-number"):
        if _without_count(run.wish) == _without_count(wish):
            return replace(
                steering,
                run_key=run.params["run_key"],
                regions_from=run.params["regions_from"],
            )
    return steering


def _without_count(wish: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in wish.items() if name != "count"}
