"""Classifiers. To add one: write `training/fitting/classifiers/<name>.py`, then name it below.

Modules are named as strings, so that reading the registry loads no torch.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from training.fitting.classifiers.base import Classifier

CLASSIFIERS: dict[str, str] = {
    "transformer": "training.fitting.classifiers.transformer",
    "tfidf": "training.fitting.classifiers.tfidf",
}


def load_classifier(name: str) -> Classifier:
    """The `fit` function of the classifier called `name`, a key of CLASSIFIERS."""
    fit: Classifier = import_module(CLASSIFIERS[name]).fit
    return fit
