"""HTTP/1.1 with connections that stay open: as much of it as this server needs."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, TypeAlias


@dataclass(frozen=True, kw_only=True)
class HttpRequest:
    method: str
    path: str  # without the query
    headers: Mapping[str, str]  # names in lower case
    body: bytes
    gone: Callable[[], bool]  # whether the client has hung up by now


@dataclass(frozen=True, kw_only=True)
class HttpResponse:
    status: int = 200
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    cut: bool = False  # half of the body, then the connection is closed
    silence: float = 0  # seconds; nothing is sent, then the connection is closed


Answering: TypeAlias = Callable[[HttpRequest], Awaitable[HttpResponse]]


class BadRequest(Exception):
    """A request this server refuses, with the words it does so with."""

    def __init__(self, message: str, *, status: int = 400, code: str | None = None) -> None:
        super().__init__(message)
        self.response = refused(status, message, code=code)


def as_json(content: Any, *, status: int = 200, **more: Any) -> HttpResponse:
    return HttpResponse(status=status, body=json.dumps(content).encode(), **more)


def refused(
    status: int, message: str, *, code: str | None = None, kind: str = "", **more: Any
) -> HttpResponse:
    """An error as OpenAI words it."""
    kind = kind or ("server_error" if status >= 500 else "invalid_request_error")
    error = {"message": message, "type": kind, "param": None, "code": code}
    return as_json({"error": error}, status=status, **more)


async def converse(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, answer: Answering
) -> None:
    """Answer the requests of one connection, one after the other, until it ends."""
    open_ended = True
    try:
        while open_ended and (request := await _read(reader, writer)):
            try:
                response = await answer(request)
            except BadRequest as bad:
                response = bad.response
            open_ended = await _send(response, reader, writer)
    except (ConnectionError, asyncio.IncompleteReadError):
        pass  # the client went away, which clients may
    finally:
        writer.close()
        with contextlib.suppress(ConnectionError):
            await writer.wait_closed()


async def _read(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> HttpRequest | None:
    """The next request; None at the end of the connection."""
    try:
        head = await reader.readuntil(b"\r\n\r\n")
    except asyncio.IncompleteReadError:
        return None
    start, *lines = head.decode("latin-1").rstrip("\r\n").split("\r\n")
    method, target, _ = start.split(" ", 2)
    pairs = (line.partition(":") for line in lines)
    headers = {name.lower(): value.strip() for name, _, value in pairs}
    body = await reader.readexactly(int(headers.get("content-length", 0)))
    return HttpRequest(
        method=method,
        path=target.partition("?")[0],
        headers=headers,
        body=body,
        gone=lambda: reader.at_eof() or writer.is_closing(),
    )


async def _send(
    response: HttpResponse, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
) -> bool:
    """Send a response, or as much of it as it wants; returns whether the connection goes on."""
    if response.silence:
        with contextlib.suppress(asyncio.TimeoutError):
            await asyncio.wait_for(reader.read(1), response.silence)
        return False
    lines = [
        f"HTTP/1.1 {response.status} {HTTPStatus(response.status).phrase}",
        f"content-length: {len(response.body)}",
        *(f"{name}: {value}" for name, value in response.headers.items()),
    ]
    if "content-type" not in response.headers:
        lines.append("content-type: application/json")
    body = response.body[: len(response.body) // 2] if response.cut else response.body
    writer.write(("\r\n".join(lines) + "\r\n\r\n").encode("latin-1") + body)
    await writer.drain()
    return not response.cut
