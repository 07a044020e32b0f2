"""The text of a study, written as Markdown, as blocks that a page can print.

Only what study files use: paragraphs, lists and emphasis. Everything else stands as it was written.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

EMPHASIS = re.compile(r"(?<![*\w])\*{1,2}(?=\S)([^*\n]+?)(?<=\S)\*{1,2}(?![*\w])")
ITEM = re.compile(r"[-*] +")
HEADING = re.compile(r"#+ +")


@dataclass(frozen=True, kw_only=True)
class Block:
    """A paragraph, or the items of a list."""

    text: str = ""
    items: tuple[str, ...] = ()


def blocks(markdown: str) -> list[Block]:
    """
    >>> blocks("It *asks*\\nthis:\\n\\n- one\\n  more\\n- two")
    [Block(text='It asks this:', items=()), Block(text='', items=('one more', 'two'))]
    """
    found = []
    for part in re.split(r"\n\s*\n", markdown.strip()):
        lines = part.strip().splitlines()
        if lines and ITEM.match(lines[0]):
            found.append(Block(items=tuple(_items(lines))))
        elif lines:
            found.append(Block(text=_plain(HEADING.sub("", " ".join(lines), count=1))))
    return found


def _items(lines: list[str]) -> list[str]:
    items: list[str] = []
    for line in lines:
        if ITEM.match(line):
            items.append(ITEM.sub("", line, count=1))
        else:
            items[-1] += f" {line.strip()}"
    return [_plain(item) for item in items]


def _plain(text: str) -> str:
    return EMPHASIS.sub(r"\1", " ".join(text.split()))
