from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

import pytest

from training.fitting.config import FitConfig
from training.fitting.errors import BadConfig


def test_config_comes_back_from_its_file_as_it_was() -> None:
    config = FitConfig(labels=("joke", "news"), seed=3, precision="fp32", save_model=True)

    assert FitConfig.from_json(json.loads(config.as_text())) == config


@pytest.mark.parametrize(
    ("values", "word"),
    [
        ({"steps": 3}, "steps"),
        ({"seed": "three"}, "seed"),
        ({"seed": True}, "seed"),
        ({"save_model": 1}, "save_model"),
        ({"labels": "joke"}, "labels"),
        ({"labels": ["joke", "joke"]}, "Labels"),
        ({"classifier": "oracle"}, "tfidf"),
        ({"precision": "fp8"}, "bf16"),
        ({"max_steps": 0}, "max_steps"),
        ({"learning_rate": -1}, "learning_rate"),
        ({"warmup": 1.0}, "warmup"),
    ],
)
def test_config_that_cannot_be_used_says_what_is_wrong(values: dict[str, Any], word: str) -> None:
    with pytest.raises(BadConfig, match=word):
        FitConfig.from_json(values)


def test_whole_numbers_are_taken_for_shares_and_rates() -> None:
    assert FitConfig.from_json({"warmup": 0}).warmup == 0


def test_reading_the_registry_and_the_config_loads_no_torch() -> None:
    code = (
        "import sys, training.fitting.config, training.fitting.child, training.fitting.run;"
        "print(sorted({'torch', 'transformers', 'sklearn', 'django'} & set(sys.modules)))"
    )

    loaded = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    ).stdout

    assert loaded.strip() == "[]"
