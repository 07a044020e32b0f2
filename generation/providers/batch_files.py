"""The files of a batch: one JSON object a line, requests going in and results coming out."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

ENDPOINT = "/v1/chat/completions"


@dataclass(frozen=True, kw_only=True)
class Result:
    """What became of one request."""

    status: int  # of HTTP; 0: it got none
    body: Any = None  # the answer, as it came
    error: Any = None  # the error object, if it was refused or failed


@dataclass(kw_only=True)
class Results:
    """The lines of a batch's output files, by custom id."""

    by_id: dict[str, Result] = field(default_factory=dict)
    unreadable: int = 0  # lines that name no request

    def add(self, content: bytes) -> None:
        """Read one file. A line that cannot be read spoils itself alone.

        >>> results = Results()
        >>> results.add(b'{"custom_id": "a", "response": {"status_code": 200, "body": 1}}\\n{')
        >>> results.by_id["a"].body, results.unreadable
        (1, 1)
        """
        for line in content.splitlines():
            if not line.strip():
                continue
            read = _object(line)
            name = read.get("custom_id")
            if isinstance(name, str) and name:
                self.by_id[name] = _result(read)
            else:
                self.unreadable += 1


def custom_id(body: Mapping[str, Any]) -> str:
    """The name of a request in every batch: SHA-256 of its body, as 64 hexadecimal digits."""
    canonical = json.dumps(body, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(canonical.encode("utf-8", "surrogatepass")).hexdigest()


def request_line(name: str, body: Mapping[str, Any]) -> bytes:
    """A request as a line of an input file."""
    line = {"custom_id": name, "method": "POST", "url": ENDPOINT, "body": body}
    return json.dumps(line).encode() + b"\n"


def custom_ids(content: bytes) -> Iterator[str]:
    """The names in an input file; lines that cannot be read have none."""
    for line in content.splitlines():
        name = _object(line).get("custom_id")
        if isinstance(name, str):
            yield name


def _result(line: Mapping[str, Any]) -> Result:
    response = line.get("response")
    if not isinstance(response, dict) or not isinstance(response.get("status_code"), int):
        return Result(status=0, error=line.get("error"))
    status, body = response["status_code"], response.get("body")
    error = body.get("error", body) if isinstance(body, dict) else None
    return Result(status=status, body=body, error=line.get("error") or error)


def _object(line: bytes) -> dict[str, Any]:
    """A line as the object it should be; {} when it is none."""
    try:
        read = json.loads(line)
    except (ValueError, RecursionError):
        return {}
    return read if isinstance(read, dict) else {}
