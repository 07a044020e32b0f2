"""Frozen vectors and a linear head."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tests.training.factories import LABELS, labelled_rows
from training.fitting.classifiers import probe
from training.fitting.classifiers.base import Workplace
from training.fitting.config import FitConfig
from training.fitting.errors import BadConfig, BadModel
from training.fitting.rows import Row

CONFIG = FitConfig(classifier="probe", labels=LABELS)
TRAIN, TEST = labelled_rows(6), labelled_rows(3, prefix="test")


def ignore(step: int, steps: int, loss: float | None = None) -> None: ...


def fitted(
    rows: list[Row], config: FitConfig, cache: Path, *, keep: Path | None = None
) -> np.ndarray:  # type: ignore[type-arg]
    place = Workplace(cache=cache)
    return probe.fit(rows, TEST, config, report=ignore, model_folder=keep, workplace=place).probs


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cache")


def test_it_tells_texts_apart_whatever_the_seed_and_the_order_of_rows(cache: Path) -> None:
    probs = fitted(TRAIN, CONFIG, cache)

    assert probs.argmax(axis=1).tolist() == [0, 0, 0, 1, 1, 1]
    assert probs.sum(axis=1) == pytest.approx([1.0] * 6)
    assert fitted(TRAIN, replace(CONFIG, seed=7), cache).tolist() == probs.tolist()
    assert fitted(TRAIN[::-1], CONFIG, cache) == pytest.approx(probs, abs=1e-4)


def test_a_kept_head_says_the_same(tmp_path: Path, cache: Path) -> None:
    probs = fitted(TRAIN, CONFIG, cache, keep=tmp_path)

    judge = probe.load(tmp_path, CONFIG)

    assert judge([row.text for row in TEST]) == pytest.approx(probs, abs=1e-5)


def test_a_broken_head_gets_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "head.npz").write_bytes(b"nothing")

    with pytest.raises(BadModel, match="The kept model cannot be read"):
        probe.load(tmp_path, CONFIG)


def test_soft_labels_that_say_the_opposite_turn_the_answers(cache: Path) -> None:
    turned = [
        replace(row, probs=(0.1, 0.9) if row.label == "joke" else (0.9, 0.1)) for row in TRAIN
    ]

    probs = fitted(turned, replace(CONFIG, loss="soft"), cache)

    assert probs.argmax(axis=1).tolist() == [1, 1, 1, 0, 0, 0]


def test_rows_that_weigh_nothing_are_as_good_as_gone(cache: Path) -> None:
    wrong = [replace(row, id=f"wrong-{row.id}", label="news", weight=0.0) for row in TRAIN[:6]]

    with_wrong = fitted([*TRAIN, *wrong], CONFIG, cache)

    assert with_wrong == pytest.approx(fitted(TRAIN, CONFIG, cache), abs=0.02)


def test_other_encoders_get_a_sentence(cache: Path) -> None:
    with pytest.raises(BadConfig, match='knows the encoder "minilm" only'):
        fitted(TRAIN, replace(CONFIG, model="bert-base-uncased"), cache)


def test_three_labels_get_a_probability_each(cache: Path) -> None:
    poems = [Row(id=f"p{at}", text=f"o rose thou art sick {at}", label="poem") for at in range(6)]

    probs = fitted([*TRAIN, *poems], replace(CONFIG, labels=(*LABELS, "poem")), cache)

    assert probs.shape == (6, 3)
    assert probs.argmax(axis=1).tolist() == [0, 0, 0, 1, 1, 1]
    assert probs.sum(axis=1) == pytest.approx([1.0] * 6)
