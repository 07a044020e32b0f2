"""A conversation as the tokens a model reads: where its answer begins, and where it ends."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from generation.errors import CallRefused
from generation.providers.base import Message

SPEAKERS = {"user": "User", "assistant": "Assistant"}


def prompt_tokens(tokenizer: Any, messages: Sequence[Message]) -> list[int]:
    """Token ids up to where the answer begins.

    The tokenizer's chat template is applied; one that knows no system messages gets those at the
    head of the next message. A tokenizer without a template reads `plain_text`.

    Raises:
        CallRefused: the template does not take this conversation.
    """
    if not tokenizer.chat_template:
        return list(tokenizer(plain_text(messages))["input_ids"])
    from jinja2 import TemplateError

    try:
        return _templated(tokenizer, messages)
    except TemplateError:
        try:
            return _templated(tokenizer, without_system(messages))
        except TemplateError as error:
            sentence = f"The model's chat template does not take this conversation: {error}"
            raise CallRefused(sentence, reason="failed") from error


def end_marks(*given: int | Sequence[int] | None) -> frozenset[int]:
    """Every token that ends an answer: models name one, several or none.

    >>> sorted(end_marks([2, 7], 2, None))
    [2, 7]
    """
    listed = (marks if isinstance(marks, Sequence) else [marks] for marks in given)
    return frozenset(mark for marks in listed for mark in marks if mark is not None)


def plain_text(messages: Sequence[Message]) -> str:
    r"""Messages one after another, a blank line between them, up to the answer.

    >>> plain_text([{"role": "system", "content": "Be kind."}, {"role": "user", "content": "Hi."}])
    'Be kind.\n\nUser: Hi.\n\nAssistant:'
    """
    parts = []
    for message in messages:
        speaker = SPEAKERS.get(message["role"])
        parts.append(f"{speaker}: {message['content']}" if speaker else message["content"])
    return "\n\n".join([*parts, "Assistant:"])


def without_system(messages: Sequence[Message]) -> list[Message]:
    """The same with each system message at the head of the message after it.

    >>> without_system([
    ...     {"role": "system", "content": "Be kind."}, {"role": "user", "content": "Hi."}
    ... ])
    [{'role': 'user', 'content': 'Be kind.\\n\\nHi.'}]
    """
    kept: list[Message] = []
    said: list[str] = []
    for message in messages:
        said.append(message["content"])
        if message["role"] != "system":
            kept.append({"role": message["role"], "content": "\n\n".join(said)})
            said = []
    return kept


def _templated(tokenizer: Any, messages: Sequence[Message]) -> list[int]:
    coded = tokenizer.apply_chat_template(
        list(messages), add_generation_prompt=True, tokenize=True, return_dict=True
    )
    return list(coded["input_ids"])
