"""Each fault looks to the client as it would elsewhere."""

from __future__ import annotations

import json
import time
from typing import Any

import openai
import pytest

from tests.generation.limited_server import LimitedServer
from tests.generation.limited_server.asking import ask, client_of, content, raw, refusal_of, request


@pytest.mark.parametrize(
    ("fault", "status"), [("error_429", 429), ("error_500", 500), ("error_503", 503)]
)
def test_errors_are_sent_and_not_billed(limited: LimitedServer, fault: str, status: int) -> None:
    limited.configure(**{fault: 1})

    error = refusal_of(limited)

    assert error.status_code == status
    assert "retry-after" not in error.response.headers
    stats = limited.stats()
    assert (stats["admitted"], stats["billed"], stats["faults"]) == (1, 0, {fault: 1})


def test_a_timeout_is_silence_then_the_end_and_is_billed(limited: LimitedServer) -> None:
    limited.configure(timeout=1, timeout_s=0.3)
    began = time.monotonic()

    came = raw(limited, request())

    assert (came, limited.stats()["outcomes"]) == (b"", {"timeout": 1})
    assert 0.3 <= time.monotonic() - began < 2


def test_the_client_sees_a_timeout_and_a_cut_as_such(limited: LimitedServer) -> None:
    limited.configure(timeout=1, timeout_s=5)
    with client_of(limited, timeout=0.2) as client, pytest.raises(openai.APITimeoutError):
        client.chat.completions.create(**request())

    limited.configure(timeout=0, cut=1)
    with pytest.raises(openai.APIConnectionError):
        ask(limited)


def test_a_cut_answer_ends_in_the_middle_and_is_billed(limited: LimitedServer) -> None:
    limited.configure(cut=1)

    head, _, body = raw(limited, request()).decode().partition("\r\n\r\n")

    length = int(head.lower().partition("content-length: ")[2].split("\r\n")[0])
    assert len(body) == length // 2
    assert limited.stats()["outcomes"] == {"cut": 1}


def test_a_malformed_answer_is_no_json_and_is_billed(limited: LimitedServer) -> None:
    limited.configure(malformed=1)

    with pytest.raises(json.JSONDecodeError):
        ask(limited)

    assert limited.stats()["outcomes"] == {"malformed": 1}


def test_bad_content_is_a_good_response_with_a_bad_answer(limited: LimitedServer) -> None:
    limited.configure(bad_content=1)

    answers = [content(ask(limited, number)) for number in range(8)]

    assert {answer.startswith("Certainly!") for answer in answers} == {True, False}
    for answer in answers:
        with pytest.raises(json.JSONDecodeError):
            json.loads(answer)


@pytest.mark.parametrize(("fault", "sizes"), [("too_few", range(4)), ("too_many", range(5, 7))])
def test_too_few_and_too_many_texts(limited: LimitedServer, fault: str, sizes: range) -> None:
    limited.configure(**{fault: 1})

    assert len(json.loads(content(ask(limited)))["examples"]) in sizes


def test_a_wrong_label_is_on_every_second_text(limited: LimitedServer) -> None:
    limited.configure(wrong_label=1)

    written = json.loads(content(ask(limited)))["examples"]

    assert [type(text) for text in written] == [dict, str, dict, str]
    assert set(written[0]) == {"text", "label"}


def test_duplicate_texts_repeat_within_and_between_answers(limited: LimitedServer) -> None:
    limited.configure(duplicate_text=1)

    lists = [
        json.loads(content(ask(limited, number, n_texts=20)))["examples"] for number in range(12)
    ]

    assert all(texts[0] == texts[-1] for texts in lists)
    assert len({text for texts in lists for text in texts[:-1]}) < 12 * 19


def test_refusals_and_filters_look_like_openais(limited: LimitedServer) -> None:
    limited.configure(refusal=1)
    assert content(ask(limited)).startswith("I'm sorry")
    structured = ask(limited, response_format={"type": "json_object"}).choices[0].message
    assert (structured.content, structured.refusal[:9]) == (None, "I'm sorry")

    limited.configure(refusal=0, content_filter=1)
    filtered = ask(limited).choices[0]
    assert (filtered.message.content, filtered.finish_reason) == ("", "content_filter")


@pytest.mark.parametrize(
    ("setting", "asked", "status", "code"),
    [
        ({"context_limit": 24}, {}, 400, "context_length_exceeded"),
        ({"no_schema": True}, {"response_format": {"type": "json_schema"}}, 400, None),
        ({"unknown_models": ["tiny"]}, {}, 404, "model_not_found"),
        ({"required_key": "secret"}, {}, 401, "invalid_api_key"),
        ({}, {"messages": []}, 400, None),
    ],
)
def test_what_cannot_be_answered_is_refused(
    limited: LimitedServer, setting: Any, asked: Any, status: int, code: str | None
) -> None:
    limited.configure(**setting)

    error = refusal_of(limited, **asked)

    assert (error.status_code, error.code) == (status, code)
    assert limited.stats()["turned_away"] == {str(status): 1}


def test_the_right_key_is_let_in(limited: LimitedServer) -> None:
    limited.configure(required_key="secret")

    with client_of(limited, api_key="secret") as client:
        assert client.models.list().data[0].id == "tiny"


def test_faults_have_their_shares_and_come_again(limited: LimitedServer) -> None:
    shares = {"error_500": 0.3, "too_few": 0.2}
    limited.configure(**shares)

    def outcomes() -> list[str]:
        found = []
        with client_of(limited) as client:
            for number in range(150):
                try:
                    found.append(content(client.chat.completions.create(**request(number))))
                except openai.InternalServerError:
                    found.append("")
        return found

    first = outcomes()
    faults = limited.stats()["faults"]
    limited.reset()

    assert outcomes() == first
    assert faults["error_500"] == pytest.approx(45, abs=20)
    assert faults["too_few"] == pytest.approx(30, abs=18)


def test_another_attempt_may_meet_another_fate(limited: LimitedServer) -> None:
    limited.configure(error_500=0.5)

    def statuses(number: int) -> list[int]:
        with client_of(limited) as client:
            found = []
            for _ in range(12):
                try:
                    client.chat.completions.create(**request(number))
                    found.append(200)
                except openai.InternalServerError:
                    found.append(500)
            return found

    first = statuses(1)
    limited.reset()

    assert set(first) == {200, 500}
    assert statuses(1) == first != statuses(2)
