"""One limited server for all tests; each test gets it empty, with settings of its own."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.generation.limited_server import LimitedServer, ServerConfig


@pytest.fixture(scope="session")
def running_server() -> Iterator[LimitedServer]:
    with LimitedServer() as server:
        yield server


@pytest.fixture
def server(running_server: LimitedServer) -> LimitedServer:
    running_server.configure(**{**ServerConfig().as_json(), "log": ""})
    running_server.reset()
    return running_server
