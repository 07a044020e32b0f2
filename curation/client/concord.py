"""Concord from a program: `Concord(url, token).project("jokes").add_examples([...])`.

One file, the standard library only: copy it to wherever it is needed. Requests that were lost,
or that the server was too busy for, are sent again by themselves; what creates something carries an
idempotency key, so nothing is done twice. docs/api.md describes the interface.
"""

from __future__ import annotations

import json
import os
import random
import time
import urllib.error
import urllib.parse
import urllib.request
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, BinaryIO

Json = dict[str, Any]
AGAIN = {429, 502, 503, 504}  # statuses after which the same is sent again
IN_FLIGHT = "key-in-flight"
ROWS, BYTES = 1_000, 1_500_000  # of one request that adds rows, at most
LONGEST_PAUSE = 60.0  # seconds


class ConcordError(Exception):
    """A refusal. `kind` is the last part of its `type`, as docs/api.md lists them."""

    def __init__(self, status: int, kind: str, detail: str) -> None:
        self.status, self.kind, self.detail = status, kind, detail
        super().__init__(f"{detail} ({status}, {kind})")


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: Any, **__: Any) -> None:
        """Nowhere: a token is never carried to another address."""


class Concord:
    """The interface of one installation, with one token."""

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

    def me(self) -> Json:
        """Whose token it is, and what it may do."""
        return self.get("/me")

    def projects(self) -> Iterator[Json]:
        return self.pages("/projects")

    def project(self, slug: str) -> Project:
        """A handle on one project; nothing is asked yet."""
        return Project(self, slug)

    def create_project(self, slug: str, labels: Iterable[str | Json] = (), **more: Any) -> Project:
        """Labels by name, or each as {"name", "title", "description"}; or `preset="…"`."""
        named = [{"name": one} if isinstance(one, str) else one for one in labels]
        self.post("/projects", {"slug": slug, "labels": named, **more})
        return Project(self, slug)

    def studies(self) -> Iterator[Json]:
        return self.pages("/studies")

    def create_study(self, plan: Mapping[str, Any], slug: str = "") -> Json:
        return self.post("/studies", {"plan": dict(plan), "slug": slug})

    def run_study(self, slug: str, *, parallel: int | None = None) -> Json:  # the job
        return self.post(f"/studies/{_part(slug)}/run", {"parallel": parallel})

    def wait(self, job: Json, *, seconds: float | None = None) -> Json:
        """The job when it has ended; ConcordError where it did not end well.

        Args:
            seconds: to wait at most; None: as long as it takes.
        """
        waited, pause = 0.0, 0.2
        while job["state"] in ("ready", "running"):
            if seconds is not None and waited >= seconds:
                raise TimeoutError(f"Job {job['id']} is {job['state']} after {waited:.0f} seconds.")
            self._sleep(pause)
            waited, pause = waited + pause, min(5.0, pause * 1.5)
            job = self._json("GET", self._below(job["href"]))
        if job["state"] != "successful":
            raise ConcordError(0, f"job-{job['state']}", job["error"] or job["state"])
        return job

    def download(self, path: str, to: str | Path) -> Path:
        """Write what is at `path` to a file, whole or not at all."""
        target = Path(to)
        partial = target.with_name(f".{target.name}.{uuid.uuid4().hex}")
        try:
            with self._sent("GET", path) as answer, partial.open("wb") as file:
                while piece := answer.read(1 << 16):
                    file.write(piece)
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
        with self._sent(method, path, sent, headers or {}) as answer:
            text = answer.read()
        return json.loads(text) if text else None

    def _sent(
        self,
        method: str,
        path: str,
        body: bytes | None = None,
        headers: Mapping[str, str] = MappingProxyType({}),
    ) -> BinaryIO:
        """The answer to a request, sent again where that may help."""
        for attempt in range(1, self._attempts + 1):
            try:
                return self._once(method, path, body, headers)
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
        self, method: str, path: str, body: bytes | None, headers: Mapping[str, str]
    ) -> BinaryIO:
        own = {"Authorization": f"Bearer {self._token}", "Content-Type": "application/json"}
        request = urllib.request.Request(  # noqa: S310 - the address is whose token it is
            self._base + path, data=body, headers={**headers, **own}, method=method
        )
        answer: BinaryIO = self._opener.open(request, timeout=self._timeout)
        return answer


class Project:
    """One project. Every list is an iterator that asks for its pages as they are wanted."""

    def __init__(self, concord: Concord, slug: str) -> None:
        self.concord, self.slug = concord, slug
        self._path = f"/projects/{_part(slug)}"

    def get(self, path: str = "", **query: Any) -> Any:
        """Anything below the project, such as `get("/agreement")`."""
        return self.concord.get(self._path + path, **query)

    def post(self, path: str, body: Any = None) -> Any:
        return self.concord.post(self._path + path, body)

    def pages(self, path: str, **query: Any) -> Iterator[Json]:
        return self.concord.pages(self._path + path, **query)

    def change(self, **fields: Any) -> Json:
        return self.concord.send("PATCH", self._path, fields)

    def examples(self, **filters: Any) -> Iterator[Json]:
        return self.pages("/examples", **filters)

    def add_examples(self, rows: Iterable[Json], **options: Any) -> Json:
        """Any number of {"id", "text", "label"}; counts of what was added and what was there."""
        return self._add("/examples", "examples", rows, options)

    def votes(self, **filters: Any) -> Iterator[Json]:
        return self.pages("/votes", **filters)

    def add_votes(self, rows: Iterable[Json], **options: Any) -> Json:
        """Any number of {"example", "annotator", "label"} or with "skip" for the label."""
        return self._add("/votes", "votes", rows, options)

    def explore(self, **policy: Any) -> Json:
        """What a policy keeps; nothing is written."""
        return self.post("/explorer", policy)

    def freeze(self, **policy: Any) -> Json:
        """The version that the policy freezes, waited for where a job makes it."""
        told = self.post("/versions", policy)
        if "version" in told:
            version: Json = told["version"]
            return version
        done = self.concord.wait(told)
        return self.get(f"/versions/{done['result']['version']}")

    def rows(self, version: int, **filters: Any) -> Iterator[Json]:
        return self.pages(f"/versions/{version}/rows", **filters)

    def export(self, version: int, form: str, to: str | Path) -> Path:
        """The zip of a version in that form, written to a file."""
        path = f"{self._path}/versions/{version}/export/{_part(form)}"
        return self.concord.download(path, to)

    def generate(self, **wish: Any) -> Json:  # the job
        return self.post("/generation/runs", wish)

    def train(self, sources: Iterable[str], **options: Any) -> Json:  # the job
        return self.post("/training/runs", {"sources": list(sources), **options})

    def attach_predictions(self, run: str, rows: Iterable[Json]) -> Json:
        """What a classifier of yours says: {"example", "probabilities": {label: p}}."""
        return self._add("/predictions", "predictions", rows, {"run": run})

    def _add(self, path: str, name: str, rows: Iterable[Json], options: Json) -> Json:
        """Send rows some at a time; the sums of what was answered."""
        total: Json = {}
        for some in _pieces(rows):
            for key, value in self.post(path, {name: some, **options}).items():
                total[key] = total[key] + value if key in total else value
        return total


def _pieces(rows: Iterable[Json]) -> Iterator[list[Json]]:
    some: list[Json] = []
    size = 0
    for row in rows:
        length = len(json.dumps(row))
        if some and (len(some) == ROWS or size + length > BYTES):
            yield some
            some, size = [], 0
        some.append(row)
        size += length
    if some:
        yield some


def _query(given: Mapping[str, Any]) -> str:
    known = {name: value for name, value in given.items() if value is not None}
    return "?" + urllib.parse.urlencode(known) if known else ""


def _part(name: str) -> str:
    return urllib.parse.quote(name, safe="")


def _pause(attempt: int, told: str) -> float:
    """Seconds until the same is sent again: as told, else longer each time, never in step."""
    if told.isdecimal():
        return min(LONGEST_PAUSE, float(told))
    return float(min(LONGEST_PAUSE, 0.25 * 2**attempt) * random.uniform(0.5, 1.0))  # noqa: S311


def _refusal(error: urllib.error.HTTPError) -> ConcordError:
    text = error.read().decode(errors="replace")
    try:
        told = json.loads(text)
        return ConcordError(error.code, str(told["type"]).rpartition("/")[2], str(told["detail"]))
    except (ValueError, KeyError, TypeError):
        return ConcordError(error.code, "unknown", text[:200] or error.reason)
