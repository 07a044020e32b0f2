"""The messages a call sends, rebuilt from the turns before it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from generation.providers.base import Message

NO_ANSWER = '{"examples": []}'  # an empty answer: chat templates refuse empty messages


@dataclass(frozen=True, kw_only=True)
class Turn:
    """One finished call: what it added to the conversation, and the answer."""

    added: Sequence[Message]
    answer: str


def conversation(turns: Iterable[Turn], *, added: Sequence[Message]) -> tuple[Message, ...]:
    """What is sent at the turn that follows `turns` and adds `added`.

    >>> ask = {"role": "user", "content": "A joke!"}
    >>> more = {"role": "user", "content": "Another!"}
    >>> sent = conversation([Turn(added=[ask], answer="Knock, knock.")], added=[more])
    >>> [message["content"] for message in sent]
    ['A joke!', 'Knock, knock.', 'Another!']
    """
    messages: list[Message] = []
    for turn in turns:
        messages.extend(turn.added)
        answer = turn.answer if turn.answer.strip() else NO_ANSWER
        messages.append({"role": "assistant", "content": answer})
    return (*messages, *added)
