"""A classifier for tests, in the place of trained ones: it goes by one word."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from curation.errors import CurationError
from curation.models import Project
from curation.services.predicting import Attached, Predict
from curation.services.predictions import NewPrediction, attach_predictions
from curation.services.training_rows import test_rows, training_rows

KEY = "training:7"
opened: list[str] = []  # keys of the classifiers that were asked for, oldest first


def attach(project: Project, run_key: str, *, split: str) -> Attached:
    """Judge the texts of `split`; the key is KEY unless another is named."""
    key = run_key or KEY
    if not key.startswith("training:"):
        raise CurationError(f"There is no run {key!r}.")
    real = test_rows(project) if split == "test" else training_rows(project, "real", seed=0)
    rows = [NewPrediction(example=one.id, probs=judge(one.text)) for one in real]
    attach_predictions(project, key, rows)
    return Attached(run_key=key, predictions_key=key, split=split)


@contextmanager
def open_predictor(project: Project, run_key: str) -> Iterator[Predict]:
    opened.append(run_key)

    def predict(texts: Sequence[str]) -> list[dict[str, float]]:
        return [judge(text) for text in texts]

    yield predict


def judge(text: str) -> dict[str, float]:
    """Sure of "joke" where a text says funny, rather for "news" where it does not."""
    p = 0.9 if "funny" in text.casefold() else 0.3
    return {"joke": p, "news": 1 - p}
