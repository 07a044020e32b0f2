"""The client against a scripted server: what breaks, breaks into sentences, and nothing doubles."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from curation.label_studio import transport
from curation.label_studio.client import LabelStudioClient, fitting_title
from curation.label_studio.errors import (
    BadToken,
    Gone,
    LabelStudioError,
    Refused,
    ServerFailed,
    Unreachable,
)
from curation.label_studio.records import TaskToPush

Texts = Callable[..., list[TaskToPush]]
CUT, HANG = "cut", "hang"
HTML = "<!DOCTYPE html><html><body>Server Error</body></html>"


class ScriptedServer(ThreadingHTTPServer):
    """Answers as scripted, and keeps the tasks that were imported."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.script: dict[str, list[tuple[int, Any]]] = {}  # path → answers, the last repeats
        self.asked: list[tuple[str, str, str]] = []  # method, path, Authorization
        self.tasks: list[dict[str, Any]] = []
        self.cuts = 0  # imports to commit without answering

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    def count(self, method: str, path: str) -> int:
        return sum((method, path) == entry[:2] for entry in self.asked)


class Handler(BaseHTTPRequestHandler):
    server: ScriptedServer
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self._serve("GET")

    def do_POST(self) -> None:
        self._serve("POST")

    def _serve(self, method: str) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        parts = urlsplit(self.path)
        token = self.headers.get("Authorization", "")
        self.server.asked.append((method, parts.path, token))
        answers = self.server.script.get(parts.path)
        if answers:
            self._answer(*(answers.pop(0) if len(answers) > 1 else answers[0]))
        elif parts.path.endswith("/import"):
            self._import(json.loads(body))
        else:
            self._list(json.loads(parse_qs(parts.query)["query"][0]))

    def _import(self, tasks: list[dict[str, Any]]) -> None:
        for task in tasks:
            self.server.tasks.append({"id": len(self.server.tasks) + 1, **task})
        self.server.cuts -= 1
        self._answer(*((200, CUT) if self.server.cuts >= 0 else (201, {"task_count": len(tasks)})))

    def _list(self, query: dict[str, Any]) -> None:
        beyond = query["filters"]["items"][0]["value"]
        rows = [task for task in self.server.tasks if task["id"] > beyond][:1000]
        self._answer(200, {"total": len(rows), "tasks": rows})

    def _answer(self, status: int, body: Any) -> None:
        if body == CUT:
            self.close_connection = True
            return
        if body == HANG:
            time.sleep(0.5)
        text = body if isinstance(body, str) else json.dumps(body)
        self.send_response(status)
        kind = "text/html" if text.startswith("<") else "application/json"
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(text.encode())))
        self.end_headers()
        self.wfile.write(text.encode())

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    with ScriptedServer() as scripted:
        thread = threading.Thread(target=scripted.serve_forever, args=(0.02,))
        thread.start()
        yield scripted
        scripted.shutdown()
        thread.join()


@pytest.fixture(autouse=True)
def _short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transport, "PAUSES", (0.0, 0.0))


@pytest.fixture
def client(server: ScriptedServer) -> Iterator[LabelStudioClient]:
    server.script = {
        "/health": [(200, {"status": "UP"})],
        "/api/version": [(200, {"release": "1.23.2"})],
        "/api/current-user/whoami": [(200, {"id": 1, "username": "a", "email": "a@b.org"})],
    }
    with closing(LabelStudioClient(server.url, "t0ken")) as client:
        yield client


def test_a_wrong_token_is_told_as_one(server: ScriptedServer, client: LabelStudioClient) -> None:
    server.script["/api/current-user/whoami"] = [(401, {"detail": "Invalid token."})]

    with pytest.raises(BadToken, match=r"does not accept the token \(401: Invalid token\.\)"):
        client.check()


def test_a_legacy_token_is_sent_as_it_is(server: ScriptedServer, client: LabelStudioClient) -> None:
    client.check()

    assert {token for _, _, token in server.asked} == {"Token t0ken"}


def test_a_personal_token_buys_an_access_token_once(server: ScriptedServer) -> None:
    server.script = {
        "/api/token/refresh/": [(200, {"access": "bought"})],
        "/api/current-user/whoami": [(200, {"id": 1, "username": "a", "email": "a@b.org"})],
        "/api/version": [(200, {"release": "1.23.2"})],
        "/health": [(200, {"status": "UP"})],
    }

    with closing(LabelStudioClient(server.url, "a.b.c")) as client:
        client.check()
        client.check()

    assert server.count("POST", "/api/token/refresh/") == 1
    assert {token for _, _, token in server.asked} == {"", "Bearer bought"}


def test_a_personal_token_that_buys_nothing_is_a_bad_token(server: ScriptedServer) -> None:
    server.script["/api/token/refresh/"] = [(401, {"detail": "Token is invalid"})]

    with closing(LabelStudioClient(server.url, "a.b.c")) as client, pytest.raises(BadToken):
        client.check()


@pytest.mark.parametrize(
    ("status", "body"),
    [(200, HTML), (404, HTML), (200, {"hello": "world"}), (200, []), (301, "")],
)
def test_a_server_that_is_not_label_studio_is_told_as_one(
    server: ScriptedServer, client: LabelStudioClient, status: int, body: Any
) -> None:
    server.script["/api/version"] = [(status, body)]

    with pytest.raises(ServerFailed, match="not as Label Studio should"):
        client.check()


def test_nobody_at_the_address_is_told_as_that(free_port: Callable[[], int]) -> None:
    url = f"http://127.0.0.1:{free_port()}"

    with closing(LabelStudioClient(url, "t")) as client, pytest.raises(Unreachable, match=url):
        client.check()


def test_a_server_that_hangs_is_given_up_soon(
    server: ScriptedServer, client: LabelStudioClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("curation.label_studio.client.HEALTH_SECONDS", 0.1)
    server.script["/health"] = [(200, HANG)]

    with pytest.raises(Unreachable, match="timed out"):
        client.check()


def test_a_read_is_repeated_after_a_server_error(
    server: ScriptedServer, client: LabelStudioClient
) -> None:
    server.script["/api/version"] = [(500, HTML), (200, CUT), (200, {"release": "1.23.2"})]
    server.script["/api/current-user/whoami"].insert(0, (502, HTML))

    assert client.check().version == "1.23.2"


def test_a_read_is_not_repeated_for_ever(server: ScriptedServer, client: LabelStudioClient) -> None:
    server.script["/api/version"] = [(500, {"detail": "database is locked"})]

    with pytest.raises(ServerFailed, match="database is locked"):
        client.check()
    assert server.count("GET", "/api/version") == 3


def test_an_import_that_was_committed_before_the_cut_is_not_sent_again(
    server: ScriptedServer, client: LabelStudioClient, texts: Texts
) -> None:
    server.cuts = 2

    pushed = client.push_tasks(5, texts(1200), batch="b")

    assert server.count("POST", "/api/projects/5/import") == 3
    assert len(server.tasks) == len(pushed) == 1200


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        ((200, CUT), Unreachable),
        ((500, {"detail": "database is locked"}), ServerFailed),
        ((404, HTML), Gone),
        ((400, {"validation_errors": {"non_field_errors": ["item 1 :: text"]}}), Refused),
    ],
)
def test_an_import_that_failed_is_not_sent_again_by_itself(
    server: ScriptedServer,
    client: LabelStudioClient,
    texts: Texts,
    answer: tuple[int, Any],
    error: type[LabelStudioError],
) -> None:
    server.script["/api/projects/5/import"] = [answer]

    with pytest.raises(error, match="push 3 tasks into remote project 5"):
        client.push_tasks(5, texts(3), batch="b")

    assert server.count("POST", "/api/projects/5/import") == 1


def test_a_refused_import_does_not_repeat_the_texts(
    server: ScriptedServer, client: LabelStudioClient, texts: Texts
) -> None:
    echo = "Error at item 1: \"text\" key is expected :: {'data': 'a private text'}"
    server.script["/api/projects/5/import"] = [
        (400, {"validation_errors": {"non_field_errors": [{}, echo]}})
    ]

    with pytest.raises(Refused, match="key is expected") as refused:
        client.push_tasks(5, texts(1), batch="b")

    assert "private" not in str(refused.value)


@pytest.mark.parametrize(
    ("title", "fitting"),
    [("", "(project)"), ("ab", "ab (project)"), (" a\n title ", "a title"), ("é" * 50, "é" * 50)],
)
def test_a_title_is_made_to_fit(title: str, fitting: str) -> None:
    assert fitting_title(title) == fitting
