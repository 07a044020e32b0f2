"""What a run will take, before it starts: a range, since nobody knows what will be rejected."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from generation.scheduling.budget import Price

CHARACTERS_PER_TOKEN = 4  # English, roughly
TOKENS_PER_WORD = 1.5  # with the JSON around it, roughly
TOKENS_PER_LABEL = 8  # of an answer that names one, roughly
WORST_SHARE = 0.6  # of the texts passes, at the dear end of the range
OFF = 1.3  # how far the two figures above may be off


@dataclass(frozen=True, kw_only=True)
class Estimate:
    """Calls and tokens."""

    calls: int
    prompt_tokens: int
    completion_tokens: int

    def __add__(self, other: Estimate) -> Estimate:
        return Estimate(
            calls=self.calls + other.calls,
            prompt_tokens=self.prompt_tokens + other.prompt_tokens,
            completion_tokens=self.completion_tokens + other.completion_tokens,
        )

    def times(self, factor: float) -> Estimate:
        """The same calls with so many times the tokens."""
        return Estimate(
            calls=self.calls,
            prompt_tokens=round(self.prompt_tokens * factor),
            completion_tokens=round(self.completion_tokens * factor),
        )

    def cost(self, price: Price) -> int:
        """In nanos."""
        return price.nanos(sent=self.prompt_tokens, written=self.completion_tokens)


@dataclass(frozen=True, kw_only=True)
class Range:
    """From every text passing to only `WORST_SHARE` of them."""

    low: Estimate
    likely: Estimate
    high: Estimate


def estimate_calls(
    *,
    quota: int,
    n_texts: int,
    turns: int,
    words: float,
    opening: Sequence[str],
    share_good: float = 1.0,
) -> Estimate:
    """Calls and tokens for the examples of one label.

    Args:
        quota: examples wanted.
        n_texts: texts asked for in one call.
        turns: calls in one conversation; each sends the turns before it again.
        words: of one text.
        opening: the messages of a first turn; a later one is taken to add half as much.
        share_good: in (0, 1], share of the texts that pass the screening.

    >>> estimate_calls(quota=20, n_texts=10, turns=1, words=10, opening=["x" * 400])
    Estimate(calls=2, prompt_tokens=200, completion_tokens=300)
    """
    calls = math.ceil(quota / (n_texts * share_good))
    first = sum(map(len, opening)) // CHARACTERS_PER_TOKEN
    answer = round(n_texts * words * TOKENS_PER_WORD)
    sent = sum(first + (number % turns) * (answer + first // 2) for number in range(calls))
    return Estimate(calls=calls, prompt_tokens=sent, completion_tokens=calls * answer)


def labelling_estimate(
    *, quota: int, n_texts: int, words: tuple[int, int], frame: Sequence[str]
) -> Estimate:
    """Calls and tokens of the separate labelling pass over the texts of one label.

    Args:
        quota: texts to be labelled.
        n_texts: in one call.
        words: fewest and most of a text; the middle is reckoned with.
        frame: the messages without any text.

    >>> labelling_estimate(quota=20, n_texts=10, words=(10, 10), frame=["x" * 400])
    Estimate(calls=2, prompt_tokens=500, completion_tokens=160)
    """
    calls = math.ceil(quota / n_texts)
    texts = round(quota * sum(words) / 2 * TOKENS_PER_WORD)
    sent = calls * (sum(map(len, frame)) // CHARACTERS_PER_TOKEN) + texts
    return Estimate(calls=calls, prompt_tokens=sent, completion_tokens=quota * TOKENS_PER_LABEL)


def estimate_range(
    *, quota: int, n_texts: int, turns: int, words: tuple[int, int], opening: Sequence[str]
) -> Range:
    """From short texts that all pass to long ones of which many do not; see `estimate_calls`."""

    def at(length: float, share: float) -> Estimate:
        return estimate_calls(
            quota=quota,
            n_texts=n_texts,
            turns=turns,
            words=length,
            opening=opening,
            share_good=share,
        )

    fewest, most = words
    return Range(
        low=at(fewest, 1.0).times(1 / OFF),
        likely=at((fewest + most) / 2, (1 + WORST_SHARE) / 2),
        high=at(most, WORST_SHARE).times(OFF),
    )
