"""Answers: made-up texts that are never alike, spoilt where a fault asks for it."""

from __future__ import annotations

import json
import math
import random
import re
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tests.generation.limited_server.config import ServerConfig
from tests.generation.limited_server.draws import Fate, seeded

N_TEXTS = re.compile(r"(\d+) (?:different|more|texts|strings)")
DEFAULT_N_TEXTS = 10
SYLLABLES = [first + vowel for first in "bdfghjklmnprstvwz" for vowel in "aeiou"]
POOL = 50  # texts that "duplicate_text" repeats from
REFUSAL = "I'm sorry, but I can't help with that."
PROSE = "Certainly! Here is what came to my mind, though I would rather tell it as a story."
OTHER_LABEL = "a label nobody asked for"


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What the model wrote."""

    content: str | None
    refusal: str | None = None
    finish_reason: str = "stop"

    @property
    def tokens(self) -> int:
        return n_tokens(self.content or self.refusal or "")


def n_tokens(text: str) -> int:
    """A quarter of the characters, rounded up."""
    return math.ceil(len(text) / 4)


def prompt_tokens(request: Mapping[str, Any]) -> int:
    """A quarter of the characters of all messages, rounded up."""
    return math.ceil(sum(len(text_of(message)) for message in request["messages"]) / 4)


def text_of(message: Mapping[str, Any]) -> str:
    """A message's words, whether they come as one string or in parts."""
    content = message.get("content") or ""
    if isinstance(content, str):
        return content
    return "".join(part.get("text", "") for part in content)


def texts_asked_for(request: Mapping[str, Any]) -> int:
    """The number that the last user message names last, where real examples cannot hide it.

    >>> texts_asked_for({"messages": [{"role": "user", "content": "Write 3 different jokes."}]})
    3
    """
    said = [text_of(message) for message in request["messages"] if message.get("role") == "user"]
    named = N_TEXTS.findall(said[-1]) if said else []
    return int(named[-1]) if named else DEFAULT_N_TEXTS


def made_up(dice: random.Random) -> str:
    """10 to 20 made-up words of three syllables; there are 600,000 such words."""
    syllables = dice.choices(SYLLABLES, k=3 * dice.randint(10, 20))
    return " ".join(map("".join, zip(*[iter(syllables)] * 3, strict=True)))


def write_answer(
    config: ServerConfig, request: Mapping[str, Any], hashed: str, fate: Fate, *, attempt: int
) -> Answer:
    """The model's answer; with a seed in the request the same texts at every attempt."""
    if fate.fault == "content_filter":
        return Answer(content="", finish_reason="content_filter")
    if fate.fault == "refusal":
        structured = bool(request.get("response_format"))
        return Answer(content=None, refusal=REFUSAL) if structured else Answer(content=REFUSAL)
    asked_again = attempt if request.get("seed") is None else ""
    dice = seeded("texts", config.seed, hashed, asked_again)
    n_texts = _number_written(texts_asked_for(request), fate)
    texts = _spoilt([made_up(dice) for _ in range(n_texts)], config, fate)
    content = json.dumps({_list_name(request): texts})
    if fate.fault == "bad_content":
        content = PROSE if fate.dice.random() < 0.5 else content[: len(content) // 2] + "]}}"
    limit = request.get("max_completion_tokens") or request.get("max_tokens") or math.inf
    if n_tokens(content) > limit:
        return Answer(content=content[: 4 * int(limit)], finish_reason="length")
    return Answer(content=content)


def completion(
    request: Mapping[str, Any], hashed: str, answer: Answer, *, usage: bool
) -> dict[str, Any]:
    """The answer as OpenAI's chat protocol sends it."""
    message = {"role": "assistant", "content": answer.content, "refusal": answer.refusal}
    body = {
        "id": f"chatcmpl-{hashed[:24]}",
        "object": "chat.completion",
        "created": int(time.time()),
        "model": request["model"],
        "choices": [{"index": 0, "message": message, "finish_reason": answer.finish_reason}],
    }
    if not usage:
        return body
    prompt, written = prompt_tokens(request), answer.tokens
    counted = {"prompt_tokens": prompt, "completion_tokens": written}
    return body | {"usage": counted | {"total_tokens": prompt + written}}


def _number_written(n_texts: int, fate: Fate) -> int:
    other = fate.dice.randint(1, max(1, n_texts // 2))
    if fate.fault == "too_few":
        return n_texts - other
    return n_texts + other if fate.fault == "too_many" else n_texts


def _spoilt(texts: Sequence[str], config: ServerConfig, fate: Fate) -> list[Any]:
    """The list with every second text spoilt, from the first on."""
    if fate.fault == "wrong_label":
        return [
            text if place % 2 else {"text": text, "label": OTHER_LABEL}
            for place, text in enumerate(texts)
        ]
    if fate.fault == "duplicate_text":
        repeated = [
            text if place % 2 else made_up(seeded("pool", config.seed, fate.dice.randrange(POOL)))
            for place, text in enumerate(texts)
        ]
        return [*repeated[:-1], repeated[0]]
    return list(texts)


def _list_name(request: Mapping[str, Any]) -> str:
    """What the schema, if one was sent, calls its list."""
    form = request.get("response_format") or {}
    schema = form.get("json_schema", {}).get("schema", {})
    for name, value in schema.get("properties", {}).items():
        if value.get("type") == "array":
            return str(name)
    return "examples"
