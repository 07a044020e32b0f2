"""Fits that are killed and go on: the same numbers as without the kill."""

from __future__ import annotations

import os
import signal
from dataclasses import replace
from pathlib import Path

import pytest

from tests.training.factories import LABELS, labelled_rows, make_folder, read_json
from tests.training.fitting.test_child import ended, wait_until
from tests.training.fitting.tiny_bert import make_tiny_bert
from training.fitting.child import Child
from training.fitting.config import FitConfig
from training.fitting.predictions import read_predictions
from training.fitting.rows import rows_as_text
from training.fitting.run_folder import RunFolder


@pytest.fixture(scope="module")
def config(tmp_path_factory: pytest.TempPathFactory) -> FitConfig:
    return FitConfig(
        labels=LABELS,
        model=str(make_tiny_bert(tmp_path_factory.mktemp("bert"))),
        max_steps=200,
        batch_size=4,
        evaluate_every=20,
        max_length=16,
        learning_rate=1e-4,
        dynamics=True,
    )


def with_validation(path: Path, config: FitConfig) -> RunFolder:
    folder = make_folder(path, config)
    folder.write_inputs(
        config,
        train=folder.train.read_text(),
        test=folder.test.read_text(),
        validation=rows_as_text(labelled_rows(4, prefix="validation")),
    )
    return folder


def finished(folder: RunFolder) -> RunFolder:
    child = Child(folder)
    assert ended(child) == 0, child.complaint()
    assert folder.is_finished()
    return folder


def kill_after(folder: RunFolder, step: int) -> None:
    child = Child(folder)
    wait_until(lambda: list(folder.checkpoints.glob(f"*/checkpoint-{step}/aside.pt")))
    os.kill(child.pid, signal.SIGKILL)
    ended(child)
    assert not folder.is_finished()


def numbers(folder: RunFolder) -> dict[str, object]:
    """All that a run found, without how long it took."""
    spent = {"seconds", "peak_rss_mib"}
    return {name: value for name, value in read_json(folder.metrics).items() if name not in spent}


def test_a_killed_fit_ends_with_the_numbers_of_one_that_was_not(
    tmp_path: Path, config: FitConfig
) -> None:
    whole = finished(with_validation(tmp_path / "whole", config))

    killed = with_validation(tmp_path / "killed", config)
    kill_after(killed, 40)
    finished(killed)

    resumed_at = read_json(killed.environment)["resumed_at"]
    assert isinstance(resumed_at, int)
    assert resumed_at >= 40
    assert numbers(killed) == numbers(whole)
    assert killed.predictions.read_bytes() == whole.predictions.read_bytes()
    assert killed.dynamics.read_bytes() == whole.dynamics.read_bytes()
    assert not killed.checkpoints.exists()


def test_a_checkpoint_of_other_rows_is_not_gone_on_from(tmp_path: Path, config: FitConfig) -> None:
    folder = with_validation(tmp_path / "first", config)
    kill_after(folder, 20)
    other = replace(config, seed=1, max_steps=40)

    with_validation(tmp_path / "first", other)
    finished(folder)

    fresh = finished(with_validation(tmp_path / "second", other))
    assert numbers(folder) == numbers(fresh)


def test_training_stops_when_validation_scores_no_longer_rise_and_the_best_weights_are_kept(
    tmp_path: Path, config: FitConfig
) -> None:
    hasty = replace(config, learning_rate=0.05, patience=2, max_steps=400, evaluate_every=5)

    folder = finished(with_validation(tmp_path / "run", hasty))

    metrics = read_json(folder.metrics)
    curve = metrics["validation"]
    assert isinstance(curve, list)
    assert metrics["stopped_early"]
    assert curve[-1]["step"] < hasty.max_steps
    assert curve[-1]["step"] == metrics["best_step"] + 10  # type: ignore[operator]
    assert read_predictions(folder, LABELS).probs.shape == (6, 2)
