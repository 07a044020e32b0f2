"""One server for all tests of the server."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.generation.limited_server import LimitedServer, ServerConfig


@pytest.fixture(scope="module")
def server() -> Iterator[LimitedServer]:
    """One process for all tests; `limited` gives it the settings of a test."""
    with LimitedServer() as running:
        yield running


@pytest.fixture
def limited(server: LimitedServer) -> LimitedServer:
    server.configure(**{**ServerConfig().as_json(), "log": ""})
    server.reset()
    return server
