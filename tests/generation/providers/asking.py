"""What the tests of providers share: one plain request."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from generation.providers.base import CompletionRequest, Message

MESSAGES: tuple[Message, ...] = (
    {"role": "system", "content": "Be funny."},
    {"role": "user", "content": "A joke!"},
)


def request(label: str = "joke", number: int = 0, **given: Any) -> CompletionRequest:
    """One call for one text; what is `given` goes into its place."""
    usual: dict[str, Any] = {
        "messages": MESSAGES,
        "n_texts": 1,
        "temperature": 0.5,
        "max_tokens": 100,
        "seed": 7,
    }
    return CompletionRequest(label=label, number=number, **usual | given)


def user(content: str) -> Sequence[Message]:
    """A conversation of one message."""
    return ({"role": "user", "content": content},)
