"""Requests of a program to Concord, sent again where their answers were lost."""

from __future__ import annotations

import http.client
import json
import os
import random
import time
import urllib.error
import urllib.parse
import urllib.request
import uuid
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeVar

T = TypeVar("T")
Json = dict[str, Any]
AGAIN = {429, 502, 503, 504}  # statuses after which the same is sent again
IN_FLIGHT = "key-in-flight"
LONGEST_PAUSE = 60.0  # seconds


class ConcordError(Exception):
    """A refusal. `kind` is the last part of its `type`, as docs/api.md lists them."""

    def __init__(self, status: int, kind: str, detail: str) -> None:
        self.status, self.kind, self.detail = status, kind, detail
        super().__init__(f"{detail} ({status}, {kind})")


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: Any, **__: Any) -> None:
        """Nowhere: a token is never carried to another address."""


class Sender:
    """One installation, with one token."""

    def __init__(
        self,
        url: str = "",
        token: str = "",
        *,
        timeout: float = 60.0,
        attempts: int = 6,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """
        Args:
            url, token: CONCORD_URL and CONCORD_TOKEN when left out.
            timeout: seconds to wait for an answer.
            attempts: how often the same request is sent, at most.
        """
        given = url or os.environ.get("CONCORD_URL", "http://127.0.0.1:8321")
        self._base = given.rstrip("/") + "/api/v1"
        self._token = token or os.environ.get("CONCORD_TOKEN", "")
        self._timeout, self._attempts, self._sleep = timeout, attempts, sleep
        self._opener = urllib.request.build_opener(_NoRedirects)

    def get(self, path: str, **query: Any) -> Any:
        """Anything below /api/v1, such as `get("/studies")`."""
        return self._json("GET", path + _query(query))

    def post(self, path: str, body: Any = None) -> Any:
        """With a fresh idempotency key."""
        return self._json("POST", path, body, {"Idempotency-Key": uuid.uuid4().hex})

    def send(self, method: str, path: str, body: Any = None) -> Any:
        """PATCH, PUT or DELETE, which may be sent again as they are."""
        return self._json(method, path, body)

    def pages(self, path: str, **query: Any) -> Iterator[Json]:
        """Every row of a list, asked for a page at a time as they are wanted."""
        address: str | None = path + _query(query)
        while address is not None:
            page = self._json("GET", address)
            yield from page["results"]
            address = self._below(page["next"]) if page["next"] else None

    def download(self, path: str, to: str | Path) -> Path:
        """Write what is at `path` to a file, whole or not at all."""
        target = Path(to)
        partial = target.with_name(f".{target.name}.{uuid.uuid4().hex}")
        try:
            self._sent(lambda answer: _write(answer, partial), "GET", path)
            return partial.replace(target)
        finally:
            partial.unlink(missing_ok=True)

    def _below(self, address: str) -> str:
        """The path of an address that the server gave; the host stays ours."""
        split = urllib.parse.urlsplit(address)
        path = split.path.split("/api/v1", 1)[-1]
        return f"{path}?{split.query}" if split.query else path

    def _json(
        self, method: str, path: str, body: Any = None, headers: Mapping[str, str] | None = None
    ) -> Any:
        sent = None if body is None else json.dumps(body).encode()
        text = self._sent(lambda answer: answer.read(), method, path, sent, headers or {})
        return json.loads(text) if text else None

    def _sent(
        self,
        take: Callable[[http.client.HTTPResponse], T],
        method: str,
        path: str,
        body: bytes | None = None,
        headers: Mapping[str, str] = MappingProxyType({}),
    ) -> T:
        """What `take` reads of the answer; the request is sent again where that may help."""
        for attempt in range(1, self._attempts + 1):
            try:
                return self._once(take, method, path, body, headers)
            except urllib.error.HTTPError as error:
                refusal, wait = _refusal(error), error.headers.get("Retry-After", "")
                again = refusal.status in AGAIN or refusal.kind == IN_FLIGHT
                if not again or attempt == self._attempts:
                    raise refusal from None
            except (urllib.error.URLError, ConnectionError, TimeoutError):
                wait = ""
                if attempt == self._attempts:
                    raise
            self._sleep(_pause(attempt, wait))
        raise AssertionError("unreachable")

    def _once(
        self,
        take: Callable[[http.client.HTTPResponse], T],
        method: str,
        path: str,
        body: bytes | None,
        headers: Mapping[str, str],
    ) -> T:
        own = {"Authorization": f"Bearer {self._token}", "Content-Type": "application/json"}
        request = urllib.request.Request(  # noqa: S310 - the address is whose token it is
            self._base + path, data=body, headers={**headers, **own}, method=method
        )
        try:
            with self._opener.open(request, timeout=self._timeout) as answer:
                return take(answer)
        except http.client.InvalidURL:
            raise
        except http.client.HTTPException as error:
            raise ConnectionError(f"The answer broke off: {error!r}.") from error


def _write(answer: http.client.HTTPResponse, path: Path) -> None:
    """The whole body to a file; read in pieces, a body that broke off looks like one that ended."""
    told = answer.headers.get("Content-Length")
    with path.open("wb") as file:
        while piece := answer.read(1 << 16):
            file.write(piece)
        if told is not None and file.tell() != int(told):
            raise http.client.IncompleteRead(b"", int(told) - file.tell())


def _query(given: Mapping[str, Any]) -> str:
    known = {name: value for name, value in given.items() if value is not None}
    return "?" + urllib.parse.urlencode(known) if known else ""


def quoted(name: str) -> str:
    return urllib.parse.quote(name, safe="")


def _pause(attempt: int, told: str) -> float:
    """Seconds until the same is sent again: as told, else longer each time, never in step."""
    if told.isdecimal():
        return min(LONGEST_PAUSE, float(told))
    return float(min(LONGEST_PAUSE, 0.25 * 2**attempt) * random.uniform(0.5, 1.0))  # noqa: S311


def _refusal(error: urllib.error.HTTPError) -> ConcordError:
    try:
        text = error.read().decode(errors="replace")
    except (http.client.HTTPException, OSError):  # it broke off; the status was told
        text = ""
    try:
        told = json.loads(text)
        return ConcordError(error.code, str(told["type"]).rpartition("/")[2], str(told["detail"]))
    except (ValueError, KeyError, TypeError):
        return ConcordError(error.code, "unknown", text[:200] or error.reason)
