from __future__ import annotations

import hashlib
import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from curation.duplicates import jaccard, normalised, sign
from curation.duplicates.signatures import levels_of
from generation.screening.band_table import RECENT, BandTable
from generation.screening.near_duplicates import NearIndex, layout

WORDS = [hashlib.sha256(str(n).encode()).hexdigest()[: 2 + n % 8] for n in range(3_000)]


def made_up(dice: random.Random, n_words: int) -> str:
    return " ".join(dice.choices(WORDS, k=n_words))


def changed(dice: random.Random, text: str, n_changes: int) -> str:
    words = text.split()
    for _ in range(n_changes):
        words[dice.randrange(len(words))] = dice.choice(WORDS)
    return " ".join(words)


def true_jaccard(one: str, other: str) -> float:
    first, second = ({text[i : i + 4] for i in range(len(text) - 3)} for text in (one, other))
    return len(first & second) / len(first | second)


def near(one: str, other: str, *, limit: float = 0.8) -> bool:
    known = NearIndex(near=limit)
    known.extend([normalised(one)])
    return known.nearest(sign([normalised(other)])) > 0


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("The bus was late again this morning, of course.", "The bus was late again this morning."),
        (
            "I love waiting an hour for a ten minute train",
            "i love waiting an hour for a 10 minute train!",
        ),
        (
            "今天的公共汽车又晚点了真是太好了我非常高兴啊",
            "今天的公共汽车又晚点了真是太好了我非常高兴",
        ),
        ("वह आज फिर देर से आया और किसी ने कुछ नहीं कहा", "वह आज फिर देर से आया और किसी ने कुछ नहीं कहा जी"),
    ],
)
def test_texts_that_differ_by_a_word_are_near(one: str, other: str) -> None:
    assert near(one, other, limit=0.75)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("The bus was late again this morning.", "The train was on time this evening."),
        ("Shares of the bank rose 3 percent.", "Shares of the airline fell 12 percent."),
        ("今天的公共汽车又晚点了", "明天我们去海边吃午饭吧"),
        ("yes", "yes!!"),  # three letters: no shingle of its own
        ("ok ok ok ok", "ok ok ok ok ok ok"),  # three different shingles
    ],
)
def test_texts_that_share_a_few_words_are_not(one: str, other: str) -> None:
    assert not near(one, other)


@pytest.mark.parametrize("n_words", [5, 12, 30, 100, 300, 600])
def test_the_estimate_is_close_to_the_true_index(n_words: int) -> None:
    dice = random.Random(n_words)
    errors = []
    for _ in range(60):
        one = made_up(dice, n_words)
        other = changed(dice, one, max(1, n_words // 12))
        text, known = sign([one]), sign([other])
        estimated = jaccard(text, known.sketches, known.sizes)[0]
        errors.append(estimated - true_jaccard(one, other))

    assert np.std(errors) < 0.035
    assert abs(np.mean(errors)) < 0.02


@pytest.mark.parametrize("limit", [0.6, 0.7, 0.8, 0.9])
def test_pairs_a_little_above_the_limit_are_found(limit: float) -> None:
    dice = random.Random(7)
    texts = [made_up(dice, dice.randrange(5, 120)) for _ in range(1_500)]
    known = NearIndex(near=limit)
    known.extend(texts)

    asked = found = 0
    for text in texts:
        other = changed(dice, text, dice.randrange(1, 2 + len(text.split()) // 8))
        if true_jaccard(text, other) >= limit + 0.05:
            asked += 1
            found += known.nearest(sign([other])) > 0

    assert asked > 60
    assert found / asked >= 0.95


def test_what_is_far_below_the_limit_is_never_flagged() -> None:
    dice = random.Random(3)
    texts = [made_up(dice, dice.randrange(5, 400)) for _ in range(400)]
    known = NearIndex(near=0.7)
    known.extend(texts)

    flagged = 0
    for text in texts:
        other = changed(dice, text, 1 + len(text.split()) // 3)
        flagged += true_jaccard(text, other) < 0.6 and known.nearest(sign([other])) > 0

    assert flagged == 0


def test_long_texts_that_share_little_are_not_near() -> None:
    dice = random.Random(5)
    words = [word[:3] for word in WORDS]  # few different shingles, many in common
    one, other = (" ".join(dice.choices(words, k=900)) for _ in range(2))
    text, known = sign([one]), sign([other])

    estimated = jaccard(text, known.sketches, known.sizes)[0]

    assert true_jaccard(one[:4000], other[:4000]) < 0.4
    assert estimated < 0.5


def test_texts_on_both_sides_of_a_level_are_compared() -> None:
    dice = random.Random(11)
    one = made_up(dice, 500)
    sizes = {n: int(sign([one[:n]]).sizes[0]) for n in range(400, 2_000)}
    below = max(n for n, size in sizes.items() if size <= 512)
    shorter, longer = one[: below - 20], one[: below + 40]

    assert levels_of(sign([shorter]).sizes)[0] == 0
    assert levels_of(sign([longer]).sizes)[0] == 1
    assert near(shorter, longer, limit=0.8)
    assert near(longer, shorter, limit=0.8)


def test_texts_added_one_by_one_are_known_like_texts_added_at_once() -> None:
    dice = random.Random(2)
    texts = [made_up(dice, 12) for _ in range(1_500)]  # more than the newest entries hold
    singly, together = NearIndex(near=0.8), NearIndex(near=0.8)

    for text in texts:
        singly.add(sign([text]))
    together.extend(texts)

    others = [sign([changed(dice, text, 1)]) for text in texts[::7]]
    assert [singly.nearest(one) for one in others] == [together.nearest(one) for one in others]


def test_a_text_that_was_shown_to_be_rewritten_does_not_count() -> None:
    known = NearIndex(near=0.8)
    known.extend(["the bus was late again this morning", "a dog slept in the sun all day"])
    rewritten = sign(["the bus was late again this morning too"])

    assert known.nearest(rewritten) >= 0.8
    assert known.nearest(rewritten, kin=sign(["the bus was late again this morning"])) == 0
    assert known.nearest(rewritten, kin=sign(["a dog slept in the sun all day"])) >= 0.8


def test_memory_for_a_text_is_small() -> None:
    known = NearIndex(near=0.8)
    known.extend([f"{number} " + "word" * (number % 5) for number in range(20_000)])

    assert known.nbytes / len(known) <= 150


def test_signatures_are_the_same_on_every_machine() -> None:
    signed = sign(["the bus was late again this morning", "今天的公共汽车又晚点了"])
    content = signed.minima.tobytes() + signed.sketches.tobytes() + signed.sizes.tobytes()

    assert hashlib.sha256(content).hexdigest()[:16] == "e43341d8a9e907f3"


@pytest.mark.parametrize("limit", [0.5, 0.7, 0.8, 0.9, 1.0])
def test_every_limit_has_bands_that_find_enough(limit: float) -> None:
    rows, bands = layout(limit)
    alike = min(limit + 0.05, 0.99)

    assert 1 - (1 - alike**rows) ** bands >= 0.97


def test_a_band_table_keeps_entries_when_they_move_to_the_array() -> None:
    table = BandTable()
    for number in range(RECENT + 10):
        table.add(np.array([number % 100], np.uint64), number)

    assert table.sharing(np.array([7], np.uint64)).tolist() == list(range(7, RECENT + 10, 100))
    assert table.sharing(np.array([100], np.uint64)).size == 0


@settings(deadline=None)
@given(st.lists(st.text(alphabet=st.characters(), max_size=300), min_size=1, max_size=8))
def test_any_texts_can_be_signed_and_known(texts: list[str]) -> None:
    known = NearIndex(near=0.8)
    normal = [normalised(text) for text in texts]

    known.extend(normal)

    for text in normal:
        signed = sign([text])
        if signed.sizes[0] >= 4:
            assert known.nearest(signed) == 1
