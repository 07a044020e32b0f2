"""A loopback server of OpenAI's batch API that ends each batch at once, as a script says.

For what the limited server does not do: batches that expire or are refused, odd lines, failures
on the way.
"""

from __future__ import annotations

import json
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from typing import Any, TypeAlias
from urllib.parse import parse_qs, urlsplit

from tests.generation.limited_server.batches import multipart
from tests.generation.limited_server.wire import HttpRequest
from tests.generation.loopback import listening

Lines: TypeAlias = Sequence[Mapping[str, Any]]


def good(name: str, text: str = "Fine.", **more: Any) -> str:
    """An answered line."""
    choice = {"message": {"role": "assistant", "content": text}, "finish_reason": "stop"}
    usage = {"prompt_tokens": 10, "completion_tokens": 20}
    return line(name, 200, {"model": "tiny@1", "choices": [choice], "usage": usage} | more)


def line(name: str, status: int, body: Any, error: Any = None) -> str:
    response = {"status_code": status, "request_id": "r", "body": body}
    return json.dumps({"id": "l", "custom_id": name, "response": response, "error": error})


def without_response(name: str, code: str) -> str:
    """A line that never got to the model."""
    error = {"code": code, "message": "This request could not be executed."}
    return json.dumps({"id": "l", "custom_id": name, "response": None, "error": error})


def all_good(names: Sequence[str]) -> Sequence[str]:
    return [good(name) for name in names]


@dataclass(frozen=True, kw_only=True)
class End:
    """How a batch ends."""

    status: str = "completed"
    output: Callable[[Sequence[str]], Sequence[str]] = all_good  # custom ids → lines
    errors: Sequence[Mapping[str, Any]] = ()


@dataclass
class ScriptedBatches:
    """Files and batches in memory. Batches beyond the script are answered in full."""

    ends: list[End]
    page: int = 100
    failing: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    # "GET /batches/*" → statuses of the next answers there; the work is done all the same
    files: dict[str, bytes] = field(default_factory=dict)
    batches: list[dict[str, Any]] = field(default_factory=list)
    base_url: str = ""

    def names(self, batch: int) -> list[str]:
        """The custom ids that were handed in."""
        content = self.files[self.batches[batch]["input_file_id"]]
        return [json.loads(line)["custom_id"] for line in content.splitlines()]

    def stored(self, content: bytes) -> dict[str, Any]:
        file_id = f"file-{len(self.files)}"
        self.files[file_id] = content
        return {"id": file_id, "object": "file"}

    def made(self, asked: Mapping[str, Any]) -> dict[str, Any]:
        end = self.ends.pop(0) if self.ends else End()
        batch = {**asked, "id": f"batch_{len(self.batches)}", "status": end.status}
        batch |= {"created_at": int(time.time()), "errors": {"data": list(end.errors)}}
        self.batches.append(batch)
        lines = end.output(self.names(-1))
        if lines:
            batch["output_file_id"] = self.stored("\n".join(lines).encode())["id"]
        return batch

    def listed(self, after: str) -> dict[str, Any]:
        newest_first = self.batches[::-1]
        names = [batch["id"] for batch in newest_first]
        start = names.index(after) + 1 if after else 0
        shown = newest_first[start : start + self.page]
        return {"data": shown, "has_more": start + self.page < len(names)}

    def answer(self, method: str, target: str, sent: HttpRequest) -> tuple[int, bytes]:
        path = urlsplit(target).path.removeprefix("/v1")
        kind = {"files": "/files", "batches": "/batches"}.get(path.split("/")[1], "?")
        kind += "/*" if path.count("/") > 1 else ""
        status, content = self._worked(f"{method} {kind}", path, target, sent)
        if self.failing[f"{method} {kind}"]:
            status = self.failing[f"{method} {kind}"].pop(0)
            return status, b'{"error": {"message": "not now"}}'
        return status, content

    def _worked(self, kind: str, path: str, target: str, sent: HttpRequest) -> tuple[int, bytes]:
        name = path.split("/")[2] if kind.endswith("*") else ""
        if kind == "GET /files/*":
            return (200, self.files[name]) if name in self.files else (404, b"{}")
        if kind == "POST /files":
            return 200, json.dumps(self.stored(multipart(sent)["file"][1])).encode()
        if kind == "POST /batches":
            return 200, json.dumps(self.made(json.loads(sent.body))).encode()
        if kind == "GET /batches":
            after = parse_qs(urlsplit(target).query).get("after", [""])[0]
            return 200, json.dumps(self.listed(after)).encode()
        found = [batch for batch in self.batches if batch["id"] == name]
        return (200, json.dumps(found[0]).encode()) if found else (404, b"{}")


@contextmanager
def serving_batches(*ends: End, **settings: Any) -> Iterator[ScriptedBatches]:
    """A server on a free loopback port, for as long as the block lasts."""
    script = ScriptedBatches(list(ends), **settings)
    with listening(_handler(script)) as script.base_url:
        yield script


def _handler(script: ScriptedBatches) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._serve("GET")

        def do_POST(self) -> None:
            self._serve("POST")

        def _serve(self, method: str) -> None:
            body = self.rfile.read(int(self.headers.get("content-length", 0)))
            headers = {name.lower(): value for name, value in self.headers.items()}
            sent = HttpRequest(
                method=method, path=self.path, headers=headers, body=body, gone=lambda: False
            )
            status, content = script.answer(method, self.path, sent)
            self.send_response(status)
            self.send_header("content-length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, format: str, *args: Any) -> None:
            """A test prints nothing."""

    return Handler
