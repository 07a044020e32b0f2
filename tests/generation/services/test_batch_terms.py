"""What is different on the terms of a run whose calls go out in batches."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from curation.errors import BadInput
from curation.models import Project
from generation.providers.address import OPENAI_URL
from generation.scheduling.budget import Price
from generation.scheduling.gate import Gate, Limits
from generation.scheduling.prices import given_price
from generation.services import plan_generation
from generation.services.asking import Asked, Terms
from generation.services.pricing import TABLE, as_params, from_params, price_of
from tests.generation.test_generate_command import generate

MODEL = "gpt-4.1-nano"


def price(base_url: str = OPENAI_URL, **more: Any) -> Price | None:
    usual: dict[str, Any] = {"model": MODEL, "given": None, "cap": None}
    return price_of(base_url=base_url, **usual | more)


def test_a_batch_costs_half_at_openai_and_says_so() -> None:
    whole, half = price(), price(batched=True)

    assert whole is not None
    assert half is not None
    assert (half.sent * 2, half.written * 2) == (whole.sent, whole.written)
    assert half.as_of == f"{whole.as_of}, batch"
    assert f"as_of: {whole.as_of}" in TABLE.read_text()
    assert from_params(as_params(half)) == half


@pytest.mark.parametrize("sent", ["0.05", "1.25", "0.00000001"])
def test_halves_are_exact(sent: str, tmp_path: Path, settings: Any) -> None:
    settings.CONCORD_HOME = tmp_path
    table = f"as_of: today\nservers:\n  {OPENAI_URL}:\n    own: ['{sent}', 3]\n"
    (tmp_path / "prices.yaml").write_text(table)

    found = price(model="own", batched=True)

    assert found is not None
    assert found.sent * 2 == Decimal(sent)
    assert found.as_of == "today, batch"


def test_a_price_that_is_given_and_one_from_elsewhere_are_taken_as_they_are(
    tmp_path: Path, settings: Any
) -> None:
    settings.CONCORD_HOME = tmp_path
    table = "as_of: today\nservers:\n  https://llm.example/v1:\n    own: [1, 3]\n"
    (tmp_path / "prices.yaml").write_text(table)
    given = given_price("0.30", "0.70")

    assert price(given=given, batched=True) == given
    elsewhere = price("https://llm.example/v1", model="own", batched=True)
    assert elsewhere == Price(sent=Decimal(1), written=Decimal(3), as_of="today")
    here = price("http://127.0.0.1:1/v1", batched=True)
    assert here is not None
    assert here.free
    assert price(model="unheard of", batched=True) is None


def test_a_plan_knows_the_price_of_batches(project: Project) -> None:
    plans = [
        plan_generation(project, Asked(provider=name, method="zero_shot", model=MODEL), count=1_000)
        for name in ("openai", "openai_batch")
    ]

    whole, half = (plan.as_dict() for plan in plans)
    assert half["price_as_of"] == f"{whole['price_as_of']}, batch"
    assert plans[0].price is not None
    assert plans[1].price is not None
    likely = plans[0].estimate.likely
    assert likely.cost(plans[1].price) * 2 == likely.cost(plans[0].price)


def test_a_dry_run_of_batches_shows_prompts_and_asks_nothing(project: Project) -> None:
    said = generate(
        *["--provider", "openai_batch", "--method", "zero_shot", "--count", "40", "--dry-run"],
        *["--model", MODEL],
    )

    assert "At least 4 calls" in said


def test_a_dry_run_of_batches_checks_the_address(project: Project) -> None:
    asked = Asked(provider="openai_batch", method="zero_shot", base_url="nowhere")

    with pytest.raises(BadInput, match="not an address"):
        plan_generation(project, asked, count=10)


def test_a_gate_that_starts_open_lets_everything_out_and_keeps_nothing_by() -> None:
    gate = Gate(Limits(parallel=500, start=500))

    assert (gate.room(100, now=0.0), gate.spare(now=0.0)) == (500, 0)


def test_a_gate_starts_no_wider_than_its_ceiling() -> None:
    assert Gate(Limits(parallel=3, start=10)).room(100, now=0.0) == 3
    assert Gate(Limits(parallel=10, start=1)).room(100, now=0.0) == 1


def test_a_gate_nobody_says_anything_about_feels_its_way_up_to_32() -> None:
    gate = Gate(Limits())

    assert (gate.room(100, now=0.0), gate.concurrency.ceiling) == (4, 32)
    assert gate.spare(now=0.0) > 0
    assert Terms().limits.most == 32
