"""OpenAI's batch API behind the same interface: half the price, answers within a day.

Requests are gathered and handed in together. What was handed in by a process that died is found
again by the name of each request, which is made from nothing but its body.
"""

from __future__ import annotations

import asyncio
import time
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from generation.errors import NoAnswer, ProviderProblem, TooManyRequests
from generation.providers.base import Completion, CompletionRequest, ProviderSettings
from generation.providers.batch_api import BatchApi, Ended
from generation.providers.batch_files import Result, custom_id, request_line
from generation.providers.openai_server import Failure, OpenAIServer

GATHER = 2.0  # seconds without a further request before a batch is handed in
MOST_REQUESTS = 2_000
MOST_BYTES = 90_000_000  # OpenAI takes 200 MB, others 100
POLL = 1.0  # seconds before the first look at a batch
NOT_BEGUN = {"batch_expired", "batch_cancelled"}  # codes of lines that were never worked on
QUEUE_FULL = "token_limit_exceeded"
QUEUE_WAIT = 120.0  # seconds before another batch is handed in to a full queue


@dataclass(eq=False, kw_only=True)
class Gathering:
    """Requests that go out together, and then the batch they are."""

    lines: dict[str, bytes] = field(default_factory=dict)  # by custom id
    n_bytes: int = 0
    newest: float = field(default_factory=time.monotonic)  # when a request last came
    full: asyncio.Event = field(default_factory=asyncio.Event)
    life: asyncio.Task[Ended] | None = None

    def add(self, name: str, line: bytes) -> None:
        self.lines[name] = line
        self.n_bytes += len(line)
        self.newest = time.monotonic()

    async def ready(self, *, seconds: float) -> None:
        """Return once it is full, or nothing has been added for so many seconds."""
        while not self.full.is_set():
            left = self.newest + seconds - time.monotonic()
            if left <= 0:
                return
            with suppress(TimeoutError):
                await asyncio.wait_for(self.full.wait(), left)


class OpenAIBatch(OpenAIServer):
    """Hands the requests for one model in as batches, and waits for them as long as it takes.

    Settings of its own (`extra`): gather_seconds, poll_seconds, batch_requests, batch_bytes.
    """

    resumes = True

    def __init__(self, settings: ProviderSettings) -> None:
        super().__init__(settings)
        extra = settings.extra
        self._gather_seconds = float(extra.get("gather_seconds", GATHER))
        self._most_requests = int(extra.get("batch_requests", MOST_REQUESTS))
        self._most_bytes = int(extra.get("batch_bytes", MOST_BYTES))
        self._api = BatchApi(self, poll_seconds=float(extra.get("poll_seconds", POLL)))
        self._open: Gathering | None = None
        self._under_way: list[Gathering] = []  # the open one included
        self._looking: asyncio.Task[dict[str, str]] | None = None
        self._earlier: dict[str, asyncio.Task[Ended]] = {}  # by batch

    async def complete(self, request: CompletionRequest) -> Completion:
        """One answer or one problem. What the server refuses for its form goes out in another."""
        answer = await self._earlier_answer(request)
        if answer is not None:
            return answer
        form = self.form(request)
        body = self.body(request, form)
        name = custom_id(body)
        ended = await self._outcome_of(name, body)
        result = ended.results.by_id.get(name)
        if result is not None and self.learned(form, _failure(result)):
            return await self.complete(request)
        return self._answer(ended, result)

    async def close(self) -> None:
        """Stop waiting. The server works on: what it was handed is paid for and found again."""
        lives = [gathering.life for gathering in self._under_way]
        tasks = [task for task in (self._looking, *lives, *self._earlier.values()) if task]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await super().close()

    async def _earlier_answer(self, request: CompletionRequest) -> Completion | None:
        """What a batch handed in before us says or is going to say; None: nothing."""
        known = await self._handed_in()
        for form in self.forms(request) if known else ():
            name = custom_id(self.body(request, form))
            batch = known.get(name)
            if batch is None:
                continue
            ended = await self._followed(batch)
            with suppress(ProviderProblem):
                return self._answer(ended, ended.results.by_id.get(name))
            known.pop(name, None)  # it did not work then: ask anew
        return None

    async def _handed_in(self) -> dict[str, str]:
        """What earlier processes have handed in, looked up once."""
        task = self._looking
        if task is None:
            task = self._looking = asyncio.create_task(self._api.handed_in())
        try:
            return await asyncio.shield(task)
        except ProviderProblem as problem:
            if self._looking is task:
                self._looking = None  # the next to ask looks again
            if isinstance(problem, NoAnswer):  # a look costs nothing
                wait, overload = problem.retry_after, problem.overload
                raise NoAnswer(str(problem), retry_after=wait, overload=overload) from problem
            raise

    async def _followed(self, batch: str) -> Ended:
        if batch not in self._earlier:
            self._earlier[batch] = asyncio.create_task(self._api.ended(batch))
        return await asyncio.shield(self._earlier[batch])

    async def _outcome_of(self, name: str, body: dict[str, Any]) -> Ended:
        """Join the batch that has the request already, else the one being gathered."""
        for gathering in self._under_way:
            if name in gathering.lines:
                break
        else:
            line = request_line(name, body)
            gathering = self._room_for(line)
            gathering.add(name, line)
            if len(gathering.lines) >= self._most_requests:
                self._fill(gathering)
        assert gathering.life is not None
        return await asyncio.shield(gathering.life)

    def _room_for(self, line: bytes) -> Gathering:
        """The gathering that takes the line."""
        gathering = self._open
        if gathering is not None and gathering.n_bytes + len(line) > self._most_bytes:
            self._fill(gathering)
            gathering = None
        if gathering is None:
            gathering = self._open = Gathering()
            gathering.life = asyncio.create_task(self._lived(gathering))
            self._under_way.append(gathering)
        return gathering

    def _fill(self, gathering: Gathering) -> None:
        gathering.full.set()
        self._open = None

    async def _lived(self, gathering: Gathering) -> Ended:
        """A batch from its first request to its results."""
        try:
            await gathering.ready(seconds=self._gather_seconds)
            if self._open is gathering:
                self._open = None
            return await self._api.ended(await self._batch_of(gathering))
        finally:
            self._under_way.remove(gathering)

    async def _batch_of(self, gathering: Gathering) -> str:
        try:
            batch = await self._api.hand_in(b"".join(gathering.lines.values()))
        except NoAnswer as problem:
            self._looking = None  # should it be there all the same, the next look finds it
            raise NoAnswer(str(problem), retry_after=problem.retry_after) from problem
        gathering.lines = dict.fromkeys(gathering.lines, b"")  # a day is long, and names will do
        return batch

    def _answer(self, ended: Ended, result: Result | None) -> Completion:
        """The answer in a result, or the problem it is."""
        if result is None:
            raise self._without_result(ended)
        if result.status == 0:
            failure = _failure(result)
            raise NoAnswer(
                f"{self.base_url} did not get through a request of a batch{self.detail(failure)}",
                billed=failure.code not in NOT_BEGUN,
            )
        if result.status != 200:
            problem = self.problem(_failure(result))
            if isinstance(problem, (TooManyRequests, NoAnswer)):
                raise NoAnswer(str(problem))  # by the next batch it is long forgotten
            raise problem
        try:
            return self.completion(result.body)
        except ProviderProblem as problem:
            sentence = f"{self.base_url} gave a line of a batch that holds no completion."
            raise NoAnswer(sentence, billed=True) from problem

    def _without_result(self, ended: Ended) -> ProviderProblem:
        """A request that the batch has no line for."""
        if ended.status == "failed":
            return self._refused_batch(ended)
        worked_on = ended.status == "completed" or ended.results.unreadable > 0
        return NoAnswer(
            f"{self.base_url} ended a batch ({ended.status}) without this request.",
            billed=worked_on,
        )

    def _refused_batch(self, ended: Ended) -> ProviderProblem:
        """A batch that the server would not begin."""
        errors = ended.batch.get("errors")
        listed = errors.get("data") if isinstance(errors, dict) else None
        failure = Failure(status=400, error=listed[0] if listed else None)
        sentence = f"{self.base_url} refused a batch{self.detail(failure)}"
        if failure.code == QUEUE_FULL:
            return TooManyRequests(sentence, retry_after=QUEUE_WAIT, allowance=None)
        return ProviderProblem(sentence)


def _failure(result: Result) -> Failure:
    return Failure(status=result.status, error=result.error)
