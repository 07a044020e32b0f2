"""Whatever comes back, in whatever order, whenever it ends: each call is settled exactly once."""

from __future__ import annotations

import random
from collections.abc import Callable
from contextlib import closing

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generation.errors import (
    CallRefused,
    NoAnswer,
    NoMoreAnswers,
    ProviderProblem,
    TooManyRequests,
)
from generation.scheduling.allowance import Allowance
from generation.scheduling.gate import Limits
from tests.generation.scheduling.stage import Outcome, Said, Stage, stage

EMPTY = Allowance(requests=600, requests_left=0)
SOME = Allowance(requests=600, requests_left=3, tokens=60_000, tokens_left=500)


def haste(seconds: float | None, allowance: Allowance | None) -> BaseException:
    return TooManyRequests("slow", retry_after=seconds, allowance=allowance)


# what may befall one attempt; all but the last two let the run go on
MISHAPS: list[Callable[[], BaseException]] = [
    lambda: NoAnswer("500"),
    lambda: NoAnswer("cut", billed=True),
    lambda: NoAnswer("silence", billed=True, overload=True),
    lambda: NoAnswer("503", overload=True, retry_after=2.0),
    lambda: haste(None, None),
    lambda: haste(1.5, None),
    lambda: haste(None, EMPTY),
    lambda: haste(0.0, SOME),
    lambda: CallRefused("filtered", reason="content_filtered"),
    lambda: NoMoreAnswers("used up"),
    lambda: ProviderProblem("no key"),
    lambda: RuntimeError("a bug"),
]
OF_THE_RUN = 2

plans = st.fixed_dictionaries(
    {
        "seed": st.integers(0, 2**20),
        "n_calls": st.integers(0, 60),
        "mishap_share": st.sampled_from([0.0, 0.2, 0.5, 0.9]),
        "parallel": st.integers(1, 9),
        "start": st.sampled_from([None, 1, 5]),
        "rpm": st.sampled_from([None, 600.0]),
        "tpm": st.sampled_from([None, 30_000.0]),
        "known": st.booleans(),
        "may_doubt": st.booleans(),
        "allowance": st.sampled_from([None, SOME]),
    }
)


def play_of(plan: dict[str, object], *, mortal: bool) -> Stage:
    """A stage that follows the plan; `mortal`: what ends the whole run may happen, too."""
    seed, share = plan["seed"], plan["mishap_share"]
    mishaps = MISHAPS if mortal else MISHAPS[:-OF_THE_RUN]

    def script(request: str, attempt: int) -> Outcome:
        dice = random.Random(f"{seed}/{request}/{attempt}")
        seconds = dice.choice([0.0, 0.01, 0.5, 1.0, 1.0, 9.0])
        if dice.random() < float(str(share)):
            return Outcome(dice.choice(mishaps)(), seconds=seconds)
        tokens = dice.choice([None, 5, 200])
        return Outcome(Said(request, tokens=tokens, allowance=plan["allowance"]), seconds=seconds)  # type: ignore[arg-type]

    n_calls = int(str(plan["n_calls"]))
    limits = Limits(
        parallel=plan["parallel"],  # type: ignore[arg-type]
        start=plan["start"],  # type: ignore[arg-type]
        requests_per_minute=plan["rpm"],  # type: ignore[arg-type]
        tokens_per_minute=plan["tpm"],  # type: ignore[arg-type]
    )
    known = {str(number) for number in range(0, n_calls, 3)} if plan["known"] else set()
    return stage(
        n_calls, script, limits=limits, known=known, may_doubt=plan["may_doubt"], spread=0.3
    )


def all_settled_once(play: Stage, *, but_for: int = 0) -> None:
    settled = [errand.request for errand in play.source.settled]
    assert len(settled) == len(set(settled)) == len(play.source.claimed) - but_for


@settings(max_examples=120, deadline=None)
@given(plan=plans)
def test_each_call_is_settled_exactly_once_and_none_is_left(plan: dict[str, object]) -> None:
    play = play_of(plan, mortal=False)

    try:
        play.play(most_steps=20_000)
    except ProviderProblem as problem:
        assert "Gave up after" in str(problem)  # nobody was answered  # noqa: PT017
    else:
        assert play.source.wanted == []

    all_settled_once(play)
    assert play.gate.under_way == 0
    assert play.line.most <= int(str(plan["parallel"]))


@settings(max_examples=120, deadline=None)
@given(plan=plans, steps=st.integers(0, 30))
def test_however_it_ends_nothing_that_came_back_is_lost(
    plan: dict[str, object], steps: int
) -> None:
    play = play_of(plan, mortal=True)
    faults = 0

    try:
        with closing(play.engine.run()) as run:
            for _, _ in zip(range(steps), run, strict=False):
                pass
    except (ProviderProblem, RuntimeError):
        faults = sum(errand.fault is not None for errand in play.source.claimed)
    else:
        faults = sum(errand.fault is not None for errand in play.source.claimed)

    all_settled_once(play, but_for=faults)


@pytest.mark.parametrize("seed", range(5))
def test_the_order_is_the_same_each_time(seed: int) -> None:
    plan: dict[str, object] = {
        "seed": seed, "n_calls": 40, "mishap_share": 0.3, "parallel": 5, "start": None,
        "rpm": None, "tpm": None, "known": True, "may_doubt": True, "allowance": None,
    }  # fmt: skip
    first, second = play_of(plan, mortal=False), play_of(plan, mortal=False)

    first.play()
    second.play()

    assert first.line.sent == second.line.sent
