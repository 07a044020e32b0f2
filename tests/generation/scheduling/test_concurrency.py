from __future__ import annotations

import pytest

from generation.scheduling.concurrency import START, Concurrency


def answer(level: Concurrency, times: int) -> None:
    for _ in range(times):
        level.answered(under_way=level.calls)


def test_it_doubles_with_each_round_of_answers_until_the_first_overload() -> None:
    level = Concurrency(ceiling=64)
    rounds = [level.calls]
    for _ in range(4):
        answer(level, level.calls)
        rounds.append(level.calls)

    assert rounds == [4, 8, 16, 32, 64]


def test_it_never_grows_beyond_its_ceiling() -> None:
    level = Concurrency(ceiling=6)

    answer(level, 100)

    assert level.calls == 6


def test_it_never_starts_beyond_its_ceiling() -> None:
    assert Concurrency(ceiling=2).calls == 2
    assert Concurrency(ceiling=9, start=99).calls == 9
    assert Concurrency(ceiling=99).calls == START


def test_one_that_is_told_where_to_start_starts_there() -> None:
    assert Concurrency(ceiling=1000, start=500).calls == 500


def test_after_an_overload_it_grows_by_one_for_each_round() -> None:
    level = Concurrency(ceiling=64)
    answer(level, 28)
    assert level.calls == 32

    level.overloaded(sent=1.0, now=2.0)
    assert level.calls == 24

    answer(level, 24)
    assert level.calls in (24, 25)
    answer(level, 26)
    assert level.calls in (25, 26)


def test_places_that_are_not_used_do_not_grow() -> None:
    level = Concurrency(ceiling=64)

    for _ in range(100):
        level.answered(under_way=level.calls - 1)

    assert level.calls == START


def test_signs_of_one_burst_count_once() -> None:
    level = Concurrency(ceiling=64)
    answer(level, 28)

    for _ in range(20):
        level.overloaded(sent=1.0, now=2.0)

    assert level.calls == 24


def test_a_call_sent_after_the_decrease_is_a_new_sign() -> None:
    level = Concurrency(ceiling=64)
    answer(level, 28)

    level.overloaded(sent=1.0, now=2.0)
    level.overloaded(sent=2.5, now=3.0)

    assert level.calls == 18


def test_it_never_falls_below_one() -> None:
    level = Concurrency(ceiling=4)

    for moment in range(50):
        level.overloaded(sent=moment + 0.5, now=float(moment + 1))

    assert level.calls == 1
    answer(level, 2)
    assert level.calls == 2


@pytest.mark.parametrize("ceiling", [1, 3, 50])
def test_it_finds_the_level_a_server_bears(ceiling: int) -> None:
    level, seen = Concurrency(ceiling=100), []
    for moment in range(3_000):
        if level.calls > ceiling:
            level.overloaded(sent=moment - 0.5, now=float(moment))
        else:
            level.answered(under_way=level.calls)
        seen.append(level.calls)

    assert max(seen[500:]) <= ceiling + 1
    assert sum(seen[500:]) / len(seen[500:]) >= max(1.0, ceiling * 0.7)
