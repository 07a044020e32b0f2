"""A last check by a classifier: keep what it still gets wrong."""

from __future__ import annotations

from collections.abc import Sequence

from curation.services.predicting import Predict
from generation.services.desk import LastCheck

RIGHT = "classifier_right"


def wrong_gate(predict: Predict, *, right_from: float = 0.5) -> LastCheck:
    """A gate that rejects texts which the classifier gets right, with p ≥ `right_from`.

    What it gets wrong is kept, and so is what it gets right with less than that.

    >>> sure = [{"joke": 0.9, "news": 0.1}, {"joke": 0.2, "news": 0.8}]
    >>> wrong_gate(lambda texts: sure)(["one", "two"], "joke")
    ['classifier_right', '']
    """

    def gate(texts: Sequence[str], label: str) -> Sequence[str]:
        return [
            RIGHT if probs[label] >= max(right_from, *probs.values()) else ""
            for probs in predict(texts)
        ]

    return gate
