"""Losses in whole fits: wrong labels that weigh nothing are not learned, kills change nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.training.factories import LABELS, labelled_rows, make_folder
from tests.training.fitting.test_child import ended
from tests.training.fitting.tiny_bert import make_tiny_bert
from training.fitting.child import Child
from training.fitting.classifiers import load_classifier
from training.fitting.classifiers.base import Fitted, Workplace
from training.fitting.config import FitConfig
from training.fitting.rows import Row, label_codes

OTHER = {"joke": "news", "news": "joke"}
TEST = labelled_rows(4, prefix="test")
TFIDF = FitConfig(labels=LABELS, classifier="tfidf")


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> FitConfig:
    return FitConfig(
        labels=LABELS,
        model=str(make_tiny_bert(tmp_path_factory.mktemp("bert"))),
        max_steps=120,
        batch_size=8,
        max_length=16,
        learning_rate=2e-3,
        freeze_embeddings=False,
    )


def mostly_wrong() -> list[Row]:
    """Two of three rows carry the other label; every column says which."""
    right = [
        replace(row, quality=0.99, diversity=0.5, agreement=1.0, probs=soft(row.label, 1.0))
        for row in labelled_rows(8)
    ]
    wrong = [
        replace(
            row,
            label=OTHER[row.label],
            quality=0.01,
            diversity=0.5,
            agreement=0.01,
            probs=soft(OTHER[row.label], 0.01),
        )
        for row in labelled_rows(16, prefix="wrong")
    ]
    return right + wrong


def soft(label: str, share: float) -> tuple[float, ...]:
    return tuple(share if name == label else 1 - share for name in LABELS)


def right_of_eight(rows: Sequence[Row], config: FitConfig, **options: Any) -> int:
    fit = load_classifier(config.classifier)
    config = replace(config, **options)
    fitted = fit(rows, TEST, config, report=lambda *_: None, model_folder=None)
    return int((fitted.probs.argmax(axis=1) == label_codes(TEST, LABELS)).sum())


@pytest.mark.parametrize("loss", ["soft", "agreement", "imp"])
def test_a_linear_classifier_does_not_learn_what_weighs_nothing(loss: str) -> None:
    assert right_of_eight(mostly_wrong(), TFIDF) == 0
    assert right_of_eight(mostly_wrong(), TFIDF, loss=loss) == 8


def test_a_fine_tuned_one_does_not_either(tiny: FitConfig) -> None:
    assert right_of_eight(mostly_wrong(), tiny) == 0
    for loss in ("soft", "dimp"):
        options = {"weight_low": 0.0, "weight_high": 10.0, "weight_normalise": True}
        assert right_of_eight(mostly_wrong(), tiny, loss=loss, **options) == 8, loss


class BrokenOff(Exception):
    """What ends a fit in the middle."""


def fitted(config: FitConfig, place: Path, *, until: int = 10_000) -> Fitted:
    def report(step: int, steps: int, loss: float | None = None) -> None:
        if step == until:
            raise BrokenOff

    work = Workplace(checkpoints=place)
    fit = load_classifier("transformer")
    return fit(mostly_wrong(), TEST, config, report=report, model_folder=None, workplace=work)


def test_a_dimp_fit_that_goes_on_ends_with_the_same_weights_and_dynamics(
    tmp_path: Path, tiny: FitConfig
) -> None:
    config = replace(tiny, loss="dimp", dynamics=True, evaluate_every=20, max_steps=60)
    whole = fitted(config, tmp_path / "whole")

    with pytest.raises(BrokenOff):
        fitted(config, tmp_path / "broken", until=30)
    again = fitted(config, tmp_path / "broken")

    assert again.facts["weights"] == whole.facts["weights"]
    assert again.probs.tolist() == whole.probs.tolist()
    assert whole.dynamics is not None
    assert again.dynamics is not None
    assert again.dynamics.dynamics().confidence.tolist() == (
        whole.dynamics.dynamics().confidence.tolist()
    )
    assert whole.facts["weights"]["rows"] == 48
    assert 0 < whole.facts["weights"]["share"] < 1


def test_a_run_without_the_column_its_loss_reads_ends_with_one_sentence(tmp_path: Path) -> None:
    child = Child(make_folder(tmp_path, replace(TFIDF, loss="soft"), per_label=3))

    assert ended(child) == 1

    sentence = child.complaint()
    assert sentence.startswith('Loss "soft" reads the column "probs", which 6 of 6 training rows')
    assert "train on a source with votes" in sentence
