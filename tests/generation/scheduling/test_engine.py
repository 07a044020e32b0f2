"""The engine against a scripted line, by a clock that the test moves."""

from __future__ import annotations

import itertools

import pytest

from generation.errors import (
    CallRefused,
    NoAnswer,
    NoMoreAnswers,
    ProviderAway,
    ProviderProblem,
)
from generation.scheduling.engine import MAX_ATTEMPTS, TICK
from generation.scheduling.errand import Withdrawn
from generation.scheduling.gate import Limits
from tests.generation.scheduling.stage import Job, Outcome, Said, stage, unless

ONE = Limits(parallel=1)


def broken(**more: object) -> Outcome:
    return Outcome(NoAnswer("it broke", **more))  # type: ignore[arg-type]


def test_one_call_at_a_time_goes_out_in_order_and_comes_back_in_order() -> None:
    play = stage(5, limits=ONE)

    play.play()

    assert play.line.order == play.source.answered == ["0", "1", "2", "3", "4"]
    assert play.line.most == 1


def test_nothing_to_ask_ends_at_once() -> None:
    play = stage(0)

    play.play()

    assert (play.source.settled, play.line.clock.now) == ([], 0.0)


def test_no_more_calls_are_on_their_way_than_allowed_and_all_places_are_used() -> None:
    play = stage(100, limits=Limits(parallel=8))

    play.play()

    assert play.line.most == 8
    assert len(play.source.answered) == 100


def test_one_slow_call_never_holds_the_others() -> None:
    slow = {"1": [Outcome(Said("late"), seconds=40.0)]}
    play = stage(100, unless(slow))

    play.play()

    assert play.source.answered[-1] == "1"
    others = [when for when, name in play.line.sent if name != "1"]
    assert max(others) <= 40.0  # all the rest went through the other three places
    assert play.line.clock.now == pytest.approx(40.0)


def test_a_slow_call_is_said_to_be_overdue_once_and_is_waited_for() -> None:
    play = stage(10, unless({"1": [Outcome(Said("late"), seconds=30.0)]}))

    play.play()

    assert play.source.late == ["1"]
    assert "1" in play.source.answered


def test_a_call_that_is_slow_each_time_it_is_sent_is_said_to_be_overdue_each_time() -> None:
    late = [Outcome(NoAnswer("silence"), seconds=30.0), Outcome(Said("late"), seconds=30.0)]
    play = stage(10, unless({"1": late}))

    play.play()

    assert play.source.late == ["1", "1"]


def test_it_reports_at_least_once_a_second_while_nothing_comes_back() -> None:
    play = stage(1, unless({"0": [Outcome(Said(), seconds=7.5)]}))

    moments = [play.line.clock.now for _ in play.steps()]

    gaps = [later - sooner for sooner, later in itertools.pairwise(moments)]
    assert len(moments) >= 7
    assert max(gaps) <= TICK


def test_a_call_that_broke_off_comes_back_ahead_of_calls_not_yet_asked() -> None:
    play = stage(30, unless({"0": [broken()]}), limits=ONE)

    play.play()

    first, second = play.line.times("0")
    assert 0.25 <= second - first - 1.0 <= 1.5  # its pause, and the call that was under way then
    assert play.line.order.index("0", 1) <= 3
    assert sorted(play.source.answered, key=int) == [str(number) for number in range(30)]
    assert play.source.claimed[0].attempts == 1


def test_there_is_no_last_pass_for_the_calls_that_failed() -> None:
    fails = {str(number): [broken()] for number in range(0, 60, 3)}
    play = stage(60, unless(fails))

    play.play()

    again = [at for at, name in enumerate(play.line.order) if name in play.line.order[:at]]
    assert len(again) == 20
    assert again[0] < 12  # among the first calls, not after them all
    assert len(play.source.answered) == 60


def test_pauses_before_another_attempt_grow() -> None:
    play = stage(["0"], unless({"0": [broken()] * 4}))

    play.play()

    sent = play.line.times("0")
    pauses = [later - sooner - 1.0 for sooner, later in itertools.pairwise(sent)]
    assert pauses == pytest.approx([0.25, 0.5, 1.0, 2.0], abs=0.01)


def test_a_call_is_given_up_after_its_attempts_and_the_others_go_on() -> None:
    play = stage(40, unless({"0": [broken(billed=True)] * 99}))

    play.play()

    problem = play.source.problem_of("0")
    assert isinstance(problem, CallRefused)
    assert (problem.reason, problem.billed, str(problem)) == ("failed", True, "it broke")
    assert len(play.line.times("0")) == MAX_ATTEMPTS
    assert len(play.source.answered) == 39


def test_a_server_that_answers_nobody_ends_the_run_with_a_sentence() -> None:
    play = stage(10, lambda request, attempt: broken())

    with pytest.raises(ProviderProblem, match=r"it broke Gave up after 6 attempts; what was"):
        play.play()

    assert {errand.request for errand in play.source.claimed} == {
        errand.request for errand in play.source.settled
    }


def test_an_attempt_that_may_have_to_be_paid_for_is_not_repeated_without_leave() -> None:
    play = stage(3, unless({"1": [broken(billed=True)] * 2, "2": [broken()]}), may_doubt=False)

    play.play()

    assert play.source.doubted == ["1"]
    assert len(play.line.times("1")) == 1
    assert play.source.problem_of("1").billed
    assert play.source.answered == ["0", "2"]


def test_a_call_that_is_refused_ends_alone() -> None:
    refused = Outcome(CallRefused("too long", reason="context_too_long"))
    play = stage(10, unless({"3": [refused], "5": [Outcome(NoMoreAnswers("used up"))]}))

    play.play()

    assert str(play.source.problem_of("3")) == "too long"
    assert isinstance(play.source.problem_of("5"), NoMoreAnswers)
    assert len(play.line.times("3")) == len(play.line.times("5")) == 1
    assert len(play.source.answered) == 8


def test_a_problem_of_the_whole_run_ends_it_once_what_is_under_way_is_settled() -> None:
    play = stage(50, unless({"5": [Outcome(ProviderProblem("no key"))]}))

    with pytest.raises(ProviderProblem, match="no key"):
        play.play()

    assert len(play.source.settled) == len(play.source.claimed) < 50
    unanswered = [errand for errand in play.source.settled if errand.answer is None]
    withdrawn = [errand for errand in unanswered if isinstance(errand.problem, Withdrawn)]
    assert len(unanswered) == 1 + len(withdrawn)
    assert all(errand.request not in play.line.order for errand in withdrawn)


def test_a_fault_of_the_program_surfaces_once_the_other_answers_are_settled() -> None:
    crash = {"1": [Outcome(ZeroDivisionError("by zero"))]}
    play = stage(50, unless(crash))

    with pytest.raises(ZeroDivisionError):
        play.play()

    settled = {errand.request for errand in play.source.settled}
    assert settled == {errand.request for errand in play.source.claimed} - {"1"}
    assert {"0", "2", "3"} <= set(play.source.answered)  # they came back with it


def test_answers_that_are_back_are_settled_even_if_nothing_new_can_be_written_down() -> None:
    play = stage(50)
    claim, calls = play.source.claim, []

    def broken_claim(n: int) -> object:
        calls.append(n)
        if len(calls) == 2:
            raise OSError("the disk is full")
        return claim(n)

    play.source.claim = broken_claim  # type: ignore[method-assign, assignment]

    with pytest.raises(OSError, match="the disk is full"):
        play.play()

    assert {"0", "1", "2", "3"} <= set(play.source.answered)
    assert len(play.source.settled) == len(play.source.claimed)


def test_calls_whose_answers_are_known_are_settled_without_being_sent() -> None:
    play = stage(20, known={str(number) for number in range(0, 20, 2)})

    play.play()

    assert sorted(map(int, play.line.order)) == list(range(1, 20, 2))
    assert len(play.source.answered) == 20


def test_closing_early_waits_for_what_is_under_way_and_settles_everything_once() -> None:
    play = stage(50, unless({"1": [Outcome(Said("late"), seconds=25.0)], "2": [broken()]}))
    steps = play.engine.run()
    next(steps)
    next(steps)
    sent = len(play.line.sent)

    steps.close()

    assert len(play.line.sent) - sent <= 1  # one that stood by took a free place
    assert "1" in play.source.answered
    assert len(play.source.settled) == len(play.source.claimed) < 50
    ends = {type(errand.problem) for errand in play.source.settled if errand.answer is None}
    assert ends <= {Withdrawn}


def test_one_that_is_not_patient_leaves_calls_under_way_for_the_next_run() -> None:
    play = stage(4, unless({"1": [Outcome(Said("tomorrow"), seconds=9e4)]}), patient=False)
    steps = play.engine.run()
    next(steps)

    steps.close()

    assert play.line.clock.now < 10
    assert sorted(play.source.answered) == ["0", "2", "3"]


def test_a_server_that_is_away_does_not_end_calls_whose_answers_may_be_there() -> None:
    play = stage(4, lambda request, attempt: broken(), patient=False)

    with pytest.raises(ProviderAway, match="Gave up after 6 attempts"):
        play.play()

    assert len(play.source.claimed) == 4
    assert play.source.settled == []


def test_calls_that_wait_for_another_attempt_stay_under_way_where_answers_are_found_again() -> None:
    play = stage(4, lambda request, attempt: broken(retry_after=60.0), patient=False)
    steps = play.engine.run()
    for _ in range(3):
        next(steps)

    steps.close()

    assert len(play.source.claimed) == 4
    assert play.source.settled == []


@pytest.mark.parametrize("billed", [False, True])
def test_what_fails_while_a_run_ends_has_ended_only_where_it_may_have_been_worked_on(
    billed: bool,
) -> None:
    crash = {"0": [Outcome(ProviderProblem("no key"))], "1": [broken(billed=billed)]}
    play = stage(2, unless(crash), patient=False)
    collect = play.line.collect
    one_by_one: list[Job] = []

    def slowly(*, timeout: float) -> list[Job]:
        one_by_one.extend(collect(timeout=timeout))
        return [one_by_one.pop(0)] if one_by_one else []

    play.line.collect = slowly  # type: ignore[method-assign]

    with pytest.raises(ProviderProblem, match="no key"):
        play.play()

    assert [errand.request for errand in play.source.settled] == (["1"] if billed else [])
