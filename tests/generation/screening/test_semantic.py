from __future__ import annotations

import hashlib

import numpy as np
import pytest
from numpy.typing import NDArray

from generation.screening.meanings import Meanings
from generation.screening.semantic import BLOCK, VectorIndex, _planes, unit


def directions(n: int, *, seed: int = 0) -> NDArray[np.float32]:
    return unit(np.random.default_rng(seed).normal(size=(n, 384)).astype(np.float32))


def test_cosines_are_those_of_the_vectors_whatever_their_length() -> None:
    vectors = directions(50)
    known = VectorIndex(limit=0.9)
    known.extend(vectors * 7)
    asked = unit(vectors[:5] + np.float32(0.02) * directions(5, seed=1))

    found = known.nearest(asked)

    assert found == pytest.approx((asked @ vectors.T).max(axis=1), abs=0.002)


def test_more_than_one_block_is_searched() -> None:
    vectors = directions(2 * BLOCK + 10)
    known = VectorIndex(limit=0.9)
    for start in range(0, len(vectors), 1_000):
        known.extend(vectors[start : start + 1_000])

    assert len(known) == len(vectors)
    assert known.nearest(vectors[[0, BLOCK, -1]]) == pytest.approx([1, 1, 1], abs=0.002)


def test_nothing_known_means_nothing_near_and_a_zero_vector_is_no_trouble() -> None:
    known = VectorIndex(limit=0.9)
    assert known.nearest(directions(2)).tolist() == [0, 0]

    known.extend(np.zeros((1, 384), np.float32))
    assert known.nearest(np.zeros((1, 384), np.float32)).tolist() == [0]


def test_texts_that_were_shown_do_not_count() -> None:
    vectors = directions(3)
    known = VectorIndex(limit=0.9)
    known.extend(vectors)

    assert known.nearest(vectors[:2], kin=vectors[:1])[0] < 0.5
    assert known.nearest(vectors[:2], kin=vectors[:1])[1] == pytest.approx(1, abs=0.002)


def test_memory_is_a_byte_for_each_number() -> None:
    known = VectorIndex(limit=0.9)
    known.extend(directions(BLOCK))

    assert known.nbytes == BLOCK * (384 + 4 + 32)


@pytest.mark.parametrize("limit", [0.7, 0.8, 0.9, 0.95])
def test_vectors_a_little_above_the_limit_are_found(limit: float) -> None:
    vectors = directions(3_000)
    known = VectorIndex(limit=limit)
    known.extend(vectors)
    cosine = limit + 0.005
    aside = directions(3_000, seed=1)
    aside = unit(aside - (aside * vectors).sum(axis=1, keepdims=True) * vectors)
    asked = np.float32(cosine) * vectors + np.float32((1 - cosine**2) ** 0.5) * aside

    found = known.nearest(asked)

    assert (found >= limit).mean() >= 0.995


def test_the_planes_are_the_same_on_every_machine() -> None:
    known = hashlib.sha256(_planes(8).tobytes()).hexdigest()

    assert known[:16] == "5472056fe464e384"


def test_texts_of_one_answer_are_compared_with_each_other_once_accepted() -> None:
    same = np.array([[1, 0], [1, 0.01], [1, 0]], np.float32)
    meanings = Meanings.beside(
        same, apart=VectorIndex(limit=0.9), pool=VectorIndex(limit=0.9), kin=None, limit=0.9
    )

    assert not meanings.finding(1)
    meanings.accept(0)
    assert meanings.finding(1).reason == "semantic_duplicate"
    assert meanings.finding(1).detail == "1.00 like an earlier text"
    assert meanings.accepted_vectors().tolist() == [[1, 0]]
