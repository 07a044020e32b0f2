"""Clients connect to what was checked, over real sockets."""

from __future__ import annotations

import asyncio
import json
import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from curation.endpoints.policy import EndpointRefused, Endpoints, guarded_by
from curation.endpoints.transports import checked_async_transport, checked_transport
from curation.label_studio.transport import Transport
from generation.errors import ProviderProblem
from generation.providers.base import CompletionRequest, ProviderSettings
from generation.providers.openai_compatible import OpenAICompatible

httpx = pytest.importorskip("httpx")


class Echo(BaseHTTPRequestHandler):
    """Says which host was asked; sends /away to the machine's own service."""

    def do_GET(self) -> None:
        if self.path == "/away":
            self.send_response(302)
            self.send_header("Location", "http://169.254.169.254/latest/")
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        body = json.dumps({"host": self.headers["Host"]}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Quiet."""


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    """A proxy would connect for us, and then it decides."""
    for name in ("http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


@pytest.fixture
def port() -> Iterator[int]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Echo)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    yield server.server_address[1]
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def lab(monkeypatch: pytest.MonkeyPatch) -> Endpoints:
    """llm.lab.org leads here and is allowed; everything else leads nowhere."""

    def look_up(host: str, port: int, *_: Any, **__: Any) -> list[Any]:
        if host == "nobody.lab.org":
            raise socket.gaierror("no such name")
        number = "127.0.0.1" if host.endswith("lab.org") else host
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (number, port))]

    monkeypatch.setattr("curation.endpoints.policy.socket.getaddrinfo", look_up)
    return Endpoints(allowed=frozenset({"llm.lab.org", "nobody.lab.org"}))


def test_the_server_is_asked_under_its_name_at_the_number_that_was_checked(
    port: int, lab: Endpoints
) -> None:
    with httpx.Client(transport=checked_transport(httpx, lab)) as client:
        said = client.get(f"http://llm.lab.org:{port}/").json()

    assert said == {"host": f"llm.lab.org:{port}"}


def test_an_asynchronous_client_does_the_same(port: int, lab: Endpoints) -> None:
    async def ask() -> Any:
        async with httpx.AsyncClient(transport=checked_async_transport(httpx, lab)) as client:
            return (await client.get(f"http://llm.lab.org:{port}/")).json()

    assert asyncio.run(ask()) == {"host": f"llm.lab.org:{port}"}


def test_a_redirect_to_somewhere_else_is_not_followed(port: int, lab: Endpoints) -> None:
    transport = checked_transport(httpx, lab)

    with (
        httpx.Client(transport=transport, follow_redirects=True) as client,
        pytest.raises(EndpointRefused, match=r"169\.254\.169\.254"),
    ):
        client.get(f"http://llm.lab.org:{port}/away")


def test_a_name_that_nobody_knows_is_a_failed_connection(lab: Endpoints) -> None:
    with (
        httpx.Client(transport=checked_transport(httpx, lab)) as client,
        pytest.raises(httpx.ConnectError),
    ):
        client.get("http://nobody.lab.org/")


def test_label_studio_is_asked_only_where_it_may_be(port: int, lab: Endpoints) -> None:
    with guarded_by(lab):
        transport = Transport(f"http://llm.lab.org:{port}")
        said = transport.get("/", doing="try")
        transport.close()
        with pytest.raises(EndpointRefused, match="does not ask"):
            Transport("http://10.0.0.1:8080")

    assert said == {"host": f"llm.lab.org:{port}"}


def test_a_language_model_is_asked_only_where_it_may_be(
    lab: Endpoints, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CONCORD_LLM_KEY", "sk-test-0123456789")
    with guarded_by(lab), pytest.raises(EndpointRefused, match="CONCORD_ALLOWED_ENDPOINTS"):
        OpenAICompatible(settings_for("http://10.0.0.1:8000/v1"))


def test_a_model_server_whose_name_leads_into_the_network_ends_the_run_with_the_reason(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("CONCORD_LLM_KEY", "sk-test-0123456789")

    def look_up(host: str, port: int, *_: Any, **__: Any) -> list[Any]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("192.168.0.1", port))]

    monkeypatch.setattr("curation.endpoints.policy.socket.getaddrinfo", look_up)
    with guarded_by(Endpoints()):
        provider = OpenAICompatible(settings_for("https://api.openai.com/v1"))

    with pytest.raises(ProviderProblem, match=r"leads to 192\.168\.0\.1"):
        asyncio.run(ask_once(provider))


async def ask_once(provider: OpenAICompatible) -> None:
    request = CompletionRequest(
        label="joke", number=0, messages=({"role": "user", "content": "?"},), seed=1,
        n_texts=1, temperature=1.0, max_tokens=5,
    )  # fmt: skip
    try:
        await provider.complete(request)
    finally:
        await provider.close()


def settings_for(url: str) -> ProviderSettings:
    return ProviderSettings(method="zero_shot", labels=("joke", "news"), model="m", base_url=url)
