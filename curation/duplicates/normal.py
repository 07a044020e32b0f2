"""What of a text counts when texts are compared: letters, marks and numbers."""

from __future__ import annotations

import unicodedata

KEPT = {"L", "M", "N"}  # letters, marks and numbers


class _KeptCharacters(dict[int, int | None]):
    """What `str.translate` does with a character; each is looked up once."""

    def __missing__(self, code: int) -> int | None:
        character = chr(code)
        kept = character.isspace() or unicodedata.category(character)[0] in KEPT
        self[code] = code if kept else None
        return self[code]


_kept_characters = _KeptCharacters()


def normalised(text: str) -> str:
    """Letters, marks and numbers of the text in lower case, its words one space apart.

    A text without any (only emoji, say) is compared as it stands.

    >>> normalised("  So…  HAPPY, again! #blessed ")
    'so happy again blessed'
    """
    folded = text.lower() if text.isascii() else unicodedata.normalize("NFKC", text).casefold()
    return " ".join(folded.translate(_kept_characters).split()) or folded.strip()
