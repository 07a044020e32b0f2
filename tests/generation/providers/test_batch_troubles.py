"""Batches that end badly, lines that cannot be read, servers that fail on the way."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Callable, Sequence
from typing import Any

import pytest

from generation.errors import CallRefused, NoAnswer, ProviderProblem, TooManyRequests
from generation.providers import batch_api
from generation.providers.base import Completion, CompletionRequest
from generation.providers.batch_files import Results, custom_id, custom_ids
from generation.providers.openai_batch import OpenAIBatch
from tests.generation.providers.batching import ask, provider_of, sheets
from tests.generation.scripted_batches import (
    End,
    ScriptedBatches,
    good,
    line,
    serving_batches,
    without_response,
)

Came = Sequence[Completion | BaseException]


def of(came: Came, kind: type[Any]) -> list[Any]:
    return [one for one in came if type(one) is kind]


def came_of(end: End, n: int = 2) -> Came:
    """What the requests of one batch get that ends so."""
    with serving_batches(end) as server:
        (came,) = ask(server.base_url, sheets(n))
    return came


def first_good_rest(rest: Callable[[str], str]) -> Callable[[Sequence[str]], Sequence[str]]:
    return lambda names: [good(names[0]), *map(rest, names[1:])]


def test_of_an_expired_batch_what_is_there_counts_and_the_rest_costs_nothing() -> None:
    expired = first_good_rest(lambda name: without_response(name, "batch_expired"))

    came = came_of(End(status="expired", output=expired), n=3)

    assert len(of(came, Completion)) == 1
    assert [problem.billed for problem in of(came, NoAnswer)] == [False, False]


@pytest.mark.parametrize(
    ("end", "billed"),
    [
        (End(status="expired", output=lambda names: []), False),
        (End(status="cancelled", output=lambda names: []), False),
        (End(output=lambda names: []), True),
        (End(status="expired", output=lambda names: ["{"]), True),
        (End(output=lambda names: [without_response(name, "timeout") for name in names]), True),
        (End(output=lambda names: [line(name, 0, None) for name in names]), True),
        (End(output=lambda names: [line(name, 200, {"choices": []}) for name in names]), True),
        (End(output=lambda names: [line(name, 503, "busy") for name in names]), False),
    ],
)
def test_what_may_have_been_worked_on_is_said_to_be(end: End, billed: bool) -> None:
    (problem,) = came_of(end, n=1)

    assert isinstance(problem, NoAnswer)
    assert problem.billed == billed


def test_a_batch_that_is_refused_as_a_whole_is_a_sentence() -> None:
    said = {"code": "model_not_found", "message": "The model `tiny` is not batched.", "line": 1}

    came = came_of(End(status="failed", output=lambda names: [], errors=[said]))

    assert all(type(one) is ProviderProblem for one in came)
    assert str(came[0]).endswith("refused a batch: The model `tiny` is not batched.")


def test_a_queue_that_is_full_is_waited_for() -> None:
    said = {"code": "token_limit_exceeded", "message": "Enqueued token limit reached."}

    (problem,) = came_of(End(status="failed", output=lambda names: [], errors=[said]), n=1)

    assert isinstance(problem, TooManyRequests)
    assert problem.retry_after
    assert problem.allowance is None


def test_odd_lines_spoil_only_themselves() -> None:
    def odd(names: Sequence[str]) -> Sequence[str]:
        lines = ["", "{", "[1]", '"text"', '{"custom_id": 5}', "\ufeff", good("unknown")]
        return [*lines, *map(good, names[:-1]), good(names[-1])[:-9]]

    came = came_of(End(output=odd), n=4)

    assert len(of(came, Completion)) == 3
    assert [problem.billed for problem in of(came, NoAnswer)] == [True]


def test_a_line_that_is_filtered_is_refused_for_good() -> None:
    error = {"error": {"code": "content_filter", "message": "It was filtered."}}

    (problem, _) = came_of(End(output=lambda names: [line(names[0], 400, error), good(names[1])]))

    assert isinstance(problem, CallRefused)
    assert problem.reason == "content_filtered"


def test_an_account_without_credit_ends_it() -> None:
    error = {"error": {"code": "insufficient_quota", "message": "Pay."}}

    (problem,) = came_of(End(output=lambda names: [line(names[0], 429, error)]), n=1)

    assert "no credit left" in str(problem)


def test_a_limit_of_another_name_is_learned_from_a_batch() -> None:
    error = {"error": {"message": "Use 'max_completion_tokens' instead of 'max_tokens'."}}

    with serving_batches(End(output=lambda names: [line(name, 400, error) for name in names])) as s:
        (came,) = ask(s.base_url, sheets(2))

    assert len(of(came, Completion)) == 2
    lines = s.files[s.batches[1]["input_file_id"]].splitlines()
    assert all("max_completion_tokens" in json.loads(each)["body"] for each in lines)


def test_looks_go_on_while_the_server_fails() -> None:
    failing = {"GET /batches/*": [500, 429, 502], "GET /files/*": [503]}
    with serving_batches() as server:
        server.failing.update(failing)
        (came,) = ask(server.base_url, sheets(2))

    assert len(of(came, Completion)) == 2
    assert len(server.batches) == 1


def test_looks_end_with_a_sentence_when_it_never_gets_well(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(batch_api, "SILENCE", 0.1)
    with serving_batches() as server:
        server.failing["GET /batches/*"] = [500] * 99
        ((problem,),) = ask(server.base_url, sheets(1))

    assert type(problem) is ProviderProblem
    assert "the same command continues" in str(problem)


def test_a_key_that_is_refused_meanwhile_ends_the_wait() -> None:
    with serving_batches() as server:
        server.failing["GET /batches/*"] = [401]
        ((problem,),) = ask(server.base_url, sheets(1))

    assert "refused the key" in str(problem)


@pytest.mark.parametrize("where", ["GET /batches", "POST /files", "POST /batches"])
@pytest.mark.parametrize("status", [404, 405, 501])
def test_a_server_without_batches_is_named_with_the_way_out(where: str, status: int) -> None:
    with serving_batches() as server:
        server.failing[where] = [status]
        ((problem,),) = ask(server.base_url, sheets(1))

    assert type(problem) is ProviderProblem
    assert f"takes no batches ({status})" in str(problem)
    assert "--provider openai" in str(problem)


def asked_twice(server: ScriptedBatches, **extra: Any) -> tuple[Came, Came]:
    requests: Sequence[CompletionRequest] = sheets(3)
    first, second = ask(server.base_url, requests, requests, **extra)
    return first, second


def test_a_batch_whose_making_was_not_answered_is_found_and_not_made_again() -> None:
    with serving_batches() as server:
        server.failing["POST /batches"] = [500]
        first, second = asked_twice(server)

    assert [problem.billed for problem in of(first, NoAnswer)] == [False] * 3
    assert len(of(second, Completion)) == 3
    assert len(server.batches) == 1


@pytest.mark.parametrize("where", ["GET /batches", "POST /files"])
def test_what_fails_before_a_batch_is_made_is_tried_again(where: str) -> None:
    with serving_batches() as server:
        server.failing[where] = [502]
        first, second = asked_twice(server)

    assert [problem.billed for problem in of(first, NoAnswer)] == [False] * 3
    assert len(of(second, Completion)) == 3


@pytest.mark.parametrize("where", ["GET /batches", "GET /files/*"])
def test_a_look_for_earlier_batches_that_fails_costs_nothing(where: str) -> None:
    with serving_batches() as server:
        ask(server.base_url, sheets(3))
        server.failing[where] = [504]
        first, second = asked_twice(server)

    assert [problem.billed for problem in of(first, NoAnswer)] == [False] * 3
    assert len(of(second, Completion)) == 3
    assert len(server.batches) == 1


def test_an_answer_that_is_none_of_the_batch_api_is_a_sentence() -> None:
    with serving_batches() as server:
        server.stored = lambda content: {}  # type: ignore[method-assign]
        ((problem,),) = ask(server.base_url, sheets(1))

    assert "not as OpenAI's batch API does" in str(problem)


def test_all_pages_of_recent_batches_are_looked_through_and_no_others() -> None:
    two_days = 48 * 3600
    with serving_batches(page=2) as server:
        for number in range(6):
            ask(server.base_url, sheets(6)[number : number + 1])
        server.batches[0]["created_at"] = int(time.time()) - two_days - 60
        server.batches[1]["metadata"] = {"application": "another"}
        server.batches[2]["metadata"] = None
        server.batches[3]["status"] = "failed"
        server.files.pop(server.batches[4]["input_file_id"])

        ask(server.base_url, sheets(6))

    assert len(server.batches) == 7
    assert len(server.names(6)) == 5


def test_an_output_that_was_thrown_away_is_no_answer() -> None:
    with serving_batches() as server:
        server.failing["GET /files/*"] = [404]
        ((problem,),) = ask(server.base_url, sheets(1))

    assert isinstance(problem, NoAnswer)
    assert problem.billed


def test_closing_ends_what_is_under_way(recwarn: pytest.WarningsRecorder) -> None:
    async def leave(provider: OpenAIBatch) -> None:
        waiting = asyncio.ensure_future(provider.complete(sheets(1)[0]))
        await asyncio.sleep(0.15)
        await provider.close()
        with pytest.raises(asyncio.CancelledError):
            await waiting
        assert len(asyncio.all_tasks()) == 1

    with serving_batches(End(status="in_progress")) as server:
        asyncio.run(leave(provider_of(server.base_url)))

    assert len(recwarn) == 0


def test_a_name_depends_on_nothing_but_what_is_asked() -> None:
    assert custom_id({"a": 1, "b": [2]}) == custom_id({"b": [2], "a": 1})
    assert custom_id({"a": 1}) != custom_id({"a": 2})
    assert len(custom_id({"a": "\ud800"})) == 64


def test_names_are_read_from_lines_that_can_be_read() -> None:
    content = b'{"custom_id": "a"}\n{\n[]\n\n{"custom_id": 4}\n{"custom_id": "b"}'

    assert list(custom_ids(content)) == ["a", "b"]


def test_unreadable_lines_are_counted() -> None:
    results = Results()

    results.add(b"\n" + good("a").encode() + b"\n\xff\n" + b"[" * 100_000 + b"\n")

    assert (list(results.by_id), results.unreadable) == (["a"], 2)
