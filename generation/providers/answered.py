"""What stands in a chat completion, whatever shape a server gives it."""

from __future__ import annotations

from typing import Any


def first_choice(body: Any) -> dict[str, Any]:
    """The first of the answers in a body; {} where there is none."""
    choices = body.get("choices") if isinstance(body, dict) else None
    first = choices[0] if isinstance(choices, list) and choices else None
    return first if isinstance(first, dict) else {}


def said_in(content: Any) -> str:
    """What a message says; some servers send it in parts, thinking among them.

    >>> said_in("One."), said_in([{"type": "thinking"}, {"type": "text", "text": "One."}])
    ('One.', 'One.')
    """
    if not isinstance(content, list):
        return str(content or "")
    parts = (part.get("text") for part in content if isinstance(part, dict))
    return "".join(part for part in parts if isinstance(part, str))


def tokens_of(usage: Any) -> tuple[int | None, int | None]:
    """Tokens sent and written; some servers count thinking in the total alone.

    >>> tokens_of({"prompt_tokens": 10, "completion_tokens": 5, "total_tokens": 40})
    (10, 30)
    """
    sent, written = _count(usage, "prompt_tokens"), _count(usage, "completion_tokens")
    total = _count(usage, "total_tokens")
    if sent is not None and written is not None and total is not None:
        written = max(written, total - sent)
    return sent, written


def _count(usage: Any, name: str) -> int | None:
    given = usage.get(name) if isinstance(usage, dict) else None
    return given if isinstance(given, int) and given >= 0 else None
