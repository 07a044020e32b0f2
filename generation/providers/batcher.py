"""Gathers requests that come one by one into batches, and has them answered on one thread."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field

from generation.errors import NoAnswer
from generation.providers.base import Completion, CompletionRequest

PATIENCE = 0.02  # seconds that a batch with room waits for more
ALIKE = 2  # limits of a batch differ by at most this factor from that of its oldest request
LET_GO = "The model was let go of before it had answered."
TOO_MUCH = "There is too little memory for a single request; take a smaller model or shorter texts."


@dataclass(frozen=True, eq=False)
class Waiting:
    """A request and the place where its answer goes. Whoever asked may give up at any time."""

    request: CompletionRequest
    future: Future[Completion] = field(default_factory=Future)

    @property
    def settled(self) -> bool:
        """Answered, failed or given up."""
        return self.future.done()

    def answer(self, completion: Completion) -> None:
        if not self.settled and self.future.set_running_or_notify_cancel():
            self.future.set_result(completion)

    def fail(self, error: Exception) -> None:
        if not self.settled and self.future.set_running_or_notify_cancel():
            self.future.set_exception(error)


class Batcher:
    """A line of requests and the thread that answers them; it starts with the first.

    A batch takes the oldest request and those whose limit is like its own, so that short answers
    are not held up by a long one for more than a batch.
    """

    def __init__(
        self,
        *,
        prepare: Callable[[], int],
        answer: Callable[[Sequence[Waiting]], bool],
        finish: Callable[[], None],
    ) -> None:
        """Nothing runs yet. All three are called on the thread.

        Args:
            prepare: called before each batch; says how many requests it may hold. What it raises
                goes to all in line.
            answer: settles the requests of a batch, or returns False: too many at once; those not
                settled are tried again in halves. What it raises goes to those not settled.
            finish: called when the thread ends.
        """
        self.closed = False  # `answer` leaves off when it sees this
        self._prepare, self._answer, self._finish = prepare, answer, finish
        self._most: int | None = None  # requests that were found to be enough
        self._changed = threading.Condition()
        self._line: list[Waiting] = []
        self._thread: threading.Thread | None = None

    def put(self, request: CompletionRequest) -> Future[Completion]:
        """Get in line; the answer comes in the future."""
        waiting = Waiting(request)
        with self._changed:
            if self.closed:
                waiting.fail(NoAnswer(LET_GO))
                return waiting.future
            self._line.append(waiting)
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="batches", daemon=True)
                self._thread.start()
            self._changed.notify()
        return waiting.future

    def close(self, *, timeout: float) -> None:
        """End the thread and wait for that; nobody in line is answered any more."""
        with self._changed:
            self.closed = True
            self._changed.notify()
        if self._thread is not None:
            self._thread.join(timeout)

    def _run(self) -> None:
        try:
            while self._has_come():
                self._serve()
        finally:
            self._fail(self._line, NoAnswer(LET_GO))
            self._finish()

    def _has_come(self) -> bool:
        """Wait for a request; False when the thread is to end."""
        with self._changed:
            self._changed.wait_for(lambda: self._line or self.closed)
            return not self.closed

    def _serve(self) -> None:
        batch: Sequence[Waiting] = ()
        try:
            size = self._prepare()
            batch = self._take(size if self._most is None else min(size, self._most))
            self._try(batch)
        except Exception as error:  # whoever waits for the answer is to see it
            self._fail(batch or self._take_all(), error)
        self._fail(batch, NoAnswer(LET_GO))

    def _take(self, size: int) -> list[Waiting]:
        """The oldest request and others like it, at most `size`; none once it is closed."""
        with self._changed:
            until = time.monotonic() + PATIENCE
            while len(self._line) < size and not self.closed:
                if not self._changed.wait(max(0.0, until - time.monotonic())):
                    break
            if self.closed:
                return []
            batch = alike(self._line)[:size]
            self._line = [waiting for waiting in self._line if waiting not in batch]
            return batch

    def _take_all(self) -> list[Waiting]:
        with self._changed:
            line, self._line = self._line, []
            return line

    def _try(self, batch: Sequence[Waiting]) -> None:
        """All at once, or in halves where that is too much."""
        left = [waiting for waiting in batch if not waiting.settled]
        if not left or self._answer(left):
            return
        if len(left) == 1:
            left[0].fail(NoAnswer(TOO_MUCH, overload=True))
            return
        half = (len(left) + 1) // 2
        self._most = half
        self._try(left[:half])
        self._try(left[half:])

    @staticmethod
    def _fail(batch: Sequence[Waiting], error: Exception) -> None:
        for waiting in batch:
            waiting.fail(error)


def alike(line: Sequence[Waiting]) -> list[Waiting]:
    """The first of a line that is not empty, and those whose limit is like its own, in order."""
    limit = line[0].request.max_tokens
    return [
        waiting
        for waiting in line
        if limit <= waiting.request.max_tokens * ALIKE
        and waiting.request.max_tokens <= limit * ALIKE
    ]
