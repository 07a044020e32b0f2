"""Answers in which a model talks about itself or declines, instead of writing a text."""

from __future__ import annotations

import re

APOSTROPHE = re.compile("[’`]")
DOING = (
    r"(?:help(?!\s(?:it|but|myself|ourselves|\w+ing)\b)(?=\s(?:you|with|create|write)\b|\W*$|[.,;!])"
    r"|assist|comply|provide|create|generate|write|fulfil|fulfill|produce|engage|do that)"
)
CANNOT = r"(?:cannot|can't|can not|won't|will not|(?:am|'m|are|'re) (?:unable|not able) to)"
REFUSAL = re.compile(
    r"^\W*(?:"
    rf"(?:(?:i|we)(?:'m| am|'re| are) (?:very |so )?sorry\b.{{0,80}}?|sorry,?\s(?:but\s)?)?"
    rf"\b(?:i|we)\s?{CANNOT}\s(?:\w+ly\s)?{DOING}\b"
    r"|(?:i'm |i am )?(?:very |so )?sorry\b.{0,80}\b"
    r"(?:this request|your request|my guidelines|content policy|language model|as an ai)\b"
    r"|as an? (?:ai|artificial intelligence|(?:large )?language model)\b)",
    re.IGNORECASE | re.DOTALL,
)


def is_refusal(text: str) -> bool:
    """Whether the text begins like a model that declines.

    >>> is_refusal("I'm sorry, but I can't help with that."), is_refusal("I can't believe it!")
    (True, False)
    """
    return bool(REFUSAL.match(APOSTROPHE.sub("'", text[:300])))
