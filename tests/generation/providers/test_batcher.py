from __future__ import annotations

import threading
from collections.abc import Sequence
from concurrent.futures import Future

import pytest

from generation.errors import NoAnswer
from generation.providers.base import Completion
from generation.providers.batcher import Batcher, Waiting
from tests.generation.providers.asking import request

SECONDS = 10.0  # that a test waits at most


class Desk:
    """Answers a batch with the numbers of its requests, once it is opened; notes what it got."""

    def __init__(self, *, size: int, room: int = 99) -> None:
        self.batches: list[list[int]] = []
        self.opened = threading.Event()
        self.finished = threading.Event()
        self.error: Exception | None = None  # raised instead of an answer
        self.room = room  # requests that are not too many at once
        self._size = size
        self.batcher = Batcher(prepare=self.prepare, answer=self.answer, finish=self.finished.set)

    def prepare(self) -> int:
        assert self.opened.wait(SECONDS)
        return self._size

    def answer(self, batch: Sequence[Waiting]) -> bool:
        self.batches.append([waiting.request.number for waiting in batch])
        if self.error is not None:
            raise self.error
        if len(batch) > self.room:
            return False
        for waiting in batch:
            waiting.answer(Completion(text=str(waiting.request.number), model="desk"))
        return True

    def put(self, *limits: int) -> list[Future[Completion]]:
        """Requests numbered from 0; they are in line together before one is answered."""
        futures = [
            self.batcher.put(request(number=number, max_tokens=limit))
            for number, limit in enumerate(limits)
        ]
        self.opened.set()
        return futures

    def close(self) -> None:
        self.opened.set()
        self.batcher.close(timeout=SECONDS)


def answers(futures: Sequence[Future[Completion]]) -> list[str]:
    return [future.result(SECONDS).text for future in futures]


def test_requests_that_wait_together_are_answered_together() -> None:
    desk = Desk(size=3)

    got = answers(desk.put(*[50] * 7))
    desk.close()

    assert got == list("0123456")
    assert desk.batches == [[0, 1, 2], [3, 4, 5], [6]]


def test_a_long_answer_does_not_hold_short_ones_up() -> None:
    desk = Desk(size=8)

    got = answers(desk.put(50, 400, 100, 25, 300))
    desk.close()

    assert got == list("01234")
    assert desk.batches == [[0, 2, 3], [1, 4]]


def test_too_many_at_once_are_tried_in_halves_and_fewer_taken_from_then_on() -> None:
    desk = Desk(size=8, room=2)

    got = answers(desk.put(*[50] * 10))
    desk.close()

    assert got == [str(number) for number in range(10)]
    assert desk.batches[:3] == [[0, 1, 2, 3, 4, 5, 6, 7], [0, 1, 2, 3], [0, 1]]
    assert desk.batches[-1] == [8, 9]
    assert all(len(batch) <= 2 for batch in desk.batches[2:3] + desk.batches[-1:])


def test_one_request_that_is_too_much_by_itself_has_no_answer() -> None:
    desk = Desk(size=2, room=0)

    futures = desk.put(50, 50)
    problems = [future.exception(SECONDS) for future in futures]
    desk.close()

    assert all(isinstance(problem, NoAnswer) and problem.overload for problem in problems)


def test_whoever_waits_sees_what_went_wrong_and_the_next_are_answered() -> None:
    desk = Desk(size=2)
    desk.error = ZeroDivisionError()
    problems = [future.exception(SECONDS) for future in desk.put(50, 50)]
    desk.error = None

    got = answers(desk.put(50))
    desk.close()

    assert problems == [problems[0]] * 2
    assert isinstance(problems[0], ZeroDivisionError)
    assert got == ["0"]


def test_a_request_that_was_given_up_is_not_worked_on() -> None:
    desk = Desk(size=1)
    futures = [desk.batcher.put(request(number=number)) for number in range(3)]
    futures[1].cancel()
    desk.opened.set()

    got = answers([futures[0], futures[2]])
    desk.close()

    assert got == ["0", "2"]
    assert desk.batches == [[0], [2]]


def test_closing_ends_the_thread_and_answers_nobody() -> None:
    desk = Desk(size=1)
    futures = [desk.batcher.put(request(number=number)) for number in range(2)]
    desk.batcher.close(timeout=0)
    desk.close()

    assert desk.finished.is_set()
    for future in [*futures, desk.batcher.put(request())]:
        with pytest.raises(NoAnswer, match="let go of"):
            future.result(SECONDS)


def test_nothing_runs_before_the_first_request() -> None:
    desk = Desk(size=1)

    desk.close()

    assert not desk.finished.is_set()
