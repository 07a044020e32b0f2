from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass, field

import pytest

from generation.errors import NoMoreAnswers, ProviderProblem
from generation.scheduling.engine import Answered, drive


@dataclass
class Counting:
    """Asks `wanted` times; writes every settled answer into a log shared by all streams."""

    name: str
    wanted: int
    log: list[str]
    asked: int = 0
    given_up: list[str] = field(default_factory=list)

    def next_request(self) -> str | None:
        if self.asked == self.wanted or self.given_up:
            return None
        self.asked += 1
        return f"{self.name}{self.asked}"

    def settle(self, answered: Answered[str, str]) -> None:
        assert answered.request == answered.answer
        self.log.append(answered.answer)

    def give_up(self, reason: str) -> None:
        self.given_up.append(reason)


def echo(request: str) -> str:
    return request


def follow(
    streams: Sequence[Counting], ask: Callable[[str], str], *, parallel: int = 1
) -> list[int]:
    return list(drive(streams, ask, parallel=parallel, stop=threading.Event()))


def test_one_call_at_a_time_goes_round_the_streams_in_order() -> None:
    log: list[str] = []
    streams = [Counting("a", 3, log), Counting("b", 1, log), Counting("c", 2, log)]

    places = follow(streams, echo)

    assert log == ["a1", "b1", "c1", "a2", "c2", "a3"]
    assert places == [0, 1, 2, 0, 2, 0]


def test_calls_of_several_streams_are_on_their_way_together() -> None:
    log: list[str] = []
    together = threading.Barrier(3, timeout=10)

    def ask(request: str) -> str:
        together.wait()  # breaks unless three calls meet here
        return request

    follow([Counting(name, 2, log) for name in "abc"], ask, parallel=3)

    assert sorted(log) == ["a1", "a2", "b1", "b2", "c1", "c2"]


def test_no_more_calls_are_on_their_way_than_allowed() -> None:
    under_way: set[str] = set()
    most = 0

    def ask(request: str) -> str:
        nonlocal most
        under_way.add(request)
        most = max(most, len(under_way))
        time.sleep(0.005)
        under_way.discard(request)
        return request

    follow([Counting(name, 3, []) for name in "abcdef"], ask, parallel=2)

    assert most <= 2


def test_a_slow_stream_does_not_hold_the_others_back() -> None:
    log: list[str] = []
    others_are_through = threading.Event()

    def ask(request: str) -> str:
        if request == "a1":
            assert others_are_through.wait(10)
        if request == "b3":
            others_are_through.set()
        return request

    follow([Counting("a", 1, log), Counting("b", 3, log)], ask, parallel=2)

    assert log[:2] == ["b1", "b2"]
    assert sorted(log) == ["a1", "b1", "b2", "b3"]


def test_a_stream_without_more_answers_gives_up_and_the_others_go_on() -> None:
    log: list[str] = []
    streams = [Counting("a", 3, log), Counting("b", 3, log)]

    def ask(request: str) -> str:
        if request == "a2":
            raise NoMoreAnswers("used up")
        return request

    follow(streams, ask)

    assert log == ["a1", "b1", "b2", "b3"]
    assert streams[0].given_up == ["used up"]


def test_when_a_call_fails_the_answers_under_way_are_still_settled() -> None:
    log: list[str] = []
    b_is_under_way = threading.Event()

    def ask(request: str) -> str:
        if request == "a1":
            assert b_is_under_way.wait(10)
            raise ProviderProblem("no key")
        b_is_under_way.set()
        time.sleep(0.05)  # comes back after the failure was noticed
        return request

    with pytest.raises(ProviderProblem, match="no key"):
        follow([Counting("a", 2, log), Counting("b", 2, log)], ask, parallel=2)

    assert log == ["b1"]


def test_leaving_in_the_middle_settles_what_is_under_way_and_tells_waiters_to_stop() -> None:
    log: list[str] = []
    stop = threading.Event()
    b_is_under_way = threading.Event()

    def ask(request: str) -> str:
        if request == "b1":
            b_is_under_way.set()
            assert stop.wait(10)  # a wait before another attempt
        return request if b_is_under_way.wait(10) else ""

    with closing(
        drive([Counting("a", 9, log), Counting("b", 9, log)], ask, parallel=2, stop=stop)
    ) as calls:
        next(calls)

    assert log == ["a1", "b1"]
