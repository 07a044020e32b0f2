"""Equal texts, whatever their case, spacing and punctuation."""

from __future__ import annotations

import hashlib
import unicodedata

KEPT = {"L", "M", "N"}  # letters, marks and numbers


def normalised(text: str) -> str:
    """Letters, marks and numbers of the text in lower case, its words one space apart.

    A text without any (only emoji, say) is compared as it stands.

    >>> normalised("  So…  HAPPY, again! #blessed ")
    'so happy again blessed'
    """
    folded = unicodedata.normalize("NFKC", text).casefold()
    kept = "".join(c for c in folded if c.isspace() or unicodedata.category(c)[0] in KEPT)
    return " ".join(kept.split()) or folded.strip()


def text_key(text: str) -> bytes:
    """16 bytes that equal texts share, so that a large project's texts fit in memory."""
    content = normalised(text).encode("utf-8", "surrogatepass")
    return hashlib.blake2b(content, digest_size=16).digest()
