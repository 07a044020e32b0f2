"""Texts as pages may show them, whatever is in them."""

from __future__ import annotations

import re

LINE_ENDS = re.compile("\r\n?")
# C0 controls have pictures of their own; what has none becomes the replacement character
PICTURES = {code: 0x2400 + code for code in range(0x20) if code not in (0x09, 0x0A)}
PICTURES |= {0x7F: 0x2421}
PICTURES |= dict.fromkeys([*range(0x80, 0xA0), *range(0xD800, 0xE000), 0xFFFE, 0xFFFF], 0xFFFD)


def readable(text: str) -> str:
    r"""The text with control characters made visible, and nothing else changed.

    Tabs and line ends stay; every line end becomes a line feed. Bidirectional marks stay too:
    right-to-left texts need them, and the page keeps them inside the text's own box.

    >>> readable("one\x00two\r\nthree")
    'one␀two\nthree'
    """
    return LINE_ENDS.sub("\n", text).translate(PICTURES)
