from __future__ import annotations

import pytest

from generation.scheduling.bucket import LEARNED_SHARE, TokenBucket


def taken_within(bucket: TokenBucket, seconds: float, *, amount: float = 1) -> int:
    """How often `amount` can be taken within so many seconds from 0.0, asked every 10 ms."""
    count = 0
    for step in range(round(seconds * 100)):
        if bucket.wait(amount, now=step / 100) == 0:
            bucket.take(amount, now=step / 100)
            count += 1
    return count


def test_without_a_rate_everything_goes_through() -> None:
    bucket = TokenBucket(per_minute=None)

    bucket.take(1e9, now=0.0)

    assert bucket.wait(1e9, now=0.0) == 0.0
    assert bucket.room(1, now=0.0) == float("inf")
    assert bucket.per_minute is None


def test_it_lets_through_the_rate_and_one_second_at_once() -> None:
    assert taken_within(TokenBucket(per_minute=600), 30.0) == pytest.approx(310, abs=1)


def test_what_is_not_taken_does_not_pile_up() -> None:
    bucket = TokenBucket(per_minute=600)
    bucket.take(10, now=0.0)

    assert bucket.room(1, now=3600.0) == 10


def test_a_slow_rate_still_lets_one_through_at_once() -> None:
    bucket = TokenBucket(per_minute=6)

    assert bucket.wait(1, now=0.0) == 0.0
    bucket.take(1, now=0.0)

    assert bucket.wait(1, now=0.0) == pytest.approx(10.0)
    assert bucket.wait(1, now=4.0) == pytest.approx(6.0)


def test_what_is_larger_than_the_bucket_waits_until_it_is_full_and_is_paid_off_after() -> None:
    bucket = TokenBucket(per_minute=600)  # holds 10

    assert bucket.wait(50, now=0.0) == 0.0
    assert bucket.room(50, now=0.0) == 1
    bucket.take(50, now=0.0)

    assert bucket.wait(1, now=0.0) == pytest.approx(4.1)
    assert bucket.wait(50, now=0.0) == pytest.approx(5.0)


def test_a_take_that_was_too_large_is_given_back_but_never_beyond_the_bucket() -> None:
    bucket = TokenBucket(per_minute=600)
    bucket.take(10, now=0.0)

    bucket.correct(4)
    assert bucket.room(1, now=0.0) == 4

    bucket.correct(100)
    assert bucket.room(1, now=0.0) == 10


def test_a_take_that_was_too_small_is_made_up_for() -> None:
    bucket = TokenBucket(per_minute=600)
    bucket.take(5, now=0.0)

    bucket.correct(-10)

    assert bucket.wait(1, now=0.0) == pytest.approx(0.6)


def test_corrections_from_before_there_was_a_rate_are_no_debt() -> None:
    bucket = TokenBucket(per_minute=None)
    for _ in range(100):
        bucket.take(10, now=0.0)
        bucket.correct(-500)

    bucket.heard(limit=600, left=None, taken=bucket.taken, sent=0.0, now=1.0)

    assert bucket.wait(1, now=1.0) == 0.0


def test_where_the_server_allows_less_than_we_do_its_figures_count() -> None:
    bucket = TokenBucket(per_minute=6_000)
    bucket.take(1, now=0.0)

    bucket.heard(limit=600, left=8, taken=bucket.taken, sent=0.0, now=0.0)

    assert bucket.per_minute == 600
    assert bucket.room(1, now=0.0) == 8


def test_where_the_server_allows_more_than_we_do_ours_count() -> None:
    bucket = TokenBucket(per_minute=60)
    bucket.take(1, now=0.0)

    bucket.heard(limit=600, left=8, taken=bucket.taken, sent=0.0, now=0.0)

    assert bucket.per_minute == 60
    assert bucket.room(1, now=0.0) == 0
    assert bucket.wait(1, now=0.0) == 1


def test_what_the_server_says_was_so_when_the_request_came_in() -> None:
    bucket = TokenBucket(per_minute=600)
    bucket.take(1, now=0.0)
    taken = bucket.taken
    for _ in range(6):  # they went out while the first was under way
        bucket.take(1, now=0.1)

    bucket.heard(limit=600, left=9, taken=taken, sent=0.0, now=0.2)

    assert bucket.room(1, now=0.2) == 5  # 9 left, 2 refilled since, 6 taken since


def test_a_server_that_holds_more_than_a_second_says_so() -> None:
    bucket = TokenBucket(per_minute=None)
    bucket.take(1, now=0.0)

    bucket.heard(limit=600, left=99, taken=bucket.taken, sent=0.0, now=0.0)

    assert bucket.room(1, now=0.0) == 99
    assert bucket.room(1, now=60.0) == 99  # a larger bucket, but not an endless one


def test_a_server_that_names_no_limit_says_nothing_about_a_bucket_without_one() -> None:
    bucket = TokenBucket(per_minute=None)

    bucket.heard(limit=None, left=3, taken=0.0, sent=0.0, now=0.0)

    assert bucket.per_minute is None


def test_an_emptied_bucket_starts_from_nothing() -> None:
    bucket = TokenBucket(per_minute=60)

    bucket.emptied(now=5.0)

    assert bucket.wait(1, now=5.0) == pytest.approx(1.0)


def test_a_rate_is_learned_from_what_got_through_and_creeps_up_again() -> None:
    bucket = TokenBucket(per_minute=None)

    bucket.learn(per_second=10, now=0.0)
    learned = bucket.per_minute
    for _ in range(100):
        bucket.grow()

    assert learned == pytest.approx(600 * LEARNED_SHARE)
    assert bucket.per_minute == pytest.approx(600 * LEARNED_SHARE * 1.105, rel=0.01)
    assert bucket.room(1, now=0.0) == 0


@pytest.mark.parametrize("stated", [60, None])
def test_a_stated_rate_is_neither_learned_nor_grown(stated: float | None) -> None:
    bucket = TokenBucket(per_minute=stated)
    if stated is None:
        bucket.heard(limit=60, left=None, taken=0.0, sent=0.0, now=0.0)

    bucket.learn(per_second=99, now=0.0)
    bucket.grow()

    assert bucket.per_minute == 60


def test_nothing_is_learned_from_nothing() -> None:
    bucket = TokenBucket(per_minute=None)

    bucket.learn(per_second=0.0, now=0.0)

    assert bucket.per_minute is None
