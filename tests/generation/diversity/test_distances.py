"""Remote Clique, Chamfer and top-5 similarity: countable by hand, and against brute force."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings

from curation.errors import BadInput
from generation.diversity import chamfer, similarity
from generation.diversity.chamfer import chamfer_distance
from generation.diversity.remote_clique import remote_clique
from generation.diversity.similarity import BINS, similarity_histogram, top_similarity
from tests.generation.diversity.vectors import planes, turned, unit_vectors

Table = npt.NDArray[np.float64]


def cosines(rows: npt.NDArray[np.float32], others: npt.NDArray[np.float32]) -> Table:
    return np.asarray(rows.astype(np.float64) @ others.astype(np.float64).T)


def brute_remote_clique(rows: npt.NDArray[np.float32]) -> float:
    n, table = len(rows), 1 - cosines(rows, rows)
    return float(np.mean([np.mean([table[i, j] for j in range(n) if j != i]) for i in range(n)]))


def brute_chamfer(rows: npt.NDArray[np.float32]) -> float:
    n, table = len(rows), 1 - cosines(rows, rows)
    return float(np.mean([min(table[i, j] for j in range(n) if j != i) for i in range(n)]))


def brute_similarity(real: npt.NDArray[np.float32], rows: npt.NDArray[np.float32]) -> Table:
    return np.array([np.mean(sorted(line)[-5:]) for line in cosines(real, rows)])


def test_the_distances_of_a_right_angle_and_its_half_are_counted_by_hand() -> None:
    rows = turned(0, 45, 90)  # distances 1 - cos 45° = 0.2929 twice, and 1 once
    half = 1 - math.cos(math.pi / 4)

    assert remote_clique(rows) == pytest.approx((2 * half + 1) / 3, abs=1e-6)
    assert chamfer_distance(rows) == pytest.approx(half, abs=1e-6)


def test_the_diagonal_counts_neither_in_the_sum_nor_in_the_divisor() -> None:
    opposite = turned(0, 180)

    assert remote_clique(opposite) == pytest.approx(2)  # divided by N it would be 1
    assert chamfer_distance(opposite) == pytest.approx(2)  # with the diagonal it would be 0


def test_equal_texts_have_no_distance() -> None:
    rows = np.repeat(unit_vectors(1), 4, axis=0)

    assert remote_clique(rows) == pytest.approx(0, abs=1e-6)
    assert chamfer_distance(rows) == pytest.approx(0, abs=1e-6)


@pytest.mark.parametrize("n", [2, 3, 200])
def test_distances_equal_brute_force(n: int) -> None:
    rows = unit_vectors(n)

    assert remote_clique(rows) == pytest.approx(brute_remote_clique(rows), abs=1e-6)
    assert chamfer_distance(rows) == pytest.approx(brute_chamfer(rows), abs=1e-6)


@pytest.mark.parametrize("block", [1, 7, 64])
def test_blocks_do_not_change_the_nearest_neighbour(
    block: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = unit_vectors(100)
    monkeypatch.setattr(chamfer, "BLOCK", block)

    assert chamfer_distance(rows) == pytest.approx(brute_chamfer(rows), abs=1e-6)


@pytest.mark.parametrize("block", [1, 3, 64])
def test_blocks_do_not_change_similarity(block: int, monkeypatch: pytest.MonkeyPatch) -> None:
    real, rows = unit_vectors(40, seed=1), unit_vectors(90, seed=2)
    monkeypatch.setattr(similarity, "BLOCK", block)
    monkeypatch.setattr(similarity, "ROWS", block)

    assert top_similarity(real, rows) == pytest.approx(brute_similarity(real, rows), abs=1e-6)


def test_similarity_asks_from_the_real_texts() -> None:
    real, synthetic = turned(0, 90), turned(0, 0, 0, 0, 0)

    assert top_similarity(real, synthetic) == pytest.approx([1, 0], abs=1e-6)
    assert top_similarity(synthetic, real, k=1) == pytest.approx([1] * 5, abs=1e-6)


def test_fewer_than_five_texts_are_all_averaged() -> None:
    assert top_similarity(turned(0), turned(0, 90)) == pytest.approx([0.5], abs=1e-6)


@given(planes)
@settings(max_examples=60, deadline=None)
def test_the_order_of_texts_does_not_matter(rows: npt.NDArray[np.float32]) -> None:
    shuffled = rows[np.random.default_rng(len(rows)).permutation(len(rows))]

    assert remote_clique(shuffled) == pytest.approx(remote_clique(rows), abs=1e-6)
    assert chamfer_distance(shuffled) == pytest.approx(chamfer_distance(rows), abs=1e-6)
    assert top_similarity(rows, shuffled) == pytest.approx(top_similarity(rows, rows), abs=1e-6)


@given(planes)
@settings(max_examples=60, deadline=None)
def test_the_nearest_is_never_farther_than_the_average(rows: npt.NDArray[np.float32]) -> None:
    assert 0 <= chamfer_distance(rows) <= remote_clique(rows) + 1e-6


@given(planes)
@settings(max_examples=60, deadline=None)
def test_repeating_every_text_leaves_no_distance_to_the_nearest(
    rows: npt.NDArray[np.float32],
) -> None:
    assert chamfer_distance(np.concatenate([rows, rows])) == pytest.approx(0, abs=1e-6)


@pytest.mark.parametrize("n", [0, 1])
def test_one_text_has_no_distance(n: int) -> None:
    rows = unit_vectors(2)[:n]

    assert math.isnan(remote_clique(rows))
    assert math.isnan(chamfer_distance(rows))


def test_similarity_to_nothing_is_undefined() -> None:
    assert np.isnan(top_similarity(turned(0, 90), turned(0)[:0])).all()
    assert top_similarity(turned(0)[:0], turned(0)).shape == (0,)


def test_vectors_that_are_not_of_length_1_are_refused_with_a_sentence() -> None:
    with pytest.raises(BadInput, match="1 of 2 vectors are not of length 1"):
        remote_clique(np.array([[1, 0], [1, 1]], dtype=np.float32))
    with pytest.raises(BadInput, match="2 of 2 vectors"):
        chamfer_distance(np.full((2, 2), np.nan, dtype=np.float32))
    with pytest.raises(BadInput, match="table of rows"):
        remote_clique(np.ones(3, dtype=np.float32))


def test_similarity_refuses_what_cannot_be_compared() -> None:
    with pytest.raises(BadInput, match="equally wide"):
        top_similarity(turned(0), unit_vectors(2))
    with pytest.raises(BadInput, match="at least 1"):
        top_similarity(turned(0), turned(0), k=0)


def test_the_histogram_counts_every_text_once() -> None:
    found = similarity_histogram(np.array([-0.9, 0.51, 0.54, 1.0, np.nan]))

    assert len(found.counts) == BINS
    assert found.counts[0] == 1  # below the lowest edge
    assert found.counts[-1] == 1
    assert found.counts[found.edges.index(0.5)] == 2
    assert sum(found.counts) == 4
