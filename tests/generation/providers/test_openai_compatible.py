from __future__ import annotations

import json
import logging
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from curation.errors import BadInput
from generation.errors import ProviderProblem
from generation.providers.base import CompletionRequest, ProviderSettings
from generation.providers.openai_compatible import MAX_ATTEMPTS, OpenAICompatible, checked_url
from generation.providers.waiting import retry_after
from tests.generation.scripted_server import Reply, ScriptedServer, refused, said, serving, texts

REQUEST = CompletionRequest(
    label="joke",
    number=0,
    messages=({"role": "system", "content": "Be funny."}, {"role": "user", "content": "A joke!"}),
    n_texts=1,
    temperature=0.5,
    max_tokens=100,
    seed=7,
)


class Patient:
    """Waits for nobody, and remembers how long it was to wait."""

    def __init__(self, *, stop_after: int = 99) -> None:
        self.seconds: list[float] = []
        self._stop_after = stop_after

    def __call__(self, seconds: float) -> bool:
        self.seconds.append(seconds)
        return len(self.seconds) >= self._stop_after


@contextmanager
def provider_of(
    base_url: str, wait: Callable[[float], bool] | None = None
) -> Iterator[OpenAICompatible]:
    settings = ProviderSettings(
        method="zero_shot",
        labels=("joke",),
        model="tiny",
        base_url=base_url,
        wait=wait or Patient(),
    )
    provider = OpenAICompatible(settings)
    try:
        yield provider
    finally:
        provider.close()


@contextmanager
def asking(
    *replies: Reply, wait: Callable[[float], bool] | None = None
) -> Iterator[tuple[OpenAICompatible, ScriptedServer]]:
    with serving(replies) as server, provider_of(server.base_url, wait) as provider:
        yield provider, server


def test_a_request_goes_out_as_it_is_and_the_answer_comes_back_with_its_tokens() -> None:
    with asking(texts("One.")) as (provider, server):
        completion = provider.complete(REQUEST)

    assert json.loads(completion.text) == {"examples": ["One."]}
    assert (completion.model, completion.finish_reason) == ("tiny@1", "stop")
    assert (completion.prompt_tokens, completion.completion_tokens) == (10, 20)
    assert server.requests == [
        {
            "model": "tiny",
            "messages": list(REQUEST.messages),
            "temperature": 0.5,
            "max_tokens": 100,
            "seed": 7,
        }
    ]


def test_too_many_requests_wait_as_long_as_the_server_asks() -> None:
    wait = Patient()

    with asking(refused(429, retry_after="3"), texts("One."), wait=wait) as (provider, server):
        provider.complete(REQUEST)

    assert wait.seconds == [3.0]
    assert len(server.requests) == 2


def test_a_failing_server_is_asked_again_with_growing_pauses() -> None:
    wait = Patient()

    with asking(refused(500), refused(503), Reply(body="{"), texts("One."), wait=wait) as (
        provider,
        _,
    ):
        assert "One." in provider.complete(REQUEST).text

    assert len(wait.seconds) == 3
    assert wait.seconds == sorted(wait.seconds)
    assert 0.5 <= wait.seconds[0] <= 0.625


def test_a_server_that_keeps_failing_is_given_up() -> None:
    with (
        asking(*[refused(500, "overloaded")] * 9) as (provider, server),
        pytest.raises(ProviderProblem, match=r"\(500\): overloaded Gave up after 6 attempts"),
    ):
        provider.complete(REQUEST)

    assert len(server.requests) == MAX_ATTEMPTS


def test_a_very_long_pause_ends_the_run_with_a_sentence() -> None:
    with (
        asking(refused(429, retry_after="3600")) as (provider, _),
        pytest.raises(ProviderProblem, match="asks to wait 3600 s"),
    ):
        provider.complete(REQUEST)


def test_a_run_that_ends_meanwhile_does_not_wait_any_longer() -> None:
    with (
        asking(refused(500), texts("One."), wait=Patient(stop_after=1)) as (provider, server),
        pytest.raises(ProviderProblem),
    ):
        provider.complete(REQUEST)

    assert len(server.requests) == 1


@pytest.mark.parametrize(
    ("reply", "sentence"),
    [
        (refused(401), "refused the key"),
        (refused(403), "refused the key"),
        (refused(404, "model not found"), "no model 'tiny'.*model not found"),
        (refused(400, "temperature too high"), "refused the request.*temperature too high"),
        (refused(422, "bad seed"), "refused the request.*bad seed"),
        (Reply(status=400, body='{"detail": "no such thing"}'), "refused the request.*no such"),
        (
            Reply(status=429, body='{"error": {"code": "insufficient_quota", "message": "x"}}'),
            "no credit left",
        ),
        (Reply(body="{}"), "not with a chat completion"),
        (Reply(body="[1]"), "not with a chat completion"),
    ],
)
def test_what_asking_again_would_not_mend_is_a_sentence_at_once(
    reply: Reply, sentence: str
) -> None:
    with (
        asking(reply) as (provider, server),
        pytest.raises(ProviderProblem, match=sentence),
    ):
        provider.complete(REQUEST)

    assert len(server.requests) == 1


def test_a_server_that_is_not_there_gets_a_sentence() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{free.getsockname()[1]}/v1"

    with (
        provider_of(address) as provider,
        pytest.raises(ProviderProblem, match=f"{address} could not be reached. Gave up after 6"),
    ):
        provider.complete(REQUEST)


@pytest.mark.parametrize("content", [None, ""])
def test_an_answer_without_content_is_an_empty_one(content: str | None) -> None:
    with asking(said(content, finish_reason="length")) as (provider, _):
        completion = provider.complete(REQUEST)

    assert (completion.text, completion.finish_reason) == ("", "length")


def test_the_key_comes_from_the_environment_and_shows_up_nowhere(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-secret")

    with (
        caplog.at_level(logging.DEBUG),
        asking(refused(400, "the key sk-secret is odd")) as (provider, server),
        pytest.raises(ProviderProblem) as raised,
    ):
        provider.complete(REQUEST)

    assert server.keys == ["Bearer sk-secret"]
    assert "sk-secret" not in str(raised.value)
    assert "sk-secret" not in caplog.text


def test_concords_own_key_is_taken_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "theirs")
    monkeypatch.setenv("CONCORD_LLM_KEY", "ours")

    with asking(texts("One.")) as (provider, server):
        provider.complete(REQUEST)

    assert server.keys == ["Bearer ours"]


def test_a_missing_key_gets_a_sentence() -> None:
    with (
        pytest.raises(BadInput, match="CONCORD_LLM_KEY or OPENAI_API_KEY"),
        provider_of("https://llm.example/v1"),
    ):
        pass


def test_a_key_with_a_line_break_gets_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CONCORD_LLM_KEY", "one\ntwo")

    with pytest.raises(BadInput, match="CONCORD_LLM_KEY"), provider_of("https://llm.example/v1"):
        pass


def test_a_model_must_be_named() -> None:
    settings = ProviderSettings(method="zero_shot", labels=("joke",))

    with pytest.raises(BadInput, match="--model"):
        OpenAICompatible(settings)


@pytest.mark.parametrize(
    "wrong",
    ["127.0.0.1:8000", "ftp://x/v1", "http://", "http://x:port/v1", "http://[::1/v1"],
)
def test_an_address_that_is_none_gets_a_sentence(wrong: str) -> None:
    with pytest.raises(BadInput, match="not an address"):
        checked_url(wrong)


@pytest.mark.parametrize("wrong", ["https://me:key@llm.example/v1", "https://llm.example/?key=1"])
def test_an_address_with_a_key_in_it_is_not_stored(wrong: str) -> None:
    with pytest.raises(BadInput, match="key in it"):
        checked_url(wrong)


def test_a_date_to_wait_for_is_turned_into_seconds() -> None:
    date = format_datetime(datetime.now(UTC) + timedelta(seconds=30), usegmt=True)

    assert retry_after({"retry-after": date}) == pytest.approx(30, abs=2)


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, None),
        ({"retry-after": "soon"}, None),
        ({"retry-after": "-1"}, None),
        ({"retry-after": "nan"}, None),
        ({"retry-after": "0"}, 0.0),
        ({"retry-after-ms": "250", "retry-after": "1"}, 0.25),
    ],
)
def test_what_a_server_asks_is_read_if_it_can_be(
    headers: dict[str, str], seconds: float | None
) -> None:
    assert retry_after(headers) == seconds
