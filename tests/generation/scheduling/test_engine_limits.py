"""The engine at the limits of a server, by a clock that the test moves."""

from __future__ import annotations

import pytest

from generation.errors import NoAnswer, ProviderProblem, TooManyRequests
from generation.scheduling.engine import MAX_REFUSALS
from generation.scheduling.gate import Limits
from generation.scheduling.waiting import MAX_WAIT
from tests.generation.scheduling.stage import Outcome, Said, answers, stage, unless


def broken(**more: object) -> Outcome:
    return Outcome(NoAnswer("it broke", **more))  # type: ignore[arg-type]


def too_many(seconds: float | None) -> Outcome:
    return Outcome(TooManyRequests("slow down", retry_after=seconds, allowance=None), seconds=0.1)


def test_a_wait_that_the_server_asks_for_before_another_attempt_is_kept() -> None:
    play = stage(["0"], unless({"0": [broken(retry_after=20.0)]}), spread=0.5)

    play.play()

    first, second = play.line.times("0")
    assert second - first == pytest.approx(1.0 + 20.0 + 0.25)  # the answer, the wait, the jitter


def test_a_call_sent_away_for_haste_waits_as_long_as_asked_and_so_do_all_others() -> None:
    play = stage(20, unless({"2": [too_many(10.0)]}), spread=0.5)

    play.play()

    refused_at = 0.1
    others = [when for when, name in play.line.sent if when > refused_at]
    assert min(others) >= refused_at + 10.0
    assert 10.35 <= play.line.times("2")[1] <= 11.1  # its jitter, and for a place to be free
    assert len(play.source.answered) == 20
    assert play.source.claimed[2].refusals == 1


def test_a_server_that_wants_a_pause_of_hours_ends_the_run_with_a_sentence() -> None:
    play = stage(10, unless({"0": [too_many(MAX_WAIT + 1)]}))

    with pytest.raises(ProviderProblem, match="It asks to wait 901 s"):
        play.play()

    assert len(play.source.settled) == len(play.source.claimed)


def test_a_server_that_never_wants_anything_ends_the_run_in_the_end() -> None:
    play = stage(1, lambda request, attempt: too_many(None))

    with pytest.raises(ProviderProblem, match="slow down"):
        play.play()

    assert len(play.line.sent) == MAX_REFUSALS + 1


def test_refusals_for_haste_do_not_count_as_attempts_that_failed() -> None:
    play = stage(["0"], unless({"0": [too_many(0.5)] * 20}))

    play.play()

    assert play.source.answered == ["0"]
    assert (play.source.claimed[0].attempts, play.source.claimed[0].refusals) == (0, 20)


def test_requests_per_minute_are_kept() -> None:
    play = stage(60, limits=Limits(parallel=16, requests_per_minute=120))

    play.play()

    sent = [when for when, _ in play.line.sent]
    assert all(sum(at <= when < at + 1.0 for when in sent) <= 5 for at in sent)
    assert sent[-1] == pytest.approx(60 / 2, rel=0.1)  # as fast as allowed


@pytest.mark.parametrize("parallel", [1, 8])
def test_a_run_does_not_end_while_a_limit_keeps_the_next_call(parallel: int) -> None:
    limits = Limits(parallel=parallel, requests_per_minute=6)
    play = stage(5, lambda request, attempt: Outcome(Said(), seconds=0.1), limits=limits)

    play.play()

    assert [when for when, _ in play.line.sent] == pytest.approx([0, 10, 20, 30, 40], abs=0.01)


@pytest.mark.parametrize("parallel", [1, 8])
def test_a_run_whose_last_call_used_the_limit_up_ends_with_its_answer(parallel: int) -> None:
    play = stage(2, limits=Limits(parallel=parallel, requests_per_minute=6))

    play.play()

    assert play.line.clock.now == pytest.approx(11.0)  # not when a third call might go out


def test_tokens_per_minute_are_kept() -> None:
    limits = Limits(parallel=16, tokens_per_minute=1200)
    play = stage(40, lambda request, attempt: Outcome(Said(tokens=20)), limits=limits, expected=50)

    play.play()

    assert play.line.sent[-1][0] == pytest.approx(40 * 20 / 20, rel=0.15)


def test_places_grow_while_all_is_well_and_shrink_when_the_server_has_too_much() -> None:
    under_way: list[float] = []

    def at_most_ten(request: str, attempt: int) -> Outcome:
        now = play.line.clock.now
        under_way[:] = [until for until in under_way if until > now]
        if len(under_way) >= 10:
            return Outcome(NoAnswer("full", overload=True), seconds=0.05)
        under_way.append(now + 1.0)
        return answers(request, attempt)

    play = stage(400, at_most_ten, limits=Limits(parallel=64))

    play.play()

    assert len(play.source.answered) == 400
    assert 400 / 10 <= play.line.clock.now <= 400 / 10 * 1.5
    assert 6 <= play.gate.concurrency.calls <= 12
