"""OpenAI's batch API: hand a file of requests in, see how it goes, fetch what came of it."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TypeVar

from generation.errors import NoAnswer, ProviderProblem, TooManyRequests
from generation.providers.batch_files import ENDPOINT, Results, custom_ids
from generation.providers.openai_server import OpenAIServer

METADATA = {"application": "concord"}  # by which we know our own batches
WINDOW = "24h"  # in which the server is to be through with a batch; it offers no other
RECENT = 48 * 3600.0  # seconds: older batches are not looked through
PAGE = 100
ENDED = {"completed", "failed", "expired", "cancelled"}
NOT_OFFERED = {404, 405, 501}
SLOWEST = 30.0  # seconds between two looks at a batch
SLOWER = 1.5  # times as long before each further look
SILENCE = 3600.0  # seconds without one readable answer before we stop looking

T = TypeVar("T")


@dataclass(frozen=True, kw_only=True)
class Ended:
    """A batch that goes no further, and what became of its requests."""

    batch: dict[str, Any]  # as the server shows it
    results: Results

    @property
    def status(self) -> str:
        return str(self.batch["status"])


class BatchApi:
    """The batches of one server. Looks are repeated while it fails: the work is paid for."""

    def __init__(self, server: OpenAIServer, *, poll_seconds: float) -> None:
        self._server = server
        self._poll = poll_seconds  # before the first look at a batch

    async def hand_in(self, lines: bytes) -> str:
        """Hand requests in; the batch's identifier.

        Raises:
            NoAnswer: something broke. The batch may be there all the same: look through `recent`.
        """
        content = ("requests.jsonl", lines, "application/jsonl")
        stored = await self._post(
            "/files",
            body={"purpose": "batch"},
            files=[("file", content)],
            options={"headers": {"Content-Type": "multipart/form-data"}},
        )
        wanted = {"endpoint": ENDPOINT, "completion_window": WINDOW, "metadata": METADATA}
        batch = await self._post("/batches", body={**wanted, "input_file_id": stored["id"]})
        return str(batch["id"])

    async def ended(self, batch_id: str) -> Ended:
        """The batch once it has ended, which may take a day."""
        wait = self._poll
        while True:
            await asyncio.sleep(wait)
            batch = await self._patiently(lambda: self._batch(batch_id))
            if batch.get("status") in ENDED:
                return Ended(batch=batch, results=await self._results(batch))
            wait = min(wait * SLOWER, SLOWEST)

    async def handed_in(self) -> dict[str, str]:
        """Custom id → newest batch with it, for all that we handed in lately and may have."""
        known: dict[str, str] = {}
        for batch in sorted(await self._recent(), key=_made, reverse=True):
            content = await self._content(str(batch.get("input_file_id")))
            for name in custom_ids(content):
                known.setdefault(name, str(batch["id"]))
        return known

    async def _recent(self) -> list[dict[str, Any]]:
        """Our own batches of the last two days, without those that were never begun."""
        oldest, found, after = time.time() - RECENT, [], ""
        while True:
            page = await self._get("/batches", limit=PAGE, **({"after": after} if after else {}))
            batches = [batch for batch in page.get("data") or () if isinstance(batch, dict)]
            found += [batch for batch in batches if _made(batch) >= oldest and _is_ours(batch)]
            last = str(batches[-1].get("id") or "") if batches else ""
            if not page.get("has_more") or last in ("", after):
                return found
            if _made(batches[-1]) < min(oldest, _made(batches[0])):  # from here on all are older
                return found
            after = last

    async def _results(self, batch: dict[str, Any]) -> Results:
        results = Results()
        for name in ("output_file_id", "error_file_id"):
            file_id = batch.get(name)
            if file_id:
                results.add(await self._fetched(str(file_id)))
        return results

    async def _fetched(self, file_id: str) -> bytes:
        return await self._patiently(lambda: self._content(file_id))

    async def _content(self, file_id: str) -> bytes:
        """A file's content; empty when the server has thrown it away."""
        server = self._server
        with server.problems():
            try:
                raw = await server.client.get(f"/files/{file_id}/content", cast_to=server.response)
            except server.openai.NotFoundError:
                return b""
        return bytes(raw.content)

    async def _batch(self, batch_id: str) -> dict[str, Any]:
        server = self._server
        with server.problems():
            raw = await server.client.get(f"/batches/{batch_id}", cast_to=server.response)
            return self._object(raw)

    async def _get(self, path: str, **query: Any) -> dict[str, Any]:
        server = self._server
        with self._offered():
            raw = await server.client.get(path, cast_to=server.response, options={"params": query})
            return self._object(raw)

    async def _post(self, path: str, **sent: Any) -> dict[str, Any]:
        """What the server has made of it; it has an identifier."""
        with self._offered():
            raw = await self._server.client.post(path, cast_to=self._server.response, **sent)
            made = self._object(raw)
        if not made.get("id"):
            raise self._odd()
        return made

    def _object(self, raw: Any) -> dict[str, Any]:
        read = json.loads(raw.content)
        if not isinstance(read, dict):
            raise self._odd()
        return read

    def _odd(self) -> ProviderProblem:
        return ProviderProblem(
            f"{self._server.base_url} answered, but not as OpenAI's batch API does; "
            "use --provider openai, which asks call by call."
        )

    @contextmanager
    def _offered(self) -> Iterator[None]:
        """What goes wrong, with a word of its own for a server that takes no batches."""
        server = self._server
        try:
            with server.problems():
                yield
        except ProviderProblem as problem:
            status = getattr(problem.__cause__, "status_code", None)
            if status in NOT_OFFERED:
                raise ProviderProblem(
                    f"{server.base_url} takes no batches ({status}); "
                    "use --provider openai, which asks call by call."
                ) from problem
            if isinstance(problem, TooManyRequests):  # what it allows here says nothing of there
                wait = problem.retry_after
                raise TooManyRequests(str(problem), retry_after=wait, allowance=None) from problem
            raise

    async def _patiently(self, ask: Callable[[], Awaitable[T]]) -> T:
        """What `ask` gives once the server is well again."""
        since, wait = time.monotonic(), self._poll
        while True:
            try:
                return await ask()
            except (NoAnswer, TooManyRequests) as problem:
                if time.monotonic() - since > SILENCE:
                    raise ProviderProblem(
                        f"{problem} It went on like that for an hour; what it has been handed in "
                        "is not lost, and the same command continues."
                    ) from problem
            await asyncio.sleep(wait)
            wait = min(wait * SLOWER, SLOWEST)


def _made(batch: dict[str, Any]) -> float:
    """When a batch was made, in seconds since 1970; now, where the server does not say."""
    given = batch.get("created_at")
    return float(given) if isinstance(given, (int, float)) else time.time()


def _is_ours(batch: dict[str, Any]) -> bool:
    marked = batch.get("metadata")
    ours = isinstance(marked, dict) and marked.items() >= METADATA.items()
    return ours and bool(batch.get("id")) and batch.get("status") != "failed"
