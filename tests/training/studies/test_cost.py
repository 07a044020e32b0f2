from __future__ import annotations

from dataclasses import replace

import pytest

from training.fitting.config import FitConfig
from training.studies.cost import Finished, Kind, guessed, measured, model_gb

MINILM = FitConfig(max_steps=100)
TOOK = Finished(
    kind=Kind.of(MINILM),
    steps=100,
    train_rows=500,
    test_rows=200,
    seconds={"import": 3.0, "load": 2.0, "train": 40.0, "evaluate": 2.0, "all": 47.0},
    memory_mib=1024,
)


def test_time_is_a_fixed_part_and_steps_and_test_rows() -> None:
    rates = measured(Kind.of(MINILM), [TOOK])

    assert rates is not None
    assert (rates.fixed, rates.per_unit, rates.per_test_row) == (5.0, 0.4, 0.01)
    twice = rates.seconds(replace(MINILM, max_steps=200), train_rows=500, test_rows=400)
    assert twice == pytest.approx(1 + 5 + 80 + 4)


def test_rates_are_medians_over_runs_of_the_same_kind_only() -> None:
    slow = replace(TOOK, seconds={"train": 400.0, "evaluate": 2.0, "all": 407.0}, memory_mib=2048)
    other = replace(TOOK, kind=Kind.of(replace(MINILM, batch_size=64)), memory_mib=9999)

    rates = measured(Kind.of(MINILM), [TOOK, slow, TOOK, other])

    assert rates is not None
    assert (rates.per_unit, rates.memory_gb, rates.runs) == (0.4, 2.0, 3)
    assert measured(Kind.of(FitConfig(classifier="tfidf")), [TOOK]) is None


def test_runs_that_note_no_times_are_taken_as_instant() -> None:
    rates = measured(Kind.of(MINILM), [replace(TOOK, seconds={})])

    assert rates is not None
    assert (rates.fixed, rates.per_unit) == (0.0, 0.0)


def test_a_larger_encoder_is_guessed_to_take_longer() -> None:
    small, large = guessed(Kind.of(MINILM)), guessed(Kind.of(replace(MINILM, model="bert")))

    assert large.per_unit == pytest.approx(8 * small.per_unit)
    assert large.memory_gb > small.memory_gb
    assert small.runs == 0


def test_only_kept_models_take_disk() -> None:
    assert model_gb(MINILM) == 0
    assert model_gb(replace(MINILM, save_model=True)) == pytest.approx(0.09)
    assert model_gb(FitConfig(classifier="tfidf", save_model=True)) < 0.01
