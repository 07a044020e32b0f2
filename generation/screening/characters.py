"""Characters that no database or file can hold."""

from __future__ import annotations

REPLACEMENT = "\N{REPLACEMENT CHARACTER}"
_UNSTORABLE = {0: REPLACEMENT} | dict.fromkeys(range(0xD800, 0xE000), REPLACEMENT)


def storable(text: str) -> str:
    """`text` with NUL and half surrogates marked as replaced, so that it can be kept and shown.

    >>> storable("half an emoji: \\ud83d")
    'half an emoji: �'
    """
    return text.translate(_UNSTORABLE)


def is_broken(text: str) -> bool:
    """Whether some character of the text is lost: such a text is kept, but not as an example."""
    return REPLACEMENT in text
