"""Files and batches: /v1/files and /v1/batches, as far as the batch API is used for chat."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests.generation.limited_server.chat import FAILURES, checked, json_of
from tests.generation.limited_server.config import BREAKING
from tests.generation.limited_server.draws import seeded
from tests.generation.limited_server.ledger import GOOD
from tests.generation.limited_server.state import State, bill_for
from tests.generation.limited_server.wire import BadRequest, HttpRequest, HttpResponse, as_json

ENDPOINT = "/v1/chat/completions"
VALIDATING = 0.1  # of a batch's time
UNDER_WAY = ("validating", "in_progress")


@dataclass(kw_only=True)
class StoredFile:
    """A file that was sent or is an output."""

    id: str
    name: str
    purpose: str
    content: bytes

    def as_json(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "object": "file",
            "bytes": len(self.content),
            "created_at": int(time.time()),
            "filename": self.name,
            "purpose": self.purpose,
            "status": "processed",
        }


@dataclass(kw_only=True)
class Batch:
    """A batch as the API shows it, and when it began."""

    shown: dict[str, Any]
    lines: list[dict[str, Any]]
    began: float = field(default_factory=time.monotonic)
    timer: asyncio.TimerHandle | None = None


class Batches:
    """All files and batches of a server. Rate limits do not apply; bills do."""

    def __init__(self, state: State) -> None:
        self._state = state
        self._files: dict[str, StoredFile] = {}
        self._batches: dict[str, Batch] = {}

    def routes(self) -> dict[tuple[str, str], Callable[..., HttpResponse]]:
        """(method, path) → endpoint; "*" in a path is handed over as the identifier."""
        return {
            ("POST", "/v1/files"): self.upload,
            ("GET", "/v1/files/*"): self.file,
            ("GET", "/v1/files/*/content"): self.content,
            ("POST", "/v1/batches"): self.create,
            ("GET", "/v1/batches"): self.every,
            ("GET", "/v1/batches/*"): self.batch,
            ("POST", "/v1/batches/*/cancel"): self.cancel,
        }

    def forget(self) -> None:
        """Drop everything, also what is under way."""
        for batch in self._batches.values():
            if batch.timer:
                batch.timer.cancel()
        self._files.clear()
        self._batches.clear()

    def upload(self, sent: HttpRequest) -> HttpResponse:
        parts = multipart(sent)
        if not {"file", "purpose"} <= set(parts):
            raise BadRequest("A file needs a purpose and a content.")
        purpose = parts["purpose"][1].decode()
        return as_json(self._store(parts["file"][0], purpose, parts["file"][1]).as_json())

    def file(self, sent: HttpRequest, file_id: str) -> HttpResponse:
        return as_json(self._file(file_id).as_json())

    def content(self, sent: HttpRequest, file_id: str) -> HttpResponse:
        headers = {"content-type": "application/octet-stream"}
        return HttpResponse(body=self._file(file_id).content, headers=headers)

    def create(self, sent: HttpRequest) -> HttpResponse:
        asked = json_of(sent)
        if asked.get("endpoint") != ENDPOINT:
            raise BadRequest(f"This server's batches are for {ENDPOINT}.")
        stored = self._file(str(asked.get("input_file_id")))
        lines = [json.loads(line) for line in stored.content.decode().splitlines() if line]
        number = f"batch_{len(self._batches) + 1}"
        shown = {
            "id": number,
            "object": "batch",
            "endpoint": ENDPOINT,
            "input_file_id": stored.id,
            "completion_window": asked.get("completion_window", "24h"),
            "status": "validating",
            "created_at": int(time.time()),
            "metadata": asked.get("metadata"),
            "output_file_id": None,
            "error_file_id": None,
            "request_counts": {"total": len(lines), "completed": 0, "failed": 0},
        }
        batch = self._batches[number] = Batch(shown=shown, lines=lines)
        loop, seconds = asyncio.get_running_loop(), self._state.config.batch_seconds
        batch.timer = loop.call_later(seconds, self._finish, batch, "completed")
        return as_json(batch.shown)

    def every(self, sent: HttpRequest) -> HttpResponse:
        shown = [self._shown(batch) for batch in reversed(self._batches.values())]
        return as_json({"object": "list", "data": shown, "has_more": False})

    def batch(self, sent: HttpRequest, batch_id: str) -> HttpResponse:
        return as_json(self._shown(self._batch(batch_id)))

    def cancel(self, sent: HttpRequest, batch_id: str) -> HttpResponse:
        """Stop; what was worked on so far is paid for and can be fetched."""
        batch = self._batch(batch_id)
        if batch.shown["status"] not in UNDER_WAY:
            raise BadRequest(f"The batch is {batch.shown['status']}.", status=409)
        if batch.timer:
            batch.timer.cancel()
        self._finish(batch, "cancelled")
        return as_json(batch.shown)

    def _shown(self, batch: Batch) -> dict[str, Any]:
        if batch.shown["status"] in UNDER_WAY:
            batch.shown["status"] = UNDER_WAY[self._share_done(batch) > VALIDATING]
        return batch.shown

    def _share_done(self, batch: Batch) -> float:
        seconds = self._state.config.batch_seconds
        return min(1.0, (time.monotonic() - batch.began) / seconds) if seconds else 1.0

    def _finish(self, batch: Batch, status: str) -> None:
        """Work on the lines the time was enough for, in an order of the server's own."""
        shown, lines = batch.shown, list(batch.lines)
        seeded("batch", self._state.config.seed, shown["id"]).shuffle(lines)
        if status == "cancelled":
            lines = lines[: int(len(lines) * self._share_done(batch))]
        results = [self._result(line) for line in lines]
        good = [result for result in results if result["response"]["status_code"] == 200]
        failed = [result for result in results if result["response"]["status_code"] != 200]
        shown["status"], shown[f"{status}_at"] = status, int(time.time())
        shown["output_file_id"] = self._output(good)
        shown["error_file_id"] = self._output(failed)
        shown["request_counts"] |= {"completed": len(good), "failed": len(failed)}

    def _result(self, line: dict[str, Any]) -> dict[str, Any]:
        """One line's result. A fault that has no place in a file becomes an error 500."""
        response: dict[str, Any] = {"status_code": 200, "request_id": f"req_{line['custom_id']}"}
        try:
            work = self._state.consider(checked(line["body"], self._state.config))
        except BadRequest as bad:
            response |= {"status_code": bad.response.status, "body": json.loads(bad.response.body)}
        else:
            ledger, fault = self._state.ledger, work.fate.fault
            ledger.attempts[work.hash] += 1
            if fault:
                ledger.fault(fault)
            if fault in FAILURES or fault in BREAKING:
                status, message = FAILURES.get(fault, FAILURES["error_500"])
                response |= {"status_code": status, "body": {"error": {"message": message}}}
            else:
                ledger.bill(bill_for(work, outcome=fault or GOOD, batch=True))
                response["body"] = work.body()
        return {
            "id": f"batch_req_{line['custom_id']}",
            "custom_id": line["custom_id"],
            "response": response,
            "error": None,
        }

    def _output(self, results: list[dict[str, Any]]) -> str | None:
        if not results:
            return None
        content = "".join(json.dumps(result) + "\n" for result in results)
        return self._store("output.jsonl", "batch_output", content.encode()).id

    def _store(self, name: str, purpose: str, content: bytes) -> StoredFile:
        file_id = f"file-{len(self._files) + 1}"
        stored = StoredFile(id=file_id, name=name, purpose=purpose, content=content)
        self._files[file_id] = stored
        return stored

    def _file(self, file_id: str) -> StoredFile:
        if file_id not in self._files:
            raise BadRequest(f"No such File object: {file_id}", status=404)
        return self._files[file_id]

    def _batch(self, batch_id: str) -> Batch:
        if batch_id not in self._batches:
            raise BadRequest(f"No batch found with id '{batch_id}'.", status=404)
        return self._batches[batch_id]


def multipart(sent: HttpRequest) -> dict[str, tuple[str, bytes]]:
    """The parts of a form: name → (file name, content)."""
    _, _, boundary = sent.headers.get("content-type", "").partition("boundary=")
    if not boundary:
        raise BadRequest("A file comes as multipart/form-data.")
    parts = {}
    for part in sent.body.split(b"--" + boundary.strip('"').encode())[1:-1]:
        head, _, content = part.removeprefix(b"\r\n").partition(b"\r\n\r\n")
        names = dict(
            pair.strip().split("=", 1)
            for line in head.decode().split("\r\n")
            if line.lower().startswith("content-disposition")
            for pair in line.split(";")[1:]
        )
        file_name = names.get("filename", "").strip('"')
        parts[names["name"].strip('"')] = (file_name, content.removesuffix(b"\r\n"))
    return parts
