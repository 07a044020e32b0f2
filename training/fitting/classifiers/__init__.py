"""Classifiers. To add one: write `training/fitting/classifiers/<name>.py`, then name it below.

A module has a `fit` (see `base.Classifier`) and a `load` (see `base.Loader`).

Modules are named as strings, so that reading the registry loads no torch.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from training.fitting.classifiers.base import Classifier, Loader

CLASSIFIERS: dict[str, str] = {
    "transformer": "training.fitting.classifiers.transformer",
    "probe": "training.fitting.classifiers.probe",
    "tfidf": "training.fitting.classifiers.tfidf",
}
STEPLESS = ("probe", "tfidf")  # solved at once: steps and learning rate do not apply


def load_classifier(name: str) -> Classifier:
    """The `fit` function of the classifier called `name`, a key of CLASSIFIERS."""
    fit: Classifier = import_module(CLASSIFIERS[name]).fit
    return fit


def load_loader(name: str) -> Loader:
    """The `load` function of the classifier called `name`, a key of CLASSIFIERS."""
    load: Loader = import_module(CLASSIFIERS[name]).load
    return load
