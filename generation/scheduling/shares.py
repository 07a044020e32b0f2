"""How many examples and calls a run needs."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Sequence
from dataclasses import dataclass

CHARACTERS_PER_TOKEN = 4  # English, roughly
TOKENS_PER_WORD = 1.5  # with the JSON around it, roughly


@dataclass(frozen=True, kw_only=True)
class Estimate:
    """What a run will cost if nothing is rejected; rough, and more with every rejection."""

    calls: int
    prompt_tokens: int
    completion_tokens: int


def equal_shares(count: int, *, n_labels: int) -> list[int]:
    """Examples per label: as equal as can be, the first labels taking what is left over.

    >>> equal_shares(8, n_labels=3)
    [3, 3, 2]
    """
    share, left_over = divmod(count, n_labels)
    return [share + (place < left_over) for place in range(n_labels)]


def call_seed(seed: int, *, label: str, number: int) -> int:
    """The seed of one call, in [0, 2³¹): other for each call, the same on every machine."""
    digest = hashlib.blake2b(f"{seed}/{number}/{label}".encode(), digest_size=4).digest()
    return int.from_bytes(digest, "big") >> 1


def estimate_label(
    *, quota: int, n_texts: int, turns: int, words: tuple[int, int], opening: Sequence[str]
) -> Estimate:
    """Calls and tokens for the examples of one label.

    Args:
        quota: examples wanted.
        n_texts: texts asked for in one call.
        turns: calls in one conversation; each sends the turns before it again.
        words: fewest and most words of a text; the middle is reckoned with.
        opening: the messages of a first turn; a later one is taken to add half as much.

    >>> estimate_label(quota=20, n_texts=10, turns=1, words=(10, 10), opening=["x" * 400])
    Estimate(calls=2, prompt_tokens=200, completion_tokens=300)
    """
    calls = math.ceil(quota / n_texts)
    first = sum(map(len, opening)) // CHARACTERS_PER_TOKEN
    answer = round(n_texts * sum(words) / 2 * TOKENS_PER_WORD)
    sent = sum(first + (number % turns) * (answer + first // 2) for number in range(calls))
    return Estimate(calls=calls, prompt_tokens=sent, completion_tokens=calls * answer)
