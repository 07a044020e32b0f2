"""Whole runs over the batch API: exact, stopped, killed, and never paid for twice."""

from __future__ import annotations

import signal
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from curation.errors import JobCancelled
from curation.models import Project
from curation.progress import Progress
from generation.errors import ProviderProblem
from generation.models import Call, GenerationRun
from generation.prompting.base import GenerationOptions
from generation.providers import PROVIDERS
from generation.services.attributes import write_values
from generation.services.one_call import OneCall
from tests.factories import make_example
from tests.generation.batched import be_quick, wish
from tests.generation.limited_server import LimitedServer, ServerConfig
from tests.generation.limited_server.asking import client_of
from tests.generation.recount import check
from tests.generation.test_killed import finish, make_database, rows, run_program
from tests.generation.wishes import generate, texts_of

STATUS = Call.Status
ONE_TURN = GenerationOptions(words=(5, 30), turns=1, n_texts=5)
TWO_TURNS = GenerationOptions(words=(5, 30), turns=2, n_texts=5)


@pytest.fixture(scope="module")
def running() -> Iterator[LimitedServer]:
    with LimitedServer() as server:
        yield server


@pytest.fixture
def server(running: LimitedServer, monkeypatch: pytest.MonkeyPatch) -> LimitedServer:
    monkeypatch.setitem(PROVIDERS, "openai_batch", PROVIDERS["openai_batch"])  # put back later
    be_quick()
    running.configure(**{**ServerConfig().as_json(), "log": "", "batch_seconds": 0.3})
    running.reset()
    return running


def write(project: Project, server: LimitedServer, *, count: int, **more: Any) -> GenerationRun:
    return generate(project, count=count, **wish(server.base_url) | more)


def sizes(server: LimitedServer) -> list[int]:
    with client_of(server) as client:
        return [batch.request_counts.total for batch in client.batches.list().data[::-1]]


def billed_twice(server: LimitedServer) -> list[str]:
    billed = Counter(bill["hash"] for bill in server.bills())
    return [name for name, times in billed.items() if times > 1]


def statuses(run: GenerationRun) -> dict[str, int]:
    return dict(Counter(run.calls.values_list("status", flat=True)))


def once_handed_in(server: LimitedServer) -> Progress:
    """A progress that breaks the run off once a batch is at the server."""

    def tell(done: int, total: int, note: str = "") -> None:
        if sizes(server):
            raise JobCancelled

    return tell


def test_a_run_in_batches_gives_exactly_what_was_asked_for(
    project: Project, server: LimitedServer
) -> None:
    run = write(project, server, count=121)

    assert (run.status, run.accepted) == ("successful", 121)
    assert (len(texts_of(project, "joke")), len(texts_of(project, "news"))) == (61, 60)
    assert set(statuses(run)) == {"answered"}
    assert not billed_twice(server)
    assert server.stats()["billed"] == run.calls.count()
    assert run.prompt_tokens == server.stats()["billed_prompt_tokens"]
    check(run)


def test_all_calls_that_can_be_made_go_into_the_first_batch(
    project: Project, server: LimitedServer
) -> None:
    run = write(project, server, count=1_000, options=ONE_TURN)

    assert run.accepted == 1_000
    assert sizes(server)[0] >= 200


def test_a_batch_that_takes_its_time_is_waited_for_and_nothing_asked_in_its_place(
    project: Project, server: LimitedServer
) -> None:
    def slow_down(done: int, total: int, note: str = "") -> None:
        if done and not slow:
            slow.append(done)
            server.configure(batch_seconds=4.0)

    slow: list[int] = []
    run = write(project, server, count=24, options=TWO_TURNS, progress=slow_down)

    assert (slow, run.accepted) == ([20], 24)
    assert sizes(server) == [4, 2]


def test_lines_that_fail_are_handed_in_again(project: Project, server: LimitedServer) -> None:
    server.configure(error_500=0.1, error_429=0.1, malformed=0.1)

    run = write(project, server, count=60, options=ONE_TURN)

    assert (run.status, run.accepted) == ("successful", 60)
    assert set(statuses(run)) == {"answered"}
    assert server.stats()["answered_twice"] == 0
    assert max(run.calls.values_list("attempts", flat=True)) > 1


def test_spoilt_answers_are_made_up_for(project: Project, server: LimitedServer) -> None:
    spoilt = {"bad_content": 0.1, "too_few": 0.1, "refusal": 0.1, "content_filter": 0.1}
    server.configure(**spoilt, no_usage=0.2)

    run = write(project, server, count=60, options=ONE_TURN)

    assert (run.status, run.accepted) == ("successful", 60)
    assert not billed_twice(server)


def test_a_cancelled_run_does_not_wait_and_finds_its_batch_again(
    project: Project, server: LimitedServer
) -> None:
    server.configure(batch_seconds=4.0)

    with pytest.raises(JobCancelled):
        write(project, server, count=80, options=TWO_TURNS, progress=once_handed_in(server))

    run = GenerationRun.objects.get()
    under_way = run.calls.count()
    assert (run.status, statuses(run)) == ("cancelled", {"sent": under_way})
    assert under_way >= 10  # for each label as many as its patience, and none of them counts
    assert sizes(server) == [under_way]
    assert server.stats()["billed"] == 0

    run = write(project, server, count=80, options=TWO_TURNS)

    assert (run.status, run.accepted, set(statuses(run))) == ("successful", 80, {"answered"})
    check(run)
    assert sizes(server)[0] == under_way
    assert not billed_twice(server)
    assert server.stats()["billed"] == run.calls.count()


def test_a_list_of_values_is_written_in_a_batch_too(
    project: Project, server: LimitedServer
) -> None:
    wanted: dict[str, Any] = {
        "name": "topic",
        "n_values": 5,
        "provider": "openai_batch",
        "model": "tiny",
    }

    attribute = write_values(project, base_url=server.base_url, **wanted)

    assert attribute.values
    assert sizes(server) == [1]


def test_a_list_whose_process_was_killed_is_found_again_in_its_batch(
    project: Project, server: LimitedServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    wanted: dict[str, Any] = {"name": "topic", "n_values": 5, "model": "tiny"}
    wanted |= {"provider": "openai_batch", "base_url": server.base_url}
    with monkeypatch.context() as patched:
        patched.setattr(OneCall, "settle", killed)
        with pytest.raises(SystemExit):
            write_values(project, **wanted)

    attribute = write_values(project, **wanted)

    assert (attribute.call, GenerationRun.objects.get().status) == (
        Call.objects.get(),
        "successful",
    )
    assert (sizes(server), server.stats()["billed"]) == ([1], 1)


def killed(*given: object) -> None:
    raise SystemExit


def test_a_batch_that_ended_meanwhile_is_read_by_the_next_run(
    project: Project, server: LimitedServer
) -> None:
    server.configure(batch_seconds=2.0)
    with pytest.raises(JobCancelled):
        write(project, server, count=40, options=ONE_TURN, progress=once_handed_in(server))
    time.sleep(2.0)
    assert server.stats()["billed"]

    run = write(project, server, count=40, options=ONE_TURN)

    assert (run.status, run.accepted) == ("successful", 40)
    assert not billed_twice(server)
    assert server.stats()["billed"] == run.calls.count()


def test_a_batch_is_found_again_though_training_rows_were_added_meanwhile(
    project: Project, server: LimitedServer
) -> None:
    def train(numbers: range) -> None:
        for label in ("joke", "news"):
            for number in numbers:
                text = f"Training row {number} of {label}."
                make_example(project, text, split="train", source="real", gold=label)

    few = {"method": "few_shot", "options": ONE_TURN}
    train(range(60))
    server.configure(batch_seconds=2.0)
    with pytest.raises(JobCancelled):
        write(project, server, count=40, progress=once_handed_in(server), **few)
    sent = [call.messages for call in Call.objects.order_by("pk")]
    assert sent
    train(range(60, 120))

    run = write(project, server, count=40, **few)

    assert (run.status, run.accepted, set(statuses(run))) == ("successful", 40, {"answered"})
    assert [call.messages for call in Call.objects.order_by("pk")][: len(sent)] == sent
    assert server.stats()["billed"] == run.calls.count()


def test_a_key_that_is_refused_meanwhile_loses_nothing(
    project: Project, server: LimitedServer
) -> None:
    server.configure(batch_seconds=2.0)

    def lock(done: int, total: int, note: str = "") -> None:
        if sizes_or_none(server):
            server.configure(required_key="changed", batch_seconds=2.0)

    with pytest.raises(ProviderProblem, match="refused the key"):
        write(project, server, count=40, options=ONE_TURN, progress=lock)

    run = GenerationRun.objects.get()
    assert (run.status, set(statuses(run))) == ("failed", {"sent"})
    server.configure(required_key="")
    run = write(project, server, count=40, options=ONE_TURN)
    assert (run.status, run.accepted) == ("successful", 40)
    assert not billed_twice(server)
    assert server.stats()["billed"] == run.calls.count()


def sizes_or_none(server: LimitedServer) -> list[int]:
    """The batches, unless the server is locked by now."""
    import openai

    try:
        return sizes(server)
    except openai.AuthenticationError:
        return []


def test_a_run_killed_while_a_batch_is_under_way_pays_for_nothing_twice(
    tmp_path: Path, server: LimitedServer
) -> None:
    database = make_database(tmp_path / "killed.sqlite3")
    program = ("tests/generation/batched.py", server.base_url, "60")

    for n_batches in (1, 3):
        server.configure(batch_seconds=1.5)
        process = run_program(database, *program)
        while len(sizes(server)) < n_batches:
            assert process.poll() is None, "it ended before it could be killed"
            time.sleep(0.02)
        process.send_signal(signal.SIGKILL)
        process.wait()
        server.configure(batch_seconds=0.3)
    finish(database, *program)

    calls = rows(database, "SELECT count(*) FROM generation_call WHERE status = 'answered'")
    assert calls == rows(database, "SELECT count(*) FROM generation_call")
    assert rows(database, "SELECT count(*) FROM curation_example") == [(60,)]
    assert not billed_twice(server)
    assert server.stats()["billed"] == calls[0][0]
