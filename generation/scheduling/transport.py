"""Carries requests to a provider and answers back, on an event loop in a thread of its own.

The caller's thread keeps the database and all decisions; the loop's thread does nothing but wait
for sockets.
"""

from __future__ import annotations

import asyncio
import contextlib
import queue
import threading
import time
from collections import deque
from collections.abc import Awaitable, Callable, Coroutine
from types import TracebackType
from typing import Any, Generic, Self

from curation.errors import CurationError
from generation.errors import NoAnswer, ProviderProblem
from generation.scheduling.errand import Answer, Errand, Request

CLOSING = 10.0  # seconds that connections have to close


class Transport(Generic[Request, Answer]):
    """An open line to a provider; a context manager.

    `ask` raises `ProviderProblem`s; whatever else it raises becomes the errand's `fault`.
    """

    def __init__(
        self,
        ask: Callable[[Request], Awaitable[Answer]],
        close: Callable[[], Coroutine[Any, Any, None]],
    ) -> None:
        self._ask = ask
        self._close = close
        self._back: queue.SimpleQueue[Errand[Request, Answer]] = queue.SimpleQueue()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="ask", daemon=True)
        self._tasks: set[asyncio.Task[None]] = set()
        self._standing: deque[Errand[Request, Answer]] = deque()

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        closed = asyncio.run_coroutine_threadsafe(self._shut(), self._loop)
        try:
            closed.result(timeout=CLOSING)
        finally:
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join()
            self._loop.close()

    def send(self, errand: Errand[Request, Answer]) -> None:
        """Put a call on its way."""
        self._loop.call_soon_threadsafe(self._start, errand)

    def stand_by(self, errand: Errand[Request, Answer]) -> None:
        """Have a call ready that takes the place of the next one to be answered.

        So a place is never empty while the caller's thread is busy with its database.
        """
        self._standing.append(errand)

    def withdraw(self) -> list[Errand[Request, Answer]]:
        """Take back the calls that stand by; they have not been sent."""
        back: list[Errand[Request, Answer]] = []
        with contextlib.suppress(IndexError):
            while True:
                back.append(self._standing.pop())
        return back

    def collect(self, *, timeout: float) -> list[Errand[Request, Answer]]:
        """The calls that are back, with an answer or a problem; waits `timeout` s for the first."""
        came: list[Errand[Request, Answer]] = []
        try:
            came.append(self._back.get(timeout=max(timeout, 0.0)))
            while True:
                came.append(self._back.get_nowait())
        except queue.Empty:
            return came

    def _start(self, errand: Errand[Request, Answer]) -> None:
        errand.started = time.monotonic()
        task = self._loop.create_task(self._carry(errand))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _carry(self, errand: Errand[Request, Answer]) -> None:
        started = time.perf_counter()
        errand.answer, errand.problem = None, None
        try:
            errand.answer = await self._ask(errand.request)
        except ProviderProblem as problem:
            errand.problem = problem
        except asyncio.CancelledError:
            errand.problem = NoAnswer("The call was broken off.", billed=True)
        except CurationError as problem:
            errand.problem = ProviderProblem(str(problem))
        except Exception as fault:
            errand.fault = fault
        errand.seconds = time.perf_counter() - started
        if errand.answer is not None:
            with contextlib.suppress(IndexError):
                self._start(self._standing.popleft())
        self._back.put(errand)

    async def _shut(self) -> None:
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._close()
