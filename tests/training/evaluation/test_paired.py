from __future__ import annotations

import numpy as np
import pytest

from training.evaluation.linearised import macro_f1_influence
from training.evaluation.paired import PairedTest, paired_test
from training.evaluation.scores import Codes, score

ROWS, TRIES = 120, 300


def two_equal_arms(rng: np.random.Generator, *, seeds: int, of_seeds: float) -> list[Codes]:
    """Gold labels and two arms that differ by chance only: in rows, in seeds, and in both."""
    gold = rng.integers(2, size=ROWS)
    hard = rng.normal(0, 1, ROWS)
    said = []
    for _ in range(2):
        luck = rng.normal(0, of_seeds, (seeds, 1)) + rng.normal(0, 0.3, (seeds, ROWS))
        right = 1 + hard + rng.normal(0, 0.3, ROWS) + luck > 0
        said.append(np.where(right, gold, 1 - gold))
    return [gold, *said]


@pytest.mark.parametrize("seeds", [3, 5])
@pytest.mark.parametrize("of_seeds", [0.0, 0.3])
def test_equal_arms_are_told_apart_about_once_in_twenty(seeds: int, of_seeds: float) -> None:
    rng = np.random.default_rng(7)

    claims = [
        paired_test(*two_equal_arms(rng, seeds=seeds, of_seeds=of_seeds), n_labels=2).p < 0.05
        for _ in range(TRIES)
    ]

    # 15 of 300 expected; beyond 30 lies 1 case in 5,000
    assert 2 <= sum(claims) <= 30


def one_set_and_random_ones(rng: np.random.Generator, *, seeds: int) -> list[Codes]:
    """Gold labels, an arm whose seeds share their luck, and one whose seeds each have their own."""
    gold = rng.integers(2, size=ROWS)
    hard = rng.normal(0, 1, ROWS)
    lucks = rng.normal(0, 0.3, (1, 1)), rng.normal(0, 0.3, (seeds, 1))
    return [
        gold,
        *(
            np.where(1 + hard + rng.normal(0, 0.3, (seeds, ROWS)) + luck > 0, gold, 1 - gold)
            for luck in lucks
        ),
    ]


@pytest.mark.parametrize("seeds", [3, 10])
def test_one_set_that_is_as_good_as_random_ones_is_called_better_about_once_in_twenty(
    seeds: int,
) -> None:
    rng = np.random.default_rng(7)
    tries = [one_set_and_random_ones(rng, seeds=seeds) for _ in range(TRIES)]

    ours = [paired_test(*one, n_labels=2, one_draw=True).p < 0.05 for one in tries]
    as_if = [paired_test(*one, n_labels=2).p < 0.05 for one in tries]

    assert sum(ours) <= 30
    assert sum(as_if) > 50  # the luck of the one set is taken for a gain


def test_one_set_that_is_better_than_any_random_one_is_seen() -> None:
    rng = np.random.default_rng(0)
    gold = rng.integers(2, size=300)
    good, bad = (
        np.stack([np.where(rng.random(300) < share, gold, 1 - gold) for _ in range(5)])
        for share in (0.9, 0.7)
    )

    found = paired_test(gold, good, bad, n_labels=2, one_draw=True)

    assert found.p < 0.05
    assert found.low > 0


def test_a_clear_difference_is_seen() -> None:
    rng = np.random.default_rng(0)
    gold = rng.integers(3, size=300)
    good, bad = (
        np.stack([np.where(rng.random(300) < share, gold, (gold + 1) % 3) for _ in range(5)])
        for share in (0.9, 0.7)
    )

    found = paired_test(gold, good, bad, n_labels=3)

    assert found.p < 0.01
    assert found.low > 0


def test_what_is_the_same_does_not_differ() -> None:
    gold = np.array([0, 1, 0, 1])
    said = np.array([[0, 1, 1, 1], [0, 0, 0, 1]])

    found = paired_test(gold, said, said, n_labels=2)

    assert (found.mean, found.low, found.high, found.p) == (0, 0, 0, 1)


def test_swapping_the_arms_turns_the_sign_only() -> None:
    gold, first, second = two_equal_arms(np.random.default_rng(1), seeds=3, of_seeds=0.3)

    one = paired_test(gold, first, second, n_labels=2)
    other = paired_test(gold, second, first, n_labels=2)

    assert (one.mean, one.low, one.high) == pytest.approx((-other.mean, -other.high, -other.low))
    assert one.p == pytest.approx(other.p)


def test_the_order_of_rows_and_of_seeds_does_not_matter() -> None:
    rng = np.random.default_rng(1)
    gold, first, second = two_equal_arms(rng, seeds=3, of_seeds=0.3)
    rows, seeds = rng.permutation(ROWS), [2, 0, 1]

    plain = paired_test(gold, first, second, n_labels=2)
    mixed = paired_test(gold[rows], first[seeds][:, rows], second[seeds][:, rows], n_labels=2)

    assert numbers(mixed) == pytest.approx(numbers(plain))


def test_the_interval_leaves_zero_out_just_where_p_is_below_a_twentieth() -> None:
    rng = np.random.default_rng(3)
    for _ in range(40):
        gold, first, second = two_equal_arms(rng, seeds=3, of_seeds=0.2)

        found = paired_test(gold, first, second, n_labels=2)

        assert (found.p < 0.05) == (found.low > 0 or found.high < 0)


def test_the_interval_reaches_zero_where_too_few_rows_differ_to_show_anything() -> None:
    gold = np.array([0, 1] * 200)
    worse = gold.copy()
    worse[:5] = 1 - worse[:5]

    found = paired_test(gold, np.tile(gold, (5, 1)), np.tile(worse, (5, 1)), n_labels=2)

    assert found.p == 2.0**-4
    assert found.low == 0 < found.mean < found.high


def test_with_one_seed_only_the_rows_are_uncertain() -> None:
    gold, first, second = two_equal_arms(np.random.default_rng(1), seeds=1, of_seeds=0.0)

    found = paired_test(gold, first, second, n_labels=2)

    assert (found.seeds, found.degrees) == (1, ROWS - 1)


def test_one_row_that_differs_can_show_nothing() -> None:
    gold = np.array([0, 1, 0, 1])
    worse = np.array([[1, 1, 0, 1]] * 3)

    assert paired_test(gold, np.stack([gold] * 3), worse, n_labels=2).p == 1


def test_a_rows_influence_is_what_leaving_it_out_does() -> None:
    rng = np.random.default_rng(0)
    gold = rng.integers(3, size=400)
    said = np.where(rng.random(400) < 0.7, gold, rng.integers(3, size=400))
    whole = score(gold, said, n_labels=3).macro_f1
    left_out = [
        399 * (whole - score(np.delete(gold, at), np.delete(said, at), n_labels=3).macro_f1)
        for at in range(20)
    ]

    influence = macro_f1_influence(gold, said, n_labels=3)

    assert influence[:20] == pytest.approx(np.array(left_out), abs=0.01)
    assert influence.sum() == pytest.approx(0, abs=1e-9)


def numbers(found: PairedTest) -> tuple[float, ...]:
    return (found.mean, found.low, found.high, found.p, found.degrees)
