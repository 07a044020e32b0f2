"""One installation for all walks of a module."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.browser.walks.studio import Studio, serving
from tests.generation.limited_server import LimitedServer


@pytest.fixture(scope="module")
def studio(chromium: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Studio]:
    with serving(tmp_path_factory.mktemp("studio") / "home", chromium) as studio:
        yield studio


@pytest.fixture(scope="module")
def model() -> Iterator[LimitedServer]:
    """A language model of this machine that writes made-up texts."""
    with LimitedServer(latency_s=0.1) as server:
        yield server
