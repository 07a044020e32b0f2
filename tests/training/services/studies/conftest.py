from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.training.inline import InlineExecutor
from training.executors import EXECUTORS


@pytest.fixture
def inline(
    monkeypatch: pytest.MonkeyPatch, own_environment: None
) -> Iterator[type[InlineExecutor]]:
    """Runs are fitted in this process, at once."""
    monkeypatch.setitem(EXECUTORS, "local", "tests.training.inline.InlineExecutor")
    monkeypatch.setattr("training.services.studies.running.POLL_SECONDS", 0.0)
    monkeypatch.setattr("training.services.studies.running.LOOK_SECONDS", 0.0)
    InlineExecutor.reset()
    yield InlineExecutor
    InlineExecutor.reset()
