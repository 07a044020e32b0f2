"""Answers in which a model talks about itself or declines, instead of writing a text."""

from __future__ import annotations

import re

APOSTROPHE = re.compile("[’`]")
REFUSAL = re.compile(
    r"^\W*(?:(?:i'm|i am|we're|we are)\s+(?:very\s+|so\s+)?(?:sorry|unable|not able)\b.{0,80}\b"
    r"(?:cannot|can't|can not|unable|not able|help|assist|comply|provide|create|generate|write)\b"
    r"|(?:sorry,?\s+(?:but\s+)?)?i\s+(?:cannot|can't|can not|won't|will not|am unable to)\s+"
    r"(?:help|assist|comply|provide|create|generate|write|fulfil|fulfill|produce|engage|do that)\b"
    r"|as an? (?:ai|artificial intelligence|(?:large )?language model)\b)",
    re.IGNORECASE | re.DOTALL,
)


def is_refusal(text: str) -> bool:
    """Whether the text begins like a model that declines.

    >>> is_refusal("I'm sorry, but I can't help with that."), is_refusal("I can't believe it!")
    (True, False)
    """
    return bool(REFUSAL.match(APOSTROPHE.sub("'", text[:300])))
