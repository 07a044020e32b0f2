"""What the texts of a label that a classifier gets wrong, or is unsure of, have in common."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from generation.regions.features import Feature

LEAST_ERRORS = 8  # fewer say nothing about a kind of text
LEAST_POINTS = 0.15  # difference of two shares worth a sentence
LEAST_BITS = 0.1  # difference of two mean entropies worth a sentence
LEVEL = 0.01  # of the tests; a dozen and more are made for each label
MOST_CONFUSIONS = 3
MOST_SURFACE = 3


@dataclass(frozen=True, kw_only=True)
class JudgedRow:
    """A real text as people and a classifier labelled it."""

    text: str
    gold: str  # label code
    predicted: str  # label code
    entropy: float  # of the classifier's probabilities, bits


@dataclass(frozen=True, kw_only=True)
class Region:
    """One sentence for a prompt, and the number of rows that it was counted on."""

    sentence: str
    rows: int


@dataclass(frozen=True, kw_only=True)
class _Contrast:
    """Texts with or without a feature, counted."""

    kind: str  # which texts
    score: float  # smaller = more certain
    first: float
    second: float


def regions_of(
    label: str, rows: Sequence[JudgedRow], titles: Mapping[str, str], features: Sequence[Feature]
) -> list[Region]:
    """Sentences on where the classifier fails on `label`, and where it is unsure.

    Args:
        label: the code of a label.
        rows: judged rows, of this label and others.
        titles: label code → what people read, every label.
        features: see `features_for`.

    >>> row = JudgedRow(text="a", gold="joke", predicted="news", entropy=0.4)
    >>> titles = {"joke": "Joke", "news": "News"}
    >>> [region.sentence for region in regions_of("joke", [row] * 2, titles, [])]
    ['2 of 2 real "Joke" texts are taken for "News" (100 %).']
    """
    own = [row for row in rows if row.gold == label]
    if not own:
        return [Region(sentence=f'There is no real "{titles[label]}" text to judge by.', rows=0)]
    sentences = [
        *_confusions(label, own, titles),
        *_surface(label, own, features),
        *_unsure(label, own, features),
    ]
    return [Region(sentence=sentence, rows=len(own)) for sentence in sentences]


def two_proportions(first: int, n_first: int, second: int, n_second: int) -> float:
    """The p-value, in [0, 1], of the two-sided z test that two shares are equal.

    >>> round(two_proportions(9, 12, 20, 68), 4)
    0.0025
    """
    pooled = (first + second) / (n_first + n_second)
    spread = math.sqrt(pooled * (1 - pooled) * (1 / n_first + 1 / n_second))
    if not spread:
        return 1.0
    return math.erfc(abs(first / n_first - second / n_second) / spread / math.sqrt(2))


def _confusions(label: str, own: Sequence[JudgedRow], titles: Mapping[str, str]) -> list[str]:
    taken = Counter(row.predicted for row in own if row.predicted != label)
    if not taken:
        return [f'None of {len(own)} real "{titles[label]}" texts is taken for another label.']
    order = list(titles)
    most = sorted(taken, key=lambda other: (-taken[other], order.index(other)))
    return [
        f'{taken[other]} of {len(own)} real "{titles[label]}" texts '
        f'{"is" if taken[other] == 1 else "are"} taken for "{titles[other]}" '
        f"({round(100 * taken[other] / len(own))} %)."
        for other in most[:MOST_CONFUSIONS]
    ]


def _surface(label: str, own: Sequence[JudgedRow], features: Sequence[Feature]) -> list[str]:
    wrong = [row.text for row in own if row.predicted != label]
    right = [row.text for row in own if row.predicted == label]
    if len(wrong) < LEAST_ERRORS or not right:
        return []
    found = []
    for feature in features:
        a, b = sum(map(feature.test, wrong)), sum(map(feature.test, right))
        found += _shares(feature.has, a, len(wrong), b, len(right))
        if feature.lacks:
            found += _shares(feature.lacks, len(wrong) - a, len(wrong), len(right) - b, len(right))
    found.sort(key=lambda contrast: contrast.score)  # equals stay in the order of the features
    return [
        f"{_capital(one.kind)}: {one.first:g} of the {len(wrong)} it gets wrong, "
        f"against {one.second:g} of the {len(right)} it gets right."
        for one in found[:MOST_SURFACE]
    ]


def _shares(kind: str, a: int, n_wrong: int, b: int, n_right: int) -> list[_Contrast]:
    """The contrast, if errors have clearly more of it."""
    if a / n_wrong - b / n_right < LEAST_POINTS:
        return []
    p = two_proportions(a, n_wrong, b, n_right)
    return [_Contrast(kind=kind, score=p, first=a, second=b)] if p < LEVEL else []


def _unsure(label: str, own: Sequence[JudgedRow], features: Sequence[Feature]) -> list[str]:
    bits = np.array([row.entropy for row in own])
    found = []
    for feature in features:
        having = np.array([feature.test(row.text) for row in own])
        found += _means(feature.has, bits[having], bits[~having])
        if feature.lacks:
            found += _means(feature.lacks, bits[~having], bits[having])
    if found:
        best = min(found, key=lambda contrast: contrast.score)
        return [
            f"It is least sure of {best.kind}: "
            f"mean entropy {best.first:.2f} bits against {best.second:.2f}."
        ]
    if any(row.predicted != label for row in own):
        return []
    return [f"It is about equally sure of all {len(own)}: mean entropy {bits.mean():.2f} bits."]


def _means(
    kind: str, these: npt.NDArray[np.float64], others: npt.NDArray[np.float64]
) -> list[_Contrast]:
    """The contrast, if the classifier is clearly less sure of these than of the others."""
    if min(len(these), len(others)) < LEAST_ERRORS:
        return []
    more = float(these.mean() - others.mean())
    if more < LEAST_BITS:
        return []
    spread = math.sqrt(these.var(ddof=1) / len(these) + others.var(ddof=1) / len(others))
    p = math.erfc(more / spread / math.sqrt(2)) if spread else 0.0
    if p >= LEVEL:
        return []
    return [_Contrast(kind=kind, score=p, first=float(these.mean()), second=float(others.mean()))]


def _capital(phrase: str) -> str:
    return phrase[0].upper() + phrase[1:]
