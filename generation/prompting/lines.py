"""Numbered and bulleted lists, for models that do not keep to JSON."""

from __future__ import annotations

import re
from collections.abc import Iterator

MARK = re.compile(r"\s{0,8}(?:\d{1,3}[.):]|\[\d{1,3}\]|[-*•])\s+(?=\S)")
QUOTES = {'"': '"', "“": "”", "'": "'", "«": "»"}


def listed_lines(body: str) -> Iterator[str]:
    """The entries of a list; a line right below an entry, without a mark, belongs to it.

    >>> list(listed_lines('Here you are:\\n1. "One."\\n2. Two,\\n   still two.\\n\\nEnjoy!'))
    ['One.', 'Two, still two.']
    """
    entry: list[str] = []
    for line in body.splitlines():
        mark = MARK.match(line)
        if mark or not line.strip():
            if entry:
                yield _unquoted(" ".join(entry))
            entry = [line[mark.end() :].strip()] if mark else []
        elif entry:
            entry.append(line.strip())
    if entry:
        yield _unquoted(" ".join(entry))


def ends_in_entry(body: str) -> bool:
    """Whether the last line belongs to an entry, so that what cut the body off cut that off.

    >>> ends_in_entry("1. One.\\n2. Two, but"), ends_in_entry("1. One.\\n2. Two.\\n\\nI hope")
    (True, False)
    """
    for line in reversed(body.splitlines()):
        if MARK.match(line):
            return True
        if not line.strip():
            break
    return False


def _unquoted(text: str) -> str:
    """Without one pair of quotation marks around the whole text."""
    closing = QUOTES.get(text[:1])
    if closing and len(text) > 1 and text.endswith(closing) and closing not in text[1:-1]:
        return text[1:-1].strip()
    return text
