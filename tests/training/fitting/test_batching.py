from __future__ import annotations

from collections import Counter

import numpy as np

from training.evaluation.scores import Codes
from training.fitting.batching import WINDOW, batched_by_length, shuffled_passes


def test_every_row_is_seen_equally_often_up_to_one() -> None:
    seen = Counter(shuffled_passes(7, 24, seed=1).tolist())

    assert len(seen) == 7
    assert set(seen.values()) == {3, 4}


def test_no_more_rows_are_taken_than_steps_consume() -> None:
    places = shuffled_passes(1000, 32, seed=1)

    assert len(set(places.tolist())) == len(places) == 32


def test_another_seed_gives_another_order() -> None:
    assert shuffled_passes(50, 50, seed=1).tolist() != shuffled_passes(50, 50, seed=2).tolist()


def test_order_keeps_every_row_once_and_pads_less() -> None:
    lengths = np.random.default_rng(0).integers(5, 60, size=16 * WINDOW)

    order = batched_by_length(lengths, batch_size=16, seed=0)

    def padded(places: Codes) -> int:
        return int(lengths[places].reshape(-1, 16).max(axis=1).sum())

    assert sorted(order.tolist()) == list(range(len(lengths)))
    assert padded(order) < 0.65 * padded(np.arange(len(lengths)))


def test_batches_do_not_come_longest_first() -> None:
    lengths = np.arange(16 * WINDOW)

    longest = batched_by_length(lengths, batch_size=16, seed=0).reshape(-1, 16).max(axis=1)

    assert longest.tolist() not in (sorted(longest), sorted(longest, reverse=True))


def test_a_last_batch_may_be_short() -> None:
    order = batched_by_length(np.array([3, 1, 2]), batch_size=2, seed=0)

    assert sorted(order.tolist()) == [0, 1, 2]
