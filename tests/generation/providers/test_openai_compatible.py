from __future__ import annotations

import json
import logging
import socket

import pytest

from curation.errors import BadInput
from generation.errors import CallRefused, NoAnswer, ProviderProblem, TooManyRequests
from generation.providers.base import Completion, ProviderSettings
from generation.providers.openai_compatible import OpenAICompatible
from generation.scheduling.allowance import Allowance
from tests.generation.providers.asking import MESSAGES, request
from tests.generation.providers.scripted import (
    answers,
    ask,
    dripping,
    error,
    problem,
    silent,
    with_headers,
)
from tests.generation.scripted_server import Reply, refused, said, serving, texts

SCHEMA = {"type": "object", "properties": {"examples": {"type": "array"}}}
PLAIN = {
    "model": "tiny",
    "messages": list(MESSAGES),
    "temperature": 0.5,
    "max_tokens": 100,
    "seed": 7,
}
LIMITS = {
    "x-ratelimit-limit-requests": "60",
    "x-ratelimit-remaining-requests": "59",
    "x-ratelimit-limit-tokens": "1000",
    "x-ratelimit-remaining-tokens": "0",
}


def test_a_request_goes_out_as_it_is_and_the_answer_comes_back_with_its_tokens() -> None:
    (completion,), server = answers(texts("One."))

    assert json.loads(completion.text) == {"examples": ["One."]}
    assert (completion.model, completion.finish_reason) == ("tiny@1", "stop")
    assert (completion.prompt_tokens, completion.completion_tokens) == (10, 20)
    assert completion.tokens == 30
    assert completion.allowance is None
    assert server.requests == [PLAIN]


@pytest.mark.parametrize("content", [None, ""])
def test_an_answer_without_content_is_an_empty_one(content: str | None) -> None:
    (completion,), _ = answers(said(content, finish_reason="length"))

    assert (completion.text, completion.finish_reason) == ("", "length")


def test_an_answer_that_was_filtered_says_so() -> None:
    (completion,), _ = answers(said(None, finish_reason="content_filter"))

    assert (completion.text, completion.finish_reason) == ("", "content_filter")


def test_a_server_that_counts_no_tokens_leaves_them_unknown() -> None:
    body = {"choices": [{"message": {"content": "One."}}]}

    for usage in ({}, {"usage": None}, {"usage": {"prompt_tokens": "many"}}):
        (completion,), _ = answers(Reply(body=json.dumps(body | usage)))

        assert completion == Completion(text="One.", model="tiny")
        assert completion.tokens is None


def test_what_the_server_allows_comes_with_the_answer() -> None:
    (completion,), _ = answers(with_headers(texts("One."), LIMITS))

    assert completion.allowance == Allowance(
        requests=60.0, requests_left=59.0, tokens=1000.0, tokens_left=0.0
    )


def test_a_schema_is_sent_to_keep_to() -> None:
    _, server = answers(texts("One."), requests=(request(schema=SCHEMA),))

    assert server.requests == [
        PLAIN
        | {
            "response_format": {
                "type": "json_schema",
                "json_schema": {"name": "answer", "strict": True, "schema": SCHEMA},
            }
        }
    ]


@pytest.mark.parametrize(
    "words",
    ["'response_format' is not supported", "json_schema: unknown type", "No guided decoding."],
)
def test_a_server_that_knows_no_schemas_is_asked_without_from_then_on(words: str) -> None:
    came, server = answers(
        error(400, message=words),
        texts("One."),
        texts("Two."),
        requests=(request(schema=SCHEMA), request(schema=SCHEMA)),
    )

    assert len(came) == 2
    assert ["response_format" in asked for asked in server.requests] == [True, False, False]


def test_a_server_that_wants_the_limit_under_its_new_name_gets_it_from_then_on() -> None:
    words = "Unsupported parameter: 'max_tokens'. Use 'max_completion_tokens' instead."

    came, server = answers(
        error(400, message=words), texts("One."), texts("Two."), requests=(request(), request())
    )

    assert len(came) == 2
    renamed = {key: value for key, value in PLAIN.items() if key != "max_tokens"}
    assert server.requests[0] == PLAIN
    assert server.requests[1:] == [renamed | {"max_completion_tokens": 100}] * 2


def test_a_model_with_a_temperature_of_its_own_is_asked_without_ours_from_then_on() -> None:
    words = "Unsupported value: 'temperature' does not support 0.0 with this model."

    came, server = answers(
        error(400, message=words), texts("One."), texts("Two."), requests=(request(), request())
    )

    assert len(came) == 2
    assert ["temperature" in asked for asked in server.requests] == [True, False, False]


def test_a_failure_that_is_passed_on_as_200_may_go_better_next_time() -> None:
    body = json.dumps({"error": {"message": "the upstream model is away", "code": 502}})

    met = problem(Reply(body=body))

    assert isinstance(met, NoAnswer)
    assert met.billed
    assert "the upstream model is away" in str(met)


def test_a_server_may_refuse_both_forms_one_after_the_other() -> None:
    came, server = answers(
        error(400, message="use max_completion_tokens"),
        error(400, message="no response_format here"),
        texts("One."),
        requests=(request(schema=SCHEMA),),
    )

    assert len(came) == 1
    assert set(server.requests[-1]) == {*PLAIN, "max_completion_tokens"} - {"max_tokens"}


def test_a_form_that_was_not_sent_is_not_taken_out() -> None:
    assert "response_format" in str(problem(error(400, message="response_format is needed")))


def test_too_many_requests_say_how_long_to_wait_and_what_is_allowed() -> None:
    limits = with_headers(refused(429), {"retry-after": "3"} | LIMITS)

    met = problem(limits)

    assert isinstance(met, TooManyRequests)
    assert met.retry_after == 3.0
    assert met.allowance is not None
    assert met.allowance.exhausted


def test_too_many_requests_without_a_word_on_waiting() -> None:
    met = problem(refused(429))

    assert isinstance(met, TooManyRequests)
    assert (met.retry_after, met.allowance) == (None, None)


@pytest.mark.parametrize(
    ("status", "overload"), [(500, False), (503, True), (529, True), (408, False), (409, False)]
)
def test_a_failing_server_may_be_asked_again_and_costs_nothing(status: int, overload: bool) -> None:
    met = problem(refused(status, "overloaded", retry_after="2"))

    assert isinstance(met, NoAnswer)
    assert f"failed ({status}): overloaded" in str(met)
    assert (met.billed, met.overload, met.retry_after) == (False, overload, 2.0)


def test_an_answer_that_cannot_be_read_may_have_to_be_paid_for() -> None:
    met = problem(Reply(body="{"))

    assert isinstance(met, NoAnswer)
    assert (met.billed, met.overload) == (True, False)


def test_an_answer_that_does_not_come_in_time_is_overload_and_may_have_to_be_paid_for() -> None:
    with (
        silent(hangs_up=False) as address,
        pytest.raises(NoAnswer, match=f"{address} did not answer within") as raised,
    ):
        ask(address, timeout=0.2)

    assert (raised.value.billed, raised.value.overload) == (True, True)


def test_a_connection_that_is_cut_may_have_to_be_paid_for() -> None:
    with (
        silent(hangs_up=True) as address,
        pytest.raises(NoAnswer, match=f"{address} could not be reached") as raised,
    ):
        ask(address)

    assert (raised.value.billed, raised.value.overload) == (True, False)


def test_a_server_that_is_not_there_costs_nothing() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{free.getsockname()[1]}/v1"

    with pytest.raises(NoAnswer, match=f"{address} could not be reached") as raised:
        ask(address)

    assert (raised.value.billed, raised.value.overload) == (False, False)


@pytest.mark.parametrize(
    ("reply", "reason"),
    [
        (error(400, code="context_length_exceeded"), "context_too_long"),
        (error(400, message="This model's maximum context length is 4096"), "context_too_long"),
        (error(400, code="content_filter"), "content_filtered"),
        (error(400, code="content_policy_violation"), "content_filtered"),
        (error(400, message="Azure's content management policy"), "content_filtered"),
    ],
)
def test_a_call_that_will_never_be_answered_says_why(reply: Reply, reason: str) -> None:
    met = problem(reply)

    assert isinstance(met, CallRefused)
    assert met.reason == reason


@pytest.mark.parametrize(
    ("reply", "sentence"),
    [
        (refused(401), "refused the key"),
        (refused(403), "refused the key"),
        (refused(404, "model not found"), "no model 'tiny'.*model not found"),
        (refused(400, "temperature too high"), "refused the request.*temperature too high"),
        (refused(422, "bad seed"), "refused the request.*bad seed"),
        (Reply(status=400, body='{"detail": "no such thing"}'), "refused the request.*no such"),
        (error(429, code="insufficient_quota"), "no credit left"),
        (Reply(body="{}"), "not with a chat completion"),
        (Reply(body="[1]"), "not with a chat completion"),
    ],
)
def test_what_asking_again_would_not_mend_is_a_sentence_at_once(
    reply: Reply, sentence: str
) -> None:
    with pytest.raises(ProviderProblem, match=sentence):
        raise problem(reply)

    assert type(problem(reply)) is ProviderProblem


def test_the_key_comes_from_the_environment_and_shows_up_nowhere(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-secret")

    with (
        caplog.at_level(logging.DEBUG),
        serving([refused(400, "the key sk-secret is odd")]) as server,
        pytest.raises(ProviderProblem) as raised,
    ):
        ask(server.base_url)

    assert server.keys == ["Bearer sk-secret"]
    assert "sk-secret" not in str(raised.value)
    assert "sk-secret" not in caplog.text


def test_a_model_must_be_named() -> None:
    settings = ProviderSettings(method="zero_shot", labels=("joke",))

    with pytest.raises(BadInput, match="--model"):
        OpenAICompatible(settings)


def test_thinking_that_is_counted_in_the_total_alone_is_paid() -> None:
    usage = {"prompt_tokens": 10, "completion_tokens": 5, "total_tokens": 240}
    body = {"choices": [{"message": {"content": "One."}}], "usage": usage}

    (completion,), _ = answers(Reply(body=json.dumps(body)))

    assert (completion.prompt_tokens, completion.completion_tokens) == (10, 230)


def test_a_message_in_parts_is_its_texts() -> None:
    parts = [{"type": "thinking", "thinking": []}, {"type": "text", "text": "One."}, None]

    (completion,), _ = answers(said(parts))  # type: ignore[arg-type]

    assert completion.text == "One."


@pytest.mark.parametrize("choices", [[], [{"message": None}], {"0": 1}])
def test_an_answer_without_a_message_was_worked_on_if_tokens_were_counted(choices: object) -> None:
    body = {"choices": choices, "usage": {"prompt_tokens": 1}}

    raised = problem(Reply(body=json.dumps(body)))

    assert isinstance(raised, NoAnswer)
    assert raised.billed
    assert "without a message" in str(raised)


@pytest.mark.parametrize("body", ["[" * 100_000, '{"a": ' + "9" * 5_000 + "}"])
def test_json_that_no_parser_takes_is_an_answer_that_cannot_be_read(body: str) -> None:
    raised = problem(Reply(body=body))

    assert isinstance(raised, NoAnswer)
    assert "not JSON" in str(raised)


@pytest.mark.parametrize(("status", "billed"), [(504, True), (524, True), (500, False)])
def test_a_gateway_that_lost_patience_may_have_cost_something(status: int, billed: bool) -> None:
    raised = problem(refused(status))

    assert isinstance(raised, NoAnswer)
    assert raised.billed is billed


def test_what_a_server_says_can_be_stored() -> None:
    assert "\0" not in str(problem(refused(400, "a NUL: \0")))


def test_llama_cpp_says_in_its_own_words_that_a_prompt_is_too_long() -> None:
    message = "request (4390 tokens) exceeds the available context size (4096 tokens)"

    raised = problem(refused(400, message))

    assert isinstance(raised, CallRefused)
    assert raised.reason == "context_too_long"


def test_an_answer_that_drips_takes_no_longer_than_one_may() -> None:
    with dripping() as address, pytest.raises(NoAnswer, match="did not answer within") as raised:
        ask(address, timeout=1.0)

    assert raised.value.billed
