"""Money with a lid: what the server bills is never above the cap, nor above what the run says."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from curation.errors import BadInput
from curation.models import Project
from generation.errors import PriceMissing
from generation.models import Call, GenerationRun
from generation.scheduling.budget import Price, nanos_of
from generation.scheduling.gate import Limits
from generation.services import Terms, plan_generation, run_summary
from generation.services.asking import Asked
from generation.services.pricing import price_of
from tests.factories import make_project
from tests.generation.limited_server import LimitedServer
from tests.generation.recount import check
from tests.generation.wishes import ONE_CALL, PRICE, billed, generate, write

BROKEN = {"timeout": 0.05, "timeout_s": 0.05, "cut": 0.1, "malformed": 0.1, "error_500": 0.05}
UNCOUNTED = {"no_usage": 0.5, "bad_content": 0.1, "too_few": 0.1, "cut": 0.05}
SPOILT = {"refusal": 0.1, "content_filter": 0.1, "duplicate_text": 0.2, "too_many": 0.1}


def test_a_run_without_mishaps_says_to_the_nano_what_it_cost(
    project: Project, server: LimitedServer
) -> None:
    run = write(project, server, count=40)

    assert run.spent == billed(server) > 0
    assert (run.doubtful, run.accepted) == (0, 40)
    assert run_summary(run)["cost"].endswith(" USD")
    assert run.cost_per_accepted
    check(run)


@pytest.mark.parametrize("seed", [1, 2, 3])
@pytest.mark.parametrize("faults", [BROKEN, UNCOUNTED, SPOILT], ids=["broken", "uncounted", "bad"])
def test_the_cap_holds_whatever_goes_wrong_and_a_higher_one_goes_on_to_the_exact_number(
    project: Project, server: LimitedServer, seed: int, faults: dict[str, Any]
) -> None:
    server.configure(seed=seed, **faults)
    cap = nanos_of("0.02")

    run = write(project, server, count=200, seed=seed, cap=cap)

    assert (run.status, run.accepted < 200) == ("paused", True)
    assert run.error.startswith("The cap of 0.020 USD is reached at 0.0")
    assert "the same wish with a higher cap goes on" in run.error
    assert billed(server) <= run.spent <= cap
    check(run)

    run = write(project, server, count=200, seed=seed, cap=nanos_of("10"))

    assert (run.status, run.accepted, run.error) == ("successful", 200, "")
    assert billed(server) <= run.spent <= nanos_of("10")
    assert server.stats()["answered_well_twice"] == 0
    check(run)


def test_a_cap_that_is_enough_is_not_taken_for_reached_because_many_calls_are_under_way(
    project: Project, server: LimitedServer
) -> None:
    server.configure(latency_s=0.02)
    free = write(make_project("free"), server, count=400, reuse=False)

    limits = Limits(parallel=32, start=32)
    run = write(project, server, count=400, cap=round(free.spent * 1.2), limits=limits, reuse=False)

    assert (run.status, run.accepted, run.error) == ("successful", 400, "")


def test_a_cap_that_does_not_allow_a_single_call_asks_nothing(
    project: Project, server: LimitedServer
) -> None:
    run = write(project, server, count=10, cap=1)

    assert (run.status, run.accepted, run.spent) == ("paused", 0, 0)
    assert "0 of 10 examples" in run.error
    assert server.stats()["seen"] == 0
    assert not Call.objects.exists()


def test_the_same_cap_again_asks_nothing_more(project: Project, server: LimitedServer) -> None:
    first = write(project, server, count=200, cap=nanos_of("0.01"))
    seen = server.stats()["seen"]

    again = write(project, server, count=200, cap=nanos_of("0.01"))

    assert (again.status, again.spent) == ("paused", first.spent)
    assert server.stats()["seen"] == seen


@pytest.mark.parametrize("fault", ["cut", "malformed"])
def test_what_may_have_to_be_paid_for_counts_as_spent_when_a_call_is_given_up(
    project: Project, server: LimitedServer, fault: str
) -> None:
    server.configure(**{fault: 1.0})

    run = write(project, server, count=10, cap=nanos_of("0.02"), limits=Limits(parallel=2))

    assert run.status == "paused"
    assert 0 < billed(server) <= run.spent <= nanos_of("0.02")
    assert run.spent == run.doubtful
    assert run_summary(run)["cost_doubtful"] == run_summary(run)["cost"]
    check(run)


def test_an_answer_that_does_not_count_its_tokens_costs_what_was_set_aside_for_it(
    project: Project, server: LimitedServer
) -> None:
    server.configure(no_usage=1.0)

    run = write(project, server, count=20)

    reserved = sum(Call.objects.values_list("reserved", flat=True))
    assert run.spent == reserved > billed(server)
    assert (run.prompt_tokens, run.completion_tokens) == (0, 0)


def test_a_server_on_this_machine_costs_nothing_unless_a_price_is_given(
    project: Project, server: LimitedServer
) -> None:
    run = write(project, server, count=10, price=None, cap=0)

    assert (run.status, run.accepted, run.spent) == ("successful", 10, 0)


def test_a_cap_without_a_price_is_asked_about_and_nothing_is_written(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CONCORD_LLM_KEY", "sk-test")
    wish: dict[str, Any] = {
        "provider": "openai",
        "method": "zero_shot",
        "model": "dear-1",
        "base_url": "https://llm.example/v1",
    }

    with pytest.raises(
        PriceMissing, match=r"Nobody knows what 'dear-1' costs.*--price SENT WRITTEN"
    ):
        generate(project, count=10, cap=nanos_of("1"), **wish)

    assert not GenerationRun.objects.exists()
    plan = plan_generation(project, Asked(**wish), count=10)
    assert (plan.price, plan.cost(plan.estimate.high)) == (None, "")


def test_ones_own_price_table_wins_over_the_bundled_one(concord_home: Path) -> None:
    address, known = "https://api.openai.com/v1", {"given": None, "cap": 1}
    bundled = price_of(base_url=address, model="gpt-5", **known)  # type: ignore[arg-type]
    (concord_home / "prices.yaml").write_text(
        f"as_of: 2030-01-01\ncurrency: EUR\nservers:\n  {address}:\n    gpt-5: [9, 99]\n"
    )

    own = price_of(base_url=address, model="gpt-5", **known)  # type: ignore[arg-type]
    other = price_of(base_url=address, model="gpt-5-mini", **known)  # type: ignore[arg-type]
    given = price_of(base_url=address, model="gpt-5", given=PRICE, cap=1)

    assert own == Price(sent=Decimal(9), written=Decimal(99), currency="EUR", as_of="2030-01-01")
    assert bundled is not None
    assert other is not None
    assert (bundled.currency, other.currency, given) == ("USD", "USD", PRICE)


def test_an_estimate_before_the_start_holds_what_it_then_costs(
    project: Project, server: LimitedServer
) -> None:
    wish: dict[str, Any] = {
        "provider": "openai",
        "method": "zero_shot",
        "model": "tiny",
        "base_url": server.base_url,
        "options": ONE_CALL,
    }
    plan = plan_generation(project, Asked(**wish), count=200, terms=Terms(price=PRICE))

    run = write(project, server, count=200)

    assert plan.estimate.low.cost(PRICE) <= run.spent <= plan.estimate.high.cost(PRICE)
    assert plan.estimate.low.calls <= run.calls.count() <= plan.estimate.high.calls


def test_what_was_spent_is_not_held_against_a_cap_in_another_currency(
    project: Project, server: LimitedServer
) -> None:
    run = write(project, server, count=10)
    spent = run.spent

    with pytest.raises(BadInput, match="say its price in USD to go on"):
        write(project, server, count=40, price=replace(PRICE, currency="EUR"))

    run.refresh_from_db()
    assert (run.spent, run.price["currency"]) == (spent, "USD")


def test_a_server_of_ones_own_costs_what_ones_own_table_says(concord_home: Path) -> None:
    (concord_home / "prices.yaml").write_text(
        "as_of: 2026-01-01\ncurrency: EUR\nservers:\n"
        "  http://127.0.0.1:4000/v1:\n    tiny: [1, 2]\n"
    )

    known = price_of(base_url="http://127.0.0.1:4000/v1", model="tiny", given=None, cap=1)

    assert known is not None
    assert (known.sent, known.currency) == (Decimal(1), "EUR")
