"""Answers and bills."""

from __future__ import annotations

import json
import time

import openai
import pytest

from tests.generation.limited_server import LimitedServer
from tests.generation.limited_server.asking import ask, client_of, content, request


def test_answers_hold_the_number_asked_for_and_count_tokens(limited: LimitedServer) -> None:
    answer = ask(limited, n_texts=7)

    written = content(answer)
    assert len(json.loads(written)["examples"]) == 7
    assert answer.usage.prompt_tokens == 25
    assert answer.usage.completion_tokens == -(-len(written) // 4)
    assert answer.model == "tiny"


def test_no_two_texts_are_alike(limited: LimitedServer) -> None:
    answers = [content(ask(limited, number, n_texts=20)) for number in range(10)]
    texts = [text for answer in answers for text in json.loads(answer)["examples"]]

    assert {len(text.split()) for text in texts} <= set(range(10, 21))
    threes = [{text[start : start + 3] for start in range(len(text) - 2)} for text in texts]
    shared = [len(a & b) / len(a | b) for place, a in enumerate(threes) for b in threes[:place]]
    assert max(shared) < 0.3


def test_a_seed_makes_an_answer_come_again_and_none_makes_it_new(limited: LimitedServer) -> None:
    assert content(ask(limited, 3)) == content(ask(limited, 3))
    assert content(ask(limited, 3)) != content(ask(limited, 4))
    assert content(ask(limited, seed=None)) != content(ask(limited, seed=None))


def test_a_schema_names_the_list_and_max_tokens_cuts(limited: LimitedServer) -> None:
    schema = {"type": "object", "properties": {"jokes": {"type": "array"}}}
    form = {"type": "json_schema", "json_schema": {"name": "jokes", "schema": schema}}

    assert list(json.loads(content(ask(limited, response_format=form)))) == ["jokes"]
    cut = ask(limited, max_tokens=10)
    assert (cut.choices[0].finish_reason, cut.usage.completion_tokens) == ("length", 10)


def test_usage_can_be_missing(limited: LimitedServer) -> None:
    limited.configure(no_usage=1)

    assert ask(limited).usage is None
    assert limited.stats()["billed_prompt_tokens"] == 25


def test_answers_given_twice_are_counted(limited: LimitedServer) -> None:
    for number in (1, 1, 2, 1):
        ask(limited, number)

    stats = limited.stats()
    assert (stats["answered"], stats["answered_twice"], stats["answered_well_twice"]) == (2, 1, 1)


def test_a_client_that_hangs_up_is_billed_all_the_same(limited: LimitedServer) -> None:
    limited.configure(latency_s=0.8)

    with client_of(limited, timeout=0.4) as client, pytest.raises(openai.APITimeoutError):
        client.chat.completions.create(**request())
    while limited.stats()["working"]:
        time.sleep(0.02)

    stats = limited.stats()
    assert stats["outcomes"] == {"gone": 1}
    assert stats["billed_completion_tokens"] > 0
