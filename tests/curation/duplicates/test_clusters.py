"""Texts that belong together because they are almost equal."""

from __future__ import annotations

import hashlib
import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from curation.duplicates import clusters, sign
from curation.duplicates.clusters import near_clusters
from curation.duplicates.signatures import SKETCH_BITS

WORDS = [hashlib.sha256(str(n).encode()).hexdigest()[: 2 + n % 8] for n in range(3_000)]


def made_up(dice: random.Random, n: int) -> str:
    return " ".join(dice.choices(WORDS, k=n))


def partition(texts: list[str], near: float = 0.8) -> set[frozenset[str]]:
    codes = near_clusters(texts, near=near)
    return {
        frozenset(text for text, code in zip(texts, codes, strict=True) if code == one)
        for one in set(codes.tolist())
    }


def test_case_spacing_and_punctuation_do_not_separate_texts() -> None:
    assert near_clusters(["So HAPPY, again!", "so happy again", "sad"], near=0.9).tolist() == [
        0,
        0,
        1,
    ]


def test_a_chain_of_close_pairs_is_one_cluster() -> None:
    words = made_up(random.Random(1), 60).split()
    chain = [" ".join(words[shift : shift + 50]) for shift in (0, 4, 8)]

    assert near_clusters(chain, near=0.8).tolist() == [0, 0, 0]


def test_very_short_texts_belong_together_only_when_they_are_equal() -> None:
    assert near_clusters(["no", "No!", "not"], near=0.5).tolist() == [0, 0, 1]


def test_a_long_text_and_a_slightly_longer_one_belong_together() -> None:
    words = made_up(random.Random(2), 90).split()
    shorter, longer, other = " ".join(words[:76]), " ".join(words), made_up(random.Random(3), 80)

    sizes = sign([shorter, longer]).sizes

    assert sizes[0] <= SKETCH_BITS < sizes[1], "sketched at different levels"
    assert near_clusters([shorter, longer, other], near=0.8).tolist() == [0, 0, 1]


@pytest.mark.parametrize("texts", [[], ["alone"], ["same", "same"]])
def test_few_texts_need_no_comparing(texts: list[str]) -> None:
    assert near_clusters(texts, near=0.8).tolist() == [0] * len(texts)


@given(st.integers(0, 10_000), st.randoms())
@settings(max_examples=15, deadline=None)
def test_the_clusters_do_not_depend_on_the_order_of_the_texts(
    seed: int, shuffling: random.Random
) -> None:
    dice = random.Random(seed)
    first = [made_up(dice, 12) for _ in range(12)]
    texts = first + [f"{text} {dice.choice(WORDS)}" for text in first[:6]]
    shuffled = texts.copy()
    shuffling.shuffle(shuffled)

    assert partition(texts) == partition(shuffled)


def test_a_crowded_band_is_one_cluster_without_comparing(monkeypatch: pytest.MonkeyPatch) -> None:
    text = made_up(random.Random(4), 40)
    alike = [f"{text} {number}" for number in range(12)]
    monkeypatch.setattr(clusters, "MOST_COMPARED", 5)
    monkeypatch.setattr(clusters, "_alike", lambda signed, pairs: np.zeros(len(pairs)))

    assert set(near_clusters(alike, near=0.8).tolist()) == {0}
