"""Rankings of pairwise comparisons: by hand, against crowd-kit, and where the truth is known."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from scipy.optimize import approx_fprime

from curation.comparisons import Comparisons, next_pair, rank_tasks
from curation.comparisons.bradley_terry import many_scores, scores_of
from curation.comparisons.noisy import gradient, loss, noisy_scores

STRENGTHS = np.linspace(2, -2, 10)  # ten tasks, as in the first study; two next ones: 61 of 100


def collected(
    *, seed: int, n_annotators: int = 54, each: int = 10, careless: int = 0
) -> Comparisons:
    """540 comparisons of ten tasks, pairs chosen as the product does.

    The first `careless` annotators always choose the left one.
    """
    rng = np.random.default_rng(seed)
    pairs = [(f"{a}", f"{b}") for a, b in itertools.combinations(range(len(STRENGTHS)), 2)]
    done = dict.fromkeys(pairs, 0)
    rows = []
    for annotator in range(n_annotators):
        mine: set[tuple[str, str]] = set()
        for _ in range(each):
            pair = next_pair(done, mine, f"person {annotator}", seed=seed)
            assert pair is not None
            mine.add(pair)
            done[pair] += 1
            left, right = rng.permutation([int(item) for item in pair]).tolist()
            likely = 1 / (1 + np.exp(STRENGTHS[right] - STRENGTHS[left]))
            first = annotator < careless or rng.random() < likely
            rows.append((annotator, left, right, left if first else right))
    return comparisons(rows, n_items=len(STRENGTHS))


def comparisons(rows: list[tuple[int, int, int, int]], *, n_items: int) -> Comparisons:
    annotator, left, right, winner = np.array(rows, dtype=np.int64).T
    return Comparisons(annotator=annotator, left=left, right=right, winner=winner, n_items=n_items)


def random_wins(seed: int, n_items: int = 6) -> npt.NDArray[np.int64]:
    wins = np.random.default_rng(seed).integers(0, 9, size=(n_items, n_items))
    np.fill_diagonal(wins, 0)
    return wins


def test_many_rankings_at_once_are_crowd_kits_one_by_one() -> None:
    tables = [random_wins(seed) for seed in range(5)]

    together = many_scores(np.array(tables))

    for table, scores in zip(tables, together, strict=True):
        assert scores == pytest.approx(scores_of(table), abs=1e-4)


def test_an_item_that_never_lost_has_a_finite_score() -> None:
    ranking = rank_tasks(comparisons([(0, 0, 1, 0), (1, 0, 1, 0)], n_items=3), seed=0)

    assert np.isfinite([[row.low, row.score, row.high] for row in ranking.rows]).all()
    assert [(row.item, row.n) for row in ranking.rows] == [(0, 2), (2, 0), (1, 2)]


def test_three_of_three_is_not_taken_for_certain() -> None:
    rows = [(person, 0, 1, 0) for person in range(3)]

    first, second = rank_tasks(comparisons(rows, n_items=2), seed=0).rows

    assert first.low < second.high


def test_who_cannot_say_decides_nothing() -> None:
    rows = [(0, 0, 1, 0), (1, 0, 1, 0), (2, 1, 0, 1)]

    plain = rank_tasks(comparisons(rows, n_items=2), seed=0)
    with_silence = rank_tasks(comparisons([*rows, (3, 0, 1, -1)], n_items=2), seed=0)

    assert with_silence == plain


def test_known_strengths_come_back_in_their_order_and_size() -> None:
    ranking = rank_tasks(collected(seed=1), seed=0)

    scores = np.array([row.score for row in sorted(ranking.rows, key=lambda row: row.item)])
    assert np.corrcoef(np.argsort(np.argsort(-scores)), np.arange(10))[0, 1] > 0.9
    assert np.abs(scores - STRENGTHS).mean() < 0.3
    stars = [row.stars for row in sorted(ranking.rows, key=lambda row: row.item)]
    assert stars[0] == 1
    assert stars[9] == 5


def test_intervals_cover_known_strengths() -> None:
    covered = 0
    for seed in range(5):
        ranking = rank_tasks(collected(seed=seed), seed=seed, resamples=100)
        covered += sum(row.low <= STRENGTHS[row.item] <= row.high for row in ranking.rows)

    assert covered >= 44  # 95 % of 50 are 47.5; thirty seeds of 200 resamples gave 289 of 300


def test_the_noisy_form_sees_through_annotators_who_always_choose_the_left() -> None:
    said = collected(seed=3, n_annotators=60, each=20, careless=24)

    plain, noisy = scores_of(said.wins()), noisy_scores(said, seed=0)

    assert np.abs(noisy - STRENGTHS).mean() < np.abs(plain - STRENGTHS).mean()


def test_the_mended_gradient_is_that_of_the_likelihood() -> None:
    said = collected(seed=0, n_annotators=4)
    rows = np.column_stack([said.left, said.right, said.winner]) + 1
    arguments: tuple[Any, ...] = (rows, said.annotator, 10, 4, 0.5)
    x = np.random.default_rng(0).normal(size=1 + 10 + 2 * 4)

    assert gradient(x, *arguments) == pytest.approx(
        approx_fprime(x, loss, 1e-7, *arguments), abs=1e-4
    )


def test_crowd_kits_own_gradient_is_not() -> None:
    """When this fails, crowd-kit has mended its slips and `noisy` can use it as it is."""
    from crowdkit.aggregation import NoisyBradleyTerry

    said = collected(seed=0, n_annotators=4)
    rows = np.column_stack([said.left, said.right, said.winner]) + 1
    arguments: tuple[Any, ...] = (rows, said.annotator, 10, 4, 0.0)
    x = np.random.default_rng(0).normal(size=1 + 10 + 2 * 4)

    theirs = NoisyBradleyTerry._compute_gradient(x, *arguments)
    numeric = approx_fprime(x, NoisyBradleyTerry._compute_log_likelihood, 1e-7, *arguments)

    assert np.abs(theirs - numeric).max() > 0.1


def test_the_random_state_of_others_is_left_alone() -> None:
    np.random.seed(5)
    before = np.random.get_state()[1].tolist()  # type: ignore[index]

    noisy_scores(collected(seed=0, n_annotators=4), seed=0)

    assert np.random.get_state()[1].tolist() == before  # type: ignore[index]


def test_the_order_of_rows_and_the_sides_shown_do_not_matter() -> None:
    said = collected(seed=2)
    shuffled = np.random.default_rng(0).permutation(len(said.winner))
    turned = Comparisons(
        annotator=said.annotator[shuffled],
        left=said.right[shuffled],
        right=said.left[shuffled],
        winner=said.winner[shuffled],
        n_items=10,
    )

    assert scores_of(turned.wins()) == pytest.approx(scores_of(said.wins()), abs=1e-12)
