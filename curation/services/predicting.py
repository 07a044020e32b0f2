"""What the hub asks of trained classifiers, by name: training is above the hub."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import TypeAlias

from django.conf import settings
from django.utils.module_loading import import_string

from curation.models import Project

Predict: TypeAlias = Callable[[Sequence[str]], list[dict[str, float]]]
# N texts → N times label code → p in [0, 1], sum 1


@dataclass(frozen=True, kw_only=True)
class Attached:
    """Where the predictions of a training run on one split are."""

    run_key: str  # the training run: "training:12"
    predictions_key: str  # for `predictions_of`; another one where a stand-in had to be fitted
    split: str  # "test", "train" or "pool"


def open_predictor(project: Project, run_key: str) -> AbstractContextManager[Predict]:
    """A trained classifier that judges new texts for as long as the block lasts.

    Raises:
        CurationError: there is no such run, or it kept no model; said on entering.
    """
    opened: AbstractContextManager[Predict] = import_string(settings.CONCORD_PREDICTOR)(
        project, run_key
    )
    return opened


def attach(project: Project, run_key: str, *, split: str) -> Attached:
    """See to it that a training run's predictions on `split` are attached to its examples.

    Args:
        run_key: "" = the run that was asked for last, rather one that kept its model.
        split: "test", or "train" for real training texts that the run has not seen; where it has
            seen them, a quick stand-in is fitted that has not. "pool" for the texts that annotators
            judge, those left out that the run has seen.

    Raises:
        CurationError: there is no such run, or its files have gone.
    """
    attached: Attached = import_string(settings.CONCORD_ATTACH)(project, run_key, split=split)
    return attached
