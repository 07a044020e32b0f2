"""Calls that stand by: used by the next answer, sent where there is room, recalled in time."""

from __future__ import annotations

from generation.errors import CallRefused, NoAnswer, TooManyRequests
from generation.scheduling.gate import Limits
from tests.generation.scheduling.stage import Outcome, Said, answers, stage, unless


def test_a_call_that_stands_by_takes_the_place_of_an_answered_one_at_once() -> None:
    play = stage(40, limits=Limits(parallel=4))

    play.play()

    waves = {when for when, _ in play.line.sent}
    assert waves == {float(second) for second in range(10)}  # no moment is lost
    assert len(play.source.answered) == 40


def test_calls_that_stand_by_are_sent_even_if_nothing_is_ever_answered_again() -> None:
    refuses = Outcome(CallRefused("filtered", reason="content_filtered"))
    play = stage(5, unless({str(number): [refuses] for number in range(4)}))

    play.play(most_steps=50)

    assert play.source.answered == ["4"]


def test_calls_that_stand_by_go_out_when_the_ones_before_them_broke_off() -> None:
    play = stage(6, lambda request, attempt: _broken() if attempt < 2 else answers(request, 0))

    play.play(most_steps=200)

    assert len(play.source.answered) == 6


def test_calls_that_stand_by_are_recalled_when_the_server_wants_a_pause() -> None:
    haste = Outcome(TooManyRequests("slow", retry_after=5.0, allowance=None), seconds=0.5)
    play = stage(12, unless({"3": [haste]}))

    play.play()

    between = [name for when, name in play.line.sent if 0.5 < when < 5.5]
    assert between == []
    assert len(play.source.answered) == 12
    assert all(count == 1 for name, count in play.line.attempts.items() if name != "3")


def test_calls_that_stand_by_are_recalled_when_the_server_refuses_without_figures() -> None:
    haste = Outcome(TooManyRequests("slow", retry_after=None, allowance=None), seconds=1.5)
    play = stage(40, unless({"6": [haste]}))

    play.play()

    assert len(play.source.answered) == 40
    assert play.gate.requests.per_minute is not None  # learned, so that nothing stands by any more


def test_calls_that_stand_by_keep_their_order() -> None:
    play = stage(60, limits=Limits(parallel=12))

    play.play()

    assert play.line.order == [str(number) for number in range(60)]


def test_nothing_stands_by_where_one_call_goes_out_at_a_time() -> None:
    play = stage(3, limits=Limits(parallel=1))
    steps = play.engine.run()
    next(steps)

    assert len(play.source.claimed) == 1

    steps.close()
    assert len(play.source.settled) == len(play.source.claimed)


def test_a_call_that_takes_a_place_while_the_run_ends_is_waited_for_and_settled() -> None:
    play = stage(9, lambda request, attempt: Outcome(Said(request), seconds=1.0 + int(request) / 9))
    steps = play.engine.run()
    next(steps)

    steps.close()

    assert len(play.source.settled) == len(play.source.claimed)
    assert set(play.line.order) == set(play.source.answered)


def test_a_call_that_is_just_taking_a_place_cannot_be_recalled_and_is_settled_all_the_same() -> (
    None
):
    play = stage(9)
    steps = play.engine.run()
    next(steps)
    assert len(play.source.claimed) > len(play.line.sent)
    play.line.withdraw = list  # type: ignore[method-assign]  # too late for any

    steps.close()

    assert len(play.source.settled) == len(play.source.claimed)
    assert set(play.line.order) == set(play.source.answered)


def _broken() -> Outcome:
    return Outcome(NoAnswer("it broke"))
