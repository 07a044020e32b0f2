"""Topics: texts grouped by their vectors, each group named by the words that set it apart."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Vectors = npt.NDArray[np.float32]

MOST_TOPICS = 12
TEXTS_PER_TOPIC = 25  # fewer texts, fewer topics
STARTS = 5  # of which the one that fits best is taken
STEPS = 15
FITTED = 20_000  # texts from which centres are learned
NAMED = 3  # words of a topic
WORD = re.compile(r"[^\W\d_]{4,}")


@dataclass(frozen=True, kw_only=True)
class Clusters:
    """N texts in C groups."""

    topic: npt.NDArray[np.int64]  # (N,) in [0, C)
    n_topics: int


def clusters(vectors: Vectors, *, seed: int = 0) -> Clusters:
    """Spherical k-means; as many groups as there are texts for, at most `MOST_TOPICS`.

    Args:
        vectors: (N, D) float32, rows of length 1; N ≥ 0.
        seed: of the first centres and of the texts that centres are learned from. The order of
            the texts matters, too.

    Two pairs of like texts are too few to speak of topics:

    >>> clusters(np.array([[1, 0], [1, 0], [0, 1], [0, 1]], dtype=np.float32)).n_topics
    1
    """
    n = len(vectors)
    n_topics = int(np.clip(n // TEXTS_PER_TOPIC, 1, MOST_TOPICS))
    if n_topics == 1:
        return Clusters(topic=np.zeros(n, dtype=np.int64), n_topics=1)
    rng = np.random.default_rng(seed)
    some = vectors if n <= FITTED else vectors[np.sort(rng.choice(n, FITTED, replace=False))]
    tried = [_centres(some, n_topics, rng) for _ in range(STARTS)]
    centres = max(tried, key=lambda one: float((some @ one.T).max(axis=1).sum()))
    topic = np.concatenate(
        [
            (vectors[start : start + FITTED] @ centres.T).argmax(axis=1)
            for start in range(0, n, FITTED)
        ]
    )
    return Clusters(topic=topic.astype(np.int64), n_topics=n_topics)


def _centres(vectors: Vectors, n: int, rng: np.random.Generator) -> Vectors:
    centres = _first_centres(vectors, n, rng)
    for _ in range(STEPS):
        near = (vectors @ centres.T).argmax(axis=1)
        sums = np.zeros_like(centres)
        np.add.at(sums, near, vectors)
        length = np.linalg.norm(sums, axis=1, keepdims=True)
        centres = np.where(length > 0, sums / np.maximum(length, 1e-12), centres)
    return centres


def _first_centres(vectors: Vectors, n: int, rng: np.random.Generator) -> Vectors:
    """k-means++: each next centre is drawn by its distance from those before."""
    chosen = [int(rng.integers(len(vectors)))]
    nearest = np.full(len(vectors), np.inf)
    for _ in range(n - 1):
        nearest = np.minimum(nearest, np.maximum(0, 1 - vectors @ vectors[chosen[-1]]))
        total = nearest.sum()
        chances = nearest / total if total > 0 else None
        chosen.append(int(rng.choice(len(vectors), p=chances)))
    return vectors[chosen].copy()


def topic_words(texts: Sequence[str], topic: npt.NDArray[np.int64], n_topics: int) -> list[str]:
    """(C,) for each topic the words that more of its texts hold than the others' texts do.

    Words are runs of four letters or more. Equal ones stand in alphabetical order.

    >>> topic_words(["salty soup", "salty fish", "fast car"], np.array([0, 0, 1]), 2)
    ['salty, fish, soup', 'fast']
    """
    within = [Counter[str]() for _ in range(n_topics)]
    for text, place in zip(texts, topic.tolist(), strict=True):
        if place >= 0:
            within[place].update(set(WORD.findall(text.lower())))
    whole = Counter[str]()
    for counts in within:
        whole.update(counts)
    return [_words(counts, whole) for counts in within]


def _words(counts: Counter[str], whole: Counter[str]) -> str:
    def apart(word: str) -> float:
        return counts[word] ** 2 / whole[word]

    best = sorted(counts, key=lambda word: (-apart(word), word))[:NAMED]
    return ", ".join(best) or "no words of its own"
