"""Batches handed to a server that works on them for a while and bills what it worked on."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

import pytest

from generation.errors import CallRefused, NoAnswer, ProviderProblem
from generation.providers.base import Completion, CompletionRequest
from tests.generation.limited_server import LimitedServer, ServerConfig
from tests.generation.limited_server.asking import client_of
from tests.generation.providers.asking import request, user
from tests.generation.providers.batching import ask, provider_of, sheet, sheets, together

SCHEMA = {"type": "object", "properties": {"examples": {"type": "array"}}}


@pytest.fixture(scope="module")
def running() -> Iterator[LimitedServer]:
    with LimitedServer() as server:
        yield server


@pytest.fixture
def server(running: LimitedServer) -> LimitedServer:
    running.configure(**{**ServerConfig().as_json(), "log": "", "batch_seconds": 0.2})
    running.reset()
    return running


def answers(base_url: str, requests: Sequence[CompletionRequest], **extra: Any) -> list[Completion]:
    (came,) = ask(base_url, requests, **extra)
    for one in came:
        assert isinstance(one, Completion), one
    return [one for one in came if isinstance(one, Completion)]


def hang_up(base_url: str, requests: Sequence[CompletionRequest], *, after: float) -> None:
    """Ask, and close in the middle."""

    async def leave() -> None:
        provider = provider_of(base_url)
        tasks = [asyncio.ensure_future(provider.complete(one)) for one in requests]
        await asyncio.sleep(after)
        for task in tasks:
            task.cancel()
        gone = await asyncio.gather(*tasks, return_exceptions=True)
        await provider.close()
        assert all(isinstance(one, asyncio.CancelledError) for one in gone)

    asyncio.run(leave())


def sizes(server: LimitedServer) -> list[int]:
    """How many requests each batch had, the first first."""
    with client_of(server) as client:
        batches = client.batches.list().data
    return [batch.request_counts.total for batch in batches[::-1]]


def test_requests_made_together_go_out_as_one_batch_and_each_gets_its_own_answer(
    server: LimitedServer,
) -> None:
    came = answers(server.base_url, sheets(20))

    assert sizes(server) == [20]
    texts = [tuple(json.loads(one.text)["examples"]) for one in came]
    assert len(set(texts)) == 20
    assert all((one.model, one.finish_reason) == ("tiny", "stop") for one in came)
    assert sum(one.tokens or 0 for one in came) == sum(
        bill["prompt_tokens"] + bill["completion_tokens"] for bill in server.bills()
    )
    with client_of(server) as client:
        (batch,) = client.batches.list().data
    assert batch.metadata == {"application": "concord"}
    assert batch.completion_window == "24h"


def test_the_answers_are_those_that_asking_call_by_call_gives(server: LimitedServer) -> None:
    (came,) = answers(server.base_url, [sheet(3)])

    with client_of(server) as client:
        alone = client.chat.completions.create(
            model="tiny", messages=[dict(m) for m in sheet(3).messages], temperature=0.5,
            max_tokens=100, seed=3,
        )  # fmt: skip
    assert came.text == alone.choices[0].message.content


def test_equal_requests_share_one_line(server: LimitedServer) -> None:
    first, second, _ = answers(server.base_url, [sheet(1), sheet(1), sheet(2)])

    assert first == second
    assert sizes(server) == [2]
    assert server.stats()["billed"] == 2


def test_a_request_that_comes_while_its_like_is_under_way_waits_with_it(
    server: LimitedServer,
) -> None:
    async def one_after_the_other() -> tuple[Completion, Completion]:
        provider = provider_of(server.base_url)
        early = asyncio.ensure_future(provider.complete(sheet(1)))
        await asyncio.sleep(0.25)
        both = await asyncio.gather(early, provider.complete(sheet(1)))
        await provider.close()
        return both

    first, second = asyncio.run(one_after_the_other())

    assert first == second
    assert sizes(server) == [1]


@pytest.mark.parametrize("limit", [{"batch_requests": 2}, {"batch_bytes": 600}])
def test_a_full_batch_does_not_wait(server: LimitedServer, limit: dict[str, int]) -> None:
    answers(server.base_url, sheets(5), **limit)

    assert sizes(server) == [2, 2, 1]


def test_what_was_handed_in_before_is_found_while_it_is_worked_on(server: LimitedServer) -> None:
    server.configure(batch_seconds=1.0)
    hang_up(server.base_url, sheets(6), after=0.5)
    assert server.stats()["billed"] == 0

    answers(server.base_url, sheets(8))

    assert sizes(server) == [6, 2]
    assert server.stats()["billed"] == 8


def test_what_was_handed_in_before_is_found_when_it_is_through(server: LimitedServer) -> None:
    before = answers(server.base_url, sheets(6))

    assert answers(server.base_url, sheets(6)) == before
    assert sizes(server) == [6]


def test_what_was_gathered_but_not_handed_in_is_handed_in_later(server: LimitedServer) -> None:
    hang_up(server.base_url, sheets(3), after=0.02)

    answers(server.base_url, sheets(3))

    assert sizes(server) == [3]


@pytest.mark.parametrize("fault", ["error_429", "error_500", "error_503"])
def test_a_line_that_failed_costs_nothing_and_goes_into_the_next_batch(
    server: LimitedServer, fault: str
) -> None:
    server.configure(**{fault: 0.5})

    async def twice() -> tuple[list[Completion | BaseException], ...]:
        provider = provider_of(server.base_url)
        first = await together(provider, sheets(40))
        server.configure(**{fault: 0.0})
        failed = [number for number, one in enumerate(first) if isinstance(one, NoAnswer)]
        second = await together(provider, [sheet(number) for number in failed])
        await provider.close()
        return first, second

    first, second = asyncio.run(twice())

    failed = [one for one in first if isinstance(one, NoAnswer)]
    assert 8 < len(failed) < 32
    assert not any(problem.billed or problem.overload for problem in failed)
    assert all(isinstance(one, Completion) for one in second)
    assert sizes(server) == [40, len(failed)]
    assert server.stats()["billed"] == 40


def test_a_line_that_failed_under_another_process_is_handed_in_again(
    server: LimitedServer,
) -> None:
    server.configure(error_500=1.0)
    ask(server.base_url, sheets(3))
    server.configure(error_500=0.0)

    answers(server.base_url, sheets(3))

    assert sizes(server) == [3, 3]
    assert server.stats()["billed"] == 3


def test_a_prompt_that_is_too_long_is_refused_and_the_others_are_answered(
    server: LimitedServer,
) -> None:
    server.configure(context_limit=50)
    long = request(messages=tuple(user("Write 2 different texts. " * 20)))

    ((refusal, answer),) = ask(server.base_url, [long, sheet(1)])

    assert isinstance(refusal, CallRefused)
    assert refusal.reason == "context_too_long"
    assert isinstance(answer, Completion)


def test_requests_refused_for_their_schema_go_out_again_without_it(server: LimitedServer) -> None:
    server.configure(no_schema=True)
    with_schema = [sheet(number, schema=SCHEMA) for number in range(4)]

    rounds = ask(server.base_url, with_schema, [sheet(9, schema=SCHEMA)])

    assert all(isinstance(one, Completion) for came in rounds for one in came)
    assert sizes(server) == [4, 4, 1]
    answers(server.base_url, with_schema)  # a process that has not learned it yet
    assert sizes(server) == [4, 4, 1]


def test_a_model_that_is_not_there_ends_it_with_a_sentence(server: LimitedServer) -> None:
    server.configure(unknown_models=["tiny"])

    ((problem,),) = ask(server.base_url, [sheet(1)])

    assert type(problem) is ProviderProblem
    assert "knows no model 'tiny'" in str(problem)


def test_of_a_batch_that_was_cancelled_what_was_worked_on_counts(server: LimitedServer) -> None:
    server.configure(batch_seconds=2.0)

    async def cancel_it() -> list[Completion | BaseException]:
        provider = provider_of(server.base_url)
        waiting = asyncio.ensure_future(together(provider, sheets(20)))
        await asyncio.sleep(1.0)
        with client_of(server) as client:
            client.batches.cancel(client.batches.list().data[0].id)
        came = await waiting
        await provider.close()
        return came

    came = asyncio.run(cancel_it())

    kinds = Counter(type(one) for one in came)
    assert kinds[Completion] == server.stats()["billed"] > 0
    assert kinds[NoAnswer] == 20 - kinds[Completion]
    assert not any(isinstance(one, NoAnswer) and one.billed for one in came)
    server.configure(batch_seconds=0.2)
    answers(server.base_url, sheets(20))  # another process takes both together
    assert server.stats()["billed"] == 20


def test_a_provider_that_was_never_asked_closes(server: LimitedServer) -> None:
    asyncio.run(provider_of(server.base_url).close())

    assert sizes(server) == []
