"""A project to write for, a recording to replay, an environment without keys."""

from __future__ import annotations

from pathlib import Path

import pytest

from curation.models import Project
from generation.providers.address import KEY_VARIABLES
from tests.factories import make_project
from tests.generation.recordings import numbered_texts, write_recording


@pytest.fixture(autouse=True)
def no_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in (*KEY_VARIABLES, "OPENAI_BASE_URL"):
        monkeypatch.delenv(variable, raising=False)


@pytest.fixture
def project(db: None) -> Project:
    return make_project("jokes", labels=("joke", "news"))


@pytest.fixture
def recording(tmp_path: Path) -> Path:
    """Four turns of five texts for each of the two labels: 40 texts."""
    return write_recording(
        tmp_path / "jokes.jsonl",
        {label: numbered_texts(label, turns=4, per_turn=5) for label in ("joke", "news")},
    )
