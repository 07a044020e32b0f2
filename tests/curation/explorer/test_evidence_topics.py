"""Groups of like texts."""

from __future__ import annotations

import numpy as np

from curation.explorer.evidence_topics import clusters, topic_words


def around(directions: int, each: int) -> np.ndarray[tuple[int, int], np.dtype[np.float32]]:
    rng = np.random.default_rng(0)
    vectors = np.repeat(np.eye(directions, 8), each, axis=0) + rng.normal(
        0, 0.05, (directions * each, 8)
    )
    return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)


def test_texts_that_point_the_same_way_are_one_topic() -> None:
    found = clusters(around(4, 25))

    by_direction = found.topic.reshape(4, 25)
    assert found.n_topics == 4
    assert all(len(set(one.tolist())) == 1 for one in by_direction)
    assert len(set(by_direction[:, 0].tolist())) == 4


def test_equal_texts_can_be_grouped_too() -> None:
    same = np.tile(np.eye(1, 8, dtype=np.float32), (60, 1))

    assert clusters(same).topic.tolist() == [clusters(same).topic[0]] * 60


def test_no_texts_are_no_topics() -> None:
    assert clusters(np.zeros((0, 8), dtype=np.float32)).topic.tolist() == []


def test_a_topic_without_a_word_says_so() -> None:
    assert topic_words(["1 2 3"], np.array([0]), 1) == ["no words of its own"]
