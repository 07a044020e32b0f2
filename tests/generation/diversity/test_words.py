"""Distinct-n, compression, self-repetition and over-represented n-grams, counted by hand."""

from __future__ import annotations

import gzip
import math
import random
from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from curation.errors import BadInput
from generation.diversity.compression import compression_ratio
from generation.diversity.distinct import distinct_n
from generation.diversity.overused import log_odds_z, overused_ngrams
from generation.diversity.repetition import self_repetition
from generation.diversity.tokens import ngrams, read_words, spelled, words_of

texts_of_few_words = st.lists(
    st.lists(st.sampled_from("abc"), max_size=7).map(" ".join), max_size=7
)


def plain_ngrams(texts: list[str], n: int) -> list[list[tuple[str, ...]]]:
    """The n-grams of each text, the slow way."""
    split = [words_of(text) for text in texts]
    return [[tuple(one[at : at + n]) for at in range(len(one) - n + 1)] for one in split]


def test_words_keep_apostrophes_and_signs_apart() -> None:
    assert words_of("DON'T stop 😀😀 me_too!") == [
        *["don't", "stop", "😀", "😀", "me", "_", "too", "!"]
    ]


@given(texts_of_few_words, st.integers(1, 5))
@settings(max_examples=200, deadline=None)
def test_ngrams_are_those_of_a_loop(texts: list[str], n: int) -> None:
    words = read_words(texts)
    found = ngrams(words, n)

    counted = Counter(
        (int(text), spelled(found, words, int(code)))
        for text, code in zip(found.text, found.code, strict=True)
    )
    assert counted == Counter(
        (text, " ".join(one)) for text, each in enumerate(plain_ngrams(texts, n)) for one in each
    )


def test_distinct_n_is_a_share_of_all_ngrams() -> None:
    words = read_words(["a b a b", "b a"])  # words abab ba; pairs ab ba ab | ba

    assert distinct_n(words, n=1) == pytest.approx(2 / 6)
    assert distinct_n(words, n=2) == pytest.approx(2 / 4)
    assert distinct_n(words, n=3) == pytest.approx(2 / 2)
    assert math.isnan(distinct_n(words, n=5))
    assert math.isnan(distinct_n(read_words([]), n=1))


def test_compression_is_bytes_before_over_bytes_after() -> None:
    text = "".join(random.Random(0).choices("abcdefgh", k=4_000))
    ratio = compression_ratio([text])

    assert ratio == pytest.approx(4_001 / (len(gzip.compress(f"{text}\n".encode())) - 12))
    assert compression_ratio([text, text]) > 1.5 * ratio
    assert math.isnan(compression_ratio([]))


@given(texts_of_few_words)
@settings(max_examples=60, deadline=None)
def test_measures_on_words_do_not_depend_on_the_order_of_texts(texts: list[str]) -> None:
    turned = texts[::-1]
    here, there = read_words(texts), read_words(turned)

    assert compression_ratio(texts) == pytest.approx(compression_ratio(turned), nan_ok=True)
    assert distinct_n(here, n=2) == pytest.approx(distinct_n(there, n=2), nan_ok=True)
    found, other = self_repetition(here, n=2), self_repetition(there, n=2)
    assert (found.share, found.score) == pytest.approx((other.share, other.score), nan_ok=True)


def test_self_repetition_counts_other_texts_only() -> None:
    texts = ["a b c d e", "a b c d", "b c d e", "a b c d a b c d", "x y z"]
    # other texts that have them: abcd 2, bcde 1 → 3; abcd 2; bcde 1; abcd 2 (once a text); none
    found = self_repetition(read_words(texts))

    assert found.share == pytest.approx(4 / 5)
    assert found.score == pytest.approx((np.log(4) + np.log(3) + np.log(2) + np.log(3)) / 5)


@given(texts_of_few_words.filter(bool))
@settings(max_examples=100, deadline=None)
def test_self_repetition_is_that_of_a_loop(texts: list[str]) -> None:
    sets = [set(one) for one in plain_ngrams(texts, 2)]
    uses = [
        sum(gram in other for gram in mine for at, other in enumerate(sets) if at != place)
        for place, mine in enumerate(sets)
    ]

    found = self_repetition(read_words(texts), n=2)

    assert found.share == pytest.approx(np.mean([use > 0 for use in uses]))
    assert found.score == pytest.approx(np.mean(np.log1p(uses)))


def test_nothing_repeats_in_one_text_and_no_text_has_no_share() -> None:
    assert self_repetition(read_words(["a b c d a b c d"])).share == 0
    assert math.isnan(self_repetition(read_words([])).share)


def test_log_odds_and_z_are_those_of_a_pocket_calculator() -> None:
    # 6 and 2 of 8 against 2 and 6 of 8; the prior adds 2 to each
    delta, z = log_odds_z(np.array([6.0, 2.0]), np.array([2.0, 6.0]), prior=4.0)

    assert delta[0] == pytest.approx(math.log(8 / 4) - math.log(4 / 8))
    assert z[0] == pytest.approx(math.log(4) / math.sqrt(1 / 8 + 1 / 4))
    assert delta[1] == pytest.approx(-delta[0])


def test_a_larger_prior_draws_towards_no_difference() -> None:
    counts = np.array([6.0, 2.0]), np.array([2.0, 6.0])

    assert 0 < log_odds_z(*counts, prior=400.0)[0][0] < log_odds_z(*counts, prior=4.0)[0][0]


def test_only_the_longest_of_ngrams_used_together_is_listed() -> None:
    synthetic = [f"in today's world {word}" for word in "abcdefghij"] * 3
    real = [f"the {word} world" for word in "abcdefghij"] * 3

    found = overused_ngrams(synthetic, real, prior=10.0)

    listed = [one.ngram for one in found]
    assert listed[0] == "in today's world"
    assert "today's" not in listed
    assert "world" not in listed  # as frequent in both
    assert (found[0].synthetic, found[0].real) == (30, 0)
    assert [one.z for one in found] == sorted((one.z for one in found), reverse=True)


def test_equal_corpora_overuse_nothing() -> None:
    texts = ["one fine day", "another day"] * 20

    assert overused_ngrams(texts, texts) == []


def test_an_ngram_of_fewer_than_three_texts_is_not_listed() -> None:
    assert overused_ngrams(["ha " * 50, "b", "c"], ["d e f g h"] * 9, prior=1.0) == []


@pytest.mark.parametrize(
    ("synthetic", "real"), [([], []), (["a"], []), ([], ["a"]), ([""], [""]), (["a"], ["a"])]
)
def test_a_side_without_words_overuses_nothing(synthetic: list[str], real: list[str]) -> None:
    assert overused_ngrams(synthetic, real) == []


def test_a_prior_of_nothing_is_refused() -> None:
    with pytest.raises(BadInput, match="above 0"):
        overused_ngrams(["a"], ["b"], prior=0)
