"""Which pair comes next: the least compared one, never twice to the same person."""

from __future__ import annotations

import itertools
from collections import Counter

from curation.comparisons import next_pair

PAIRS = list(itertools.combinations("abcde", 2))


def test_one_person_gets_every_pair_once_and_then_none() -> None:
    done, mine = dict.fromkeys(PAIRS, 0), list[tuple[str, str]]()

    while (pair := next_pair(done, mine, "ann", seed=0)) is not None:
        mine.append(pair)

    assert sorted(mine) == PAIRS


def test_after_many_people_all_pairs_have_equally_many() -> None:
    done = dict.fromkeys(PAIRS, 0)
    for person in range(20):
        mine: set[tuple[str, str]] = set()
        for _ in range(3):
            pair = next_pair(done, mine, f"person {person}", seed=0)
            assert pair is not None
            mine.add(pair)
            done[pair] += 1

    assert set(done.values()) == {6}


def test_people_begin_at_different_pairs() -> None:
    done = dict.fromkeys(PAIRS, 0)

    first = Counter(next_pair(done, [], f"person {number}", seed=0) for number in range(200))

    assert len(first) == len(PAIRS)
    assert max(first.values()) < 40


def test_the_same_person_is_told_the_same_pair_again() -> None:
    done = dict.fromkeys(PAIRS, 0)

    assert next_pair(done, [], "ann", seed=1) == next_pair(done, [], "ann", seed=1)
