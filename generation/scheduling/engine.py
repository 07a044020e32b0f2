"""Several streams of calls side by side; within a stream, one call after the other.

Requests are made and answers taken in by the caller's thread alone; the pool's threads do nothing
but ask. A stream's next call goes out as soon as its last answer is in: there is no barrier.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Generator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from typing import Generic, Protocol, TypeAlias, TypeVar

from generation.errors import NoMoreAnswers

Request = TypeVar("Request")
Answer = TypeVar("Answer")


@dataclass(frozen=True, kw_only=True)
class Answered(Generic[Request, Answer]):
    """An answer together with what was asked and how long that took."""

    request: Request
    answer: Answer
    seconds: float


# a call that has not been settled yet → the place of its stream
UnderWay: TypeAlias = dict[Future[Answered[Request, Answer]], int]


class Stream(Protocol[Request, Answer]):
    """One sequence of calls in which each may depend on the answers before it."""

    def next_request(self) -> Request | None:
        """What to ask next; None when the stream is through."""
        ...

    def settle(self, answered: Answered[Request, Answer]) -> None:
        """Take an answer in, for good."""
        ...

    def give_up(self, reason: str) -> None:
        """There are no more answers, and why."""
        ...


def drive(
    streams: Sequence[Stream[Request, Answer]],
    ask: Callable[[Request], Answer],
    *,
    parallel: int,
    stop: threading.Event,
) -> Generator[int, None, None]:
    """Ask until every stream is through; yields a stream's place when an answer of it is settled.

    With `parallel=1` answers are settled in the order of the streams, round after round. However
    it ends, answers already on their way are waited for and settled, since they are paid for.

    Args:
        streams: whose turn it is first comes first.
        ask: called from the pool's threads.
        parallel: ≥ 1, calls on their way at the same time.
        stop: set when it ends, so that an `ask` that waits to try again can stop waiting.
    """
    under_way: UnderWay[Request, Answer] = {}
    with ThreadPoolExecutor(max_workers=parallel, thread_name_prefix="ask") as pool:

        def send(place: int) -> None:
            request = streams[place].next_request()
            if request is not None:
                under_way[pool.submit(_timed, ask, request)] = place

        try:
            for place in range(len(streams)):
                send(place)
            while under_way:
                for future in _finished(under_way):
                    place = under_way.pop(future)
                    _settle(streams[place], future)
                    yield place
                    send(place)
        finally:
            stop.set()
            _settle_the_rest(streams, under_way)


def _timed(ask: Callable[[Request], Answer], request: Request) -> Answered[Request, Answer]:
    started = time.perf_counter()
    answer = ask(request)
    return Answered(request=request, answer=answer, seconds=time.perf_counter() - started)


def _finished(
    under_way: UnderWay[Request, Answer],
) -> list[Future[Answered[Request, Answer]]]:
    """The calls that are through, in the order they went out; waits for the first."""
    through = wait(under_way, return_when=FIRST_COMPLETED).done
    return [future for future in under_way if future in through]


def _settle(stream: Stream[Request, Answer], future: Future[Answered[Request, Answer]]) -> None:
    try:
        answered = future.result()
    except NoMoreAnswers as end:
        stream.give_up(str(end))
    else:
        stream.settle(answered)


def _settle_the_rest(
    streams: Sequence[Stream[Request, Answer]], under_way: UnderWay[Request, Answer]
) -> None:
    """Drop what has not gone out and settle what comes back; nothing more is sent."""
    sent = {future: place for future, place in under_way.items() if not future.cancel()}
    for future, place in sent.items():
        if future.exception() is None:  # waits; a second failure adds nothing to the first
            _settle(streams[place], future)
