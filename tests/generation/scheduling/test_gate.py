from __future__ import annotations

import pytest

from generation.scheduling.allowance import Allowance, allowance_from
from generation.scheduling.gate import FOREVER, Gate, Limits, Ticket


def full(gate: Gate, *, now: float = 0.0, tokens: float = 10.0) -> list[Ticket]:
    """As many calls as may go out now."""
    return [gate.send(tokens, now=now) for _ in range(gate.room(tokens, now=now))]


def refuse(
    gate: Gate, ticket: Ticket, *, now: float, wait: float | None = None, left: float | None = None
) -> None:
    allowance = Allowance(requests=600, requests_left=left) if left is not None else None
    gate.refused(ticket, now=now, retry_after=wait, allowance=allowance)


def answer(gate: Gate, ticket: Ticket, *, now: float, used: float | None = None) -> None:
    gate.answered(ticket, now=now, used=used, allowance=None)


def test_places_are_given_out_until_none_is_left() -> None:
    gate = Gate(Limits(parallel=3))

    tickets = full(gate)

    assert (len(tickets), gate.under_way) == (3, 3)
    assert gate.wait(10, now=0.0) == FOREVER
    answer(gate, tickets[0], now=1.0)
    assert gate.wait(10, now=1.0) == 0.0


def test_a_pause_that_the_server_asks_for_holds_everything() -> None:
    gate = Gate(Limits(parallel=8))
    ticket, *_ = full(gate)

    refuse(gate, ticket, now=1.0, wait=7.0)

    assert gate.room(10, now=7.9) == gate.spare(now=7.9) == 0
    assert gate.wait(10, now=3.0) in (5.0, FOREVER)
    assert gate.room(10, now=8.0) >= 0
    assert gate.paused_until == 8.0


def test_a_shorter_pause_does_not_end_a_longer_one() -> None:
    gate = Gate(Limits())
    first, second, *_ = full(gate)

    refuse(gate, first, now=1.0, wait=30.0)
    refuse(gate, second, now=2.0, wait=1.0)

    assert gate.paused_until == 31.0


def test_a_rate_that_is_used_up_is_no_sign_of_too_many_at_the_same_time() -> None:
    gate = Gate(Limits())
    ticket, *_ = full(gate)

    refuse(gate, ticket, now=0.1, left=0)

    assert gate.concurrency.calls == 4
    assert gate.requests.per_minute == 600
    assert gate.requests.wait(1, now=0.1) == pytest.approx(0.3)  # three more went out since


def test_a_refusal_without_figures_makes_it_slower_and_fewer() -> None:
    gate = Gate(Limits())
    for second in range(5):
        for ticket in full(gate, now=float(second)):
            answer(gate, ticket, now=second + 0.5)
    level, ticket = gate.concurrency.calls, gate.send(10, now=5.0)

    refuse(gate, ticket, now=5.1)

    assert gate.concurrency.calls < level
    assert gate.requests.per_minute is not None
    assert gate.refusals == 1


def test_a_burst_of_refusals_counts_once() -> None:
    gate = Gate(Limits(parallel=64, start=64))
    tickets = full(gate)

    for ticket in tickets:
        refuse(gate, ticket, now=0.5)

    assert gate.concurrency.calls == 48
    assert gate.refusals == 64
    assert gate.under_way == 0


@pytest.mark.parametrize(("overload", "calls"), [(True, 3), (False, 4)])
def test_only_an_overload_takes_places_away(overload: bool, calls: int) -> None:
    gate = Gate(Limits())
    ticket = gate.send(10, now=0.0)

    gate.failed(ticket, now=1.0, overload=overload)

    assert (gate.concurrency.calls, gate.under_way) == (calls, 0)


def test_a_few_calls_stand_by_where_no_rate_is_known() -> None:
    assert Gate(Limits()).spare(now=0.0) == 1
    assert Gate(Limits(requests_per_minute=60)).spare(now=0.0) == 0
    assert Gate(Limits(tokens_per_minute=60)).spare(now=0.0) == 0
    assert Gate(Limits(parallel=1)).spare(now=0.0) == 0
    assert Gate(Limits(parallel=16, start=16)).spare(now=0.0) == 0


def test_the_tighter_limit_rules() -> None:
    gate = Gate(Limits(parallel=50, start=50, requests_per_minute=600, tokens_per_minute=6000))

    assert gate.room(10, now=0.0) == 10
    assert gate.room(50, now=0.0) == 2
    gate.send(100, now=0.0)

    assert gate.wait(50, now=0.0) == pytest.approx(0.5)


def test_it_learns_how_many_tokens_calls_use_against_what_was_expected() -> None:
    gate = Gate(Limits(parallel=50, start=50, tokens_per_minute=6000))
    for step in range(100):
        answer(gate, gate.send(100, now=float(step)), now=float(step), used=20)

    assert gate.room(100, now=101.0) == 4  # a hundred in the bucket, some 20 each


def test_calls_that_do_not_say_what_they_used_change_nothing() -> None:
    gate = Gate(Limits(parallel=50, start=50, tokens_per_minute=6000))

    answer(gate, gate.send(50, now=0.0), now=0.0, used=None)

    assert gate.room(50, now=0.0) == 1


def test_limits_heard_in_an_answer_hold_from_then_on() -> None:
    gate = Gate(Limits(parallel=50, start=50))
    said = Allowance(requests=60, requests_left=2, tokens=60_000, tokens_left=900)

    gate.answered(gate.send(10, now=0.0), now=0.0, used=10, allowance=said)

    assert gate.room(10, now=0.0) == 2
    assert gate.room(300, now=0.0) in (2, 3)
    assert gate.requests.per_minute == 60


def test_headers_are_read_as_they_are_sent() -> None:
    headers = {
        "x-ratelimit-limit-tokens": "60000", "x-ratelimit-remaining-tokens": "0",
        "x-ratelimit-limit-requests": "nan", "x-ratelimit-remaining-requests": "-4",
    }  # fmt: skip

    allowance = allowance_from(headers)

    assert allowance == Allowance(tokens=60_000, tokens_left=0)
    assert allowance is not None
    assert allowance.exhausted
    assert allowance_from({"content-type": "application/json"}) is None


def said_requests(limit: int, left: int, reset: str) -> dict[str, str]:
    named = {"limit": str(limit), "remaining": str(left), "reset": reset}
    return {f"x-ratelimit-{name}-requests": value for name, value in named.items()}


@pytest.mark.parametrize(
    ("limit", "left", "reset"),
    [
        (14_400, 14_399, "6s"),
        (14_400, 14_370, "2m59.56s"),
        (500_000, 499_999, "172.8ms"),
        (10_000, 9_999, "8.64s"),  # OpenAI, where a day is limited
        (200, 199, "7m12s"),
        (1_000, 0, "23h59m1s"),
        (1_000, 999, "86400"),
    ],
)
def test_requests_of_a_day_are_told_by_how_slowly_they_come_back(
    limit: int, left: int, reset: str
) -> None:
    allowance = allowance_from(said_requests(limit, left, reset))

    assert allowance is not None
    assert (allowance.by_day, allowance.requests, allowance.requests_left) == (True, limit, left)


@pytest.mark.parametrize(
    ("limit", "left", "reset"),
    [
        (500, 499, "120ms"),
        (60, 59, "1s"),
        (30_000, 29_999, "2ms"),
        (30_000, 0, "1m0s"),
        (60, 59, "60s"),  # a window that starts anew each minute
        (1_200, 1_100, "59.9s"),
        (60, 60, "0s"),
        (60, 59, "1700000000"),  # a date
        (60, 59, "soon"),
        (60, 59, ""),
    ],
)
def test_requests_of_a_minute_stay_those_of_a_minute(limit: int, left: int, reset: str) -> None:
    allowance = allowance_from(said_requests(limit, left, reset))

    assert allowance is not None
    assert (allowance.by_day, allowance.requests_per_minute) == (False, limit)


def test_what_is_left_of_a_day_goes_out_at_any_pace_and_then_as_it_comes_back() -> None:
    gate = Gate(Limits(parallel=50, start=50))
    said = allowance_from(said_requests(14_400, 20, "23h58m0s"))

    gate.answered(gate.send(10, now=0.0), now=1.0, used=10, allowance=said)

    assert gate.requests.per_minute is None  # the limit per minute is yet to be learned
    assert len(full(gate, now=1.0)) == 20
    assert gate.wait(10, now=1.0) == pytest.approx(6.0)  # in which one comes back


def test_a_refusal_while_the_day_has_some_left_teaches_a_rate() -> None:
    gate = Gate(Limits(parallel=8, start=8))
    said = allowance_from(said_requests(14_400, 14_000, "40m0s"))
    for ticket in full(gate):
        gate.answered(ticket, now=1.0, used=10, allowance=said)

    gate.refused(gate.send(10, now=2.0), now=2.0, retry_after=1.0, allowance=said)

    assert gate.requests.per_minute is not None
    assert gate.requests.per_minute < 1_000
    assert gate.concurrency.calls == 6


def test_nothing_stands_by_once_the_day_is_nearly_used_up() -> None:
    gate = Gate(Limits())
    said = allowance_from(said_requests(14_400, 3, "23h59m0s"))

    gate.answered(gate.send(10, now=0.0), now=1.0, used=10, allowance=said)

    assert gate.spare(now=1.0) == 0


def test_what_looked_like_a_day_at_first_is_forgotten_once_it_is_none() -> None:
    gate = Gate(Limits(parallel=50, start=50))
    for left in (1_199, 1_150):  # a window of a minute, of which little and then more is used
        said = allowance_from(said_requests(1_200, left, "59.9s"))
        gate.answered(gate.send(10, now=0.0), now=0.1, used=10, allowance=said)
        assert (gate.daily.per_minute is None) is (left == 1_150)

    assert gate.requests.per_minute == 1_200
