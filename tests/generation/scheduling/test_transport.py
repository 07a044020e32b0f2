"""The real line: a thread, an event loop, calls under way when it closes."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Awaitable, Callable

import pytest

from curation.errors import BadInput
from generation.errors import CallRefused, NoAnswer, ProviderProblem
from generation.scheduling.engine import Engine
from generation.scheduling.errand import Errand
from generation.scheduling.gate import Gate, Limits
from generation.scheduling.transport import Transport
from tests.generation.scheduling.stage import Job, Orders, Said

Ask = Callable[[str], Awaitable[Said]]


class Closing:
    """Notes that it was closed, and on which thread."""

    def __init__(self) -> None:
        self.thread = ""

    async def __call__(self) -> None:
        self.thread = threading.current_thread().name


async def echo(request: str) -> Said:
    await asyncio.sleep(0)
    return Said(request)


def line(ask: Ask, closing: Closing | None = None) -> Transport[str, Said]:
    return Transport(ask, closing or Closing())


def job(request: str = "a") -> Job:
    return Errand(request=request, tokens=1.0)


def collected(transport: Transport[str, Said], n: int) -> list[Job]:
    came: list[Job] = []
    until = time.monotonic() + 5
    while len(came) < n and time.monotonic() < until:
        came += transport.collect(timeout=0.5)
    return came


def test_an_answer_comes_back_on_its_errand_with_its_time() -> None:
    errand = job()

    with line(echo) as transport:
        transport.send(errand)
        (back,) = collected(transport, 1)

    assert back is errand
    assert back.answer == Said("a")
    assert back.seconds >= 0
    assert back.started is not None


def test_calls_are_under_way_together() -> None:
    met = asyncio.Event()
    here: list[str] = []

    async def ask(request: str) -> Said:
        here.append(request)
        if len(here) == 20:
            met.set()
        await asyncio.wait_for(met.wait(), 5)
        return Said(request)

    with line(ask) as transport:
        for number in range(20):
            transport.send(job(str(number)))
        back = collected(transport, 20)

    assert {errand.request for errand in back if errand.answer} == set(map(str, range(20)))


@pytest.mark.parametrize("problem", [NoAnswer("cut"), CallRefused("no", reason="failed")])
def test_a_problem_comes_back_as_it_was_raised(problem: ProviderProblem) -> None:
    async def ask(request: str) -> Said:
        raise problem

    with line(ask) as transport:
        transport.send(job())
        (back,) = collected(transport, 1)

    assert (back.problem, back.answer, back.fault) == (problem, None, None)


def test_any_other_sentence_of_ours_ends_the_run_as_a_problem() -> None:
    async def ask(request: str) -> Said:
        raise BadInput("the key has characters that no key has")

    with line(ask) as transport:
        transport.send(job())
        (back,) = collected(transport, 1)

    assert type(back.problem) is ProviderProblem
    assert "no key has" in str(back.problem)


def test_a_fault_of_the_program_is_carried_over_to_the_callers_thread() -> None:
    async def ask(request: str) -> Said:
        raise KeyError(request)

    with line(ask) as transport:
        transport.send(job())
        (back,) = collected(transport, 1)

    assert isinstance(back.fault, KeyError)
    assert (back.problem, back.answer) == (None, None)


def test_nothing_to_collect_is_waited_for_no_longer_than_said() -> None:
    with line(echo) as transport:
        started = time.monotonic()
        assert transport.collect(timeout=0.05) == []
        assert transport.collect(timeout=-1.0) == []

    assert time.monotonic() - started < 2


def test_a_call_that_stands_by_starts_when_another_is_answered() -> None:
    go = threading.Event()

    async def ask(request: str) -> Said:
        while not go.is_set():
            await asyncio.sleep(0.001)
        return Said(request)

    first, second = job("first"), job("second")
    with line(ask) as transport:
        transport.send(first)
        transport.stand_by(second)
        assert second.started is None
        go.set()
        back = collected(transport, 2)

    assert [errand.request for errand in back] == ["first", "second"]
    assert second.started is not None


def test_a_call_that_stands_by_does_not_start_when_another_has_failed() -> None:
    async def ask(request: str) -> Said:
        raise NoAnswer("it broke")

    waiting = job("waiting")
    with line(ask) as transport:
        transport.stand_by(waiting)
        transport.send(job())
        collected(transport, 1)

        assert transport.withdraw() == [waiting]
        assert transport.withdraw() == []
    assert waiting.started is None


def test_closing_breaks_off_calls_under_way_and_closes_the_provider_on_its_own_thread() -> None:
    closing = Closing()
    began = threading.Event()

    async def ask(request: str) -> Said:
        began.set()
        await asyncio.sleep(60)
        return Said(request)

    errand = job()
    started = time.monotonic()
    with line(ask, closing) as transport:
        transport.send(errand)
        assert began.wait(60)

    (back,) = transport.collect(timeout=1.0)
    assert isinstance(back.problem, NoAnswer)
    assert back.problem.billed  # nobody knows whether it has to be paid for
    assert closing.thread == "ask"
    assert time.monotonic() - started < 5
    assert "ask" not in {thread.name for thread in threading.enumerate()}


def test_it_closes_when_the_block_breaks_off() -> None:
    closing = Closing()

    with pytest.raises(ZeroDivisionError), line(echo, closing):
        raise ZeroDivisionError

    assert closing.thread == "ask"


def test_an_engine_over_the_real_line_settles_each_call_once() -> None:
    async def ask(request: str) -> Said:
        await asyncio.sleep(int(request) % 5 / 1000)
        if request.endswith("7"):
            raise CallRefused("filtered", reason="content_filtered")
        return Said(request)

    source = Orders([str(number) for number in range(500)])
    with line(ask) as transport:
        for _ in Engine(source, transport, Gate(Limits(parallel=16))).run():
            pass

    assert len(source.settled) == len({errand.request for errand in source.settled}) == 500
    assert len(source.answered) == 450


@pytest.mark.parametrize("steps", [1, 3, 10, 40])
def test_an_engine_that_is_closed_early_over_the_real_line_loses_nothing(steps: int) -> None:
    source = Orders([str(number) for number in range(2_000)])
    with line(echo) as transport:
        run = Engine(source, transport, Gate(Limits(parallel=16))).run()
        for _, _ in zip(range(steps), run, strict=False):
            pass
        run.close()

    assert len(source.settled) == len(source.claimed)
    assert len({errand.request for errand in source.settled}) == len(source.settled)
