"""Runs say how far their confidences can be relied on."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.training.factories import LABELS, labelled_rows
from training.evaluation.calibration import COLDEST
from training.fitting.config import FitConfig
from training.fitting.rows import rows_as_text
from training.fitting.run import run
from training.fitting.run_folder import RunFolder

pytestmark = pytest.mark.usefixtures("own_environment")


def calibration(path: Path, classifier: str, *, validation: int) -> dict[str, Any]:
    """Of a run with so many validation rows per label."""
    folder = RunFolder(path)
    folder.write_inputs(
        FitConfig(labels=LABELS, classifier=classifier),
        train=rows_as_text(labelled_rows(6)),
        test=rows_as_text(labelled_rows(3, prefix="test")),
        validation=rows_as_text(labelled_rows(validation, prefix="check")) if validation else None,
    )
    run(folder)
    found: dict[str, Any] = json.loads(folder.metrics.read_text(encoding="utf-8"))["calibration"]
    return found


@pytest.mark.parametrize("classifier", ["tfidf", "probe"])
def test_a_run_with_validation_rows_has_a_temperature(tmp_path: Path, classifier: str) -> None:
    found = calibration(tmp_path, classifier, validation=4)

    temperature = found["temperature"]
    # all validation rows are judged right, so nothing holds the confidence back
    assert (temperature["value"], temperature["rows"]) == (COLDEST, 8)
    assert temperature["ece"] < found["ece"]


def test_a_run_without_has_none(tmp_path: Path) -> None:
    found = calibration(tmp_path, "tfidf", validation=0)

    assert found["temperature"] is None
    assert found["rows"] == 6
    assert 0 <= found["low"] <= found["high"] <= 1
    assert sum(one["rows"] for one in found["curve"]) == 6
