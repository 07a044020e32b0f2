"""Fine-tuning a tiny encoder within the process."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from tests.training.factories import LABELS, labelled_rows
from tests.training.fitting.tiny_bert import make_tiny_bert
from training.fitting.classifiers import transformer
from training.fitting.classifiers.base import NOWHERE, Fitted, Workplace
from training.fitting.classifiers.encoders import learning_rate_of, load_encoder
from training.fitting.config import FitConfig

TRAIN, TEST = labelled_rows(8), labelled_rows(5, prefix="test")


@pytest.fixture(scope="module")
def config(tmp_path_factory: pytest.TempPathFactory) -> FitConfig:
    bert = make_tiny_bert(tmp_path_factory.mktemp("bert"))
    return FitConfig(
        labels=LABELS, model=str(bert), max_steps=120, batch_size=4, max_length=16,
        learning_rate=0.003, freeze_embeddings=False,
    )  # fmt: skip


def ignore(step: int, steps: int, loss: float | None = None) -> None: ...


def fitted(config: FitConfig, workplace: Workplace = NOWHERE, **rows: list) -> Fitted:  # type: ignore[type-arg]
    return transformer.fit(
        TRAIN, TEST, config, report=ignore, model_folder=None, workplace=workplace, **rows
    )


def test_it_learns_in_either_precision_with_evaluations_between_steps(config: FitConfig) -> None:
    for precision in ("fp32", "bf16"):
        asked = replace(config, precision=precision, evaluate_every=40)

        found = fitted(asked, validation=labelled_rows(3, prefix="validation"))

        assert found.probs.argmax(axis=1).tolist() == [0] * 5 + [1] * 5
        assert found.facts["precision"] == precision
        assert [one["step"] for one in found.facts["validation"]] == [40, 80, 120]


def test_precision_auto_is_written_down_as_what_it_came_to(config: FitConfig) -> None:
    found = fitted(replace(config, precision="auto", max_steps=2))

    assert found.facts["precision"] in {"fp32", "bf16"}


def test_probabilities_do_not_depend_on_the_order_of_test_rows(config: FitConfig) -> None:
    short = replace(config, max_steps=5)

    there = fitted(short).probs
    back = transformer.fit(TRAIN, TEST[::-1], short, report=ignore, model_folder=None).probs

    assert back[::-1] == pytest.approx(there, abs=1e-6)


def test_tokens_from_the_cache_change_nothing(config: FitConfig, tmp_path: Path) -> None:
    short, place = replace(config, max_steps=5), Workplace(cache=tmp_path)

    first, second = fitted(short, place), fitted(short, place)

    assert list(tmp_path.rglob("*.npz"))
    assert np.array_equal(first.probs, second.probs)
    assert np.array_equal(first.probs, fitted(short).probs)


def test_balanced_class_weights_keep_a_rare_label_from_being_given_up(config: FitConfig) -> None:
    rare = [row for row in labelled_rows(40) if row.label == "joke"][:2]
    rows = [*rare, *(row for row in labelled_rows(40) if row.label == "news")]
    once = replace(config, max_steps=12, learning_rate=0.003)

    plain, balanced = (
        transformer.fit(
            rows, TEST, replace(once, class_weights=weights), report=ignore, model_folder=None
        )
        .probs[:5, 0]
        .mean()
        for weights in ("", "balanced")
    )

    assert balanced > plain


def test_a_learning_rate_of_zero_goes_by_the_size_of_the_encoder(config: FitConfig) -> None:
    model = load_encoder(config).model

    assert learning_rate_of(config, model) == 0.003
    assert learning_rate_of(replace(config, learning_rate=0), model) == 2e-4


REFUSED = "scatter_add does not have a deterministic implementation, but you set it"


@pytest.mark.parametrize("said", [REFUSED, "a shape is off"])
def test_kernels_that_add_in_any_order_are_used_only_where_there_are_no_others(
    config: FitConfig, monkeypatch: pytest.MonkeyPatch, said: str
) -> None:
    learn, strictly = transformer._fit, []

    def refusing_once(*rows: Any, **options: Any) -> Fitted:
        monkeypatch.undo()  # there is no card in truth
        strictly.append(not torch.is_deterministic_algorithms_warn_only_enabled())
        if len(strictly) == 1:
            raise RuntimeError(said)
        return learn(*rows, **options)

    monkeypatch.setattr(transformer, "_fit", refusing_once)
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)

    if said != REFUSED:
        with pytest.raises(RuntimeError, match=said):
            fitted(replace(config, max_steps=1))
        return
    found = fitted(replace(config, max_steps=1))

    assert found.facts["repeatable"] is False
    assert strictly == [True, False]
