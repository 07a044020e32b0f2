from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from curation.errors import BadInput
from generation.scheduling.budget import Price
from generation.scheduling.prices import given_price, price_in

ADDRESS = "https://llm.example/v1"
TABLE = f"""
as_of: 2026-01-31
currency: EUR
servers:
  {ADDRESS}:
    gpt-5: [1.25, 10]
    gpt-5-2025-08-07: [2, 20]
    4: [1, 1]
  https://empty.example/v1:
"""


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "prices.yaml"
    path.write_text(TABLE)
    return path


def found(table: Path, model: str, *, base_url: str = ADDRESS) -> Price | None:
    return price_in(table, base_url=base_url, model=model)


def test_a_price_comes_with_its_currency_and_its_date(table: Path) -> None:
    price = found(table, "gpt-5")

    expected = Price(sent=Decimal("1.25"), written=Decimal(10), currency="EUR", as_of="2026-01-31")
    assert price == expected
    assert found(table, "gpt-5", base_url=ADDRESS + "/") == expected


def test_a_dated_version_has_the_price_of_its_model_unless_it_has_its_own(table: Path) -> None:
    dated, own = found(table, "gpt-5-2026-02-01"), found(table, "gpt-5-2025-08-07")

    assert dated is not None
    assert own is not None
    assert (dated.sent, own.sent) == (Decimal("1.25"), Decimal(2))


@pytest.mark.parametrize("model", ["gpt-5-mini", "gpt", "gpt-55", "other"])
def test_a_model_that_is_not_in_the_table_has_no_price(table: Path, model: str) -> None:
    assert found(table, model) is None


@pytest.mark.parametrize("base_url", ["https://empty.example/v1", "https://other.example/v1"])
def test_a_server_that_is_not_in_the_table_has_no_price(table: Path, base_url: str) -> None:
    assert found(table, "gpt-5", base_url=base_url) is None


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("servers: [", "is not YAML"),
        ("- 1", "is not a price table"),
        ("servers: 3", "is not a price table"),
        (f"servers: {{'{ADDRESS}': {{m: 1}}}}", "a price is two numbers"),
        (f"servers: {{'{ADDRESS}': {{m: [1, dear]}}}}", "'dear' is not a price"),
        (f"servers: {{'{ADDRESS}': {{m: [1, -2]}}}}", "-2 is not a price"),
        (f"servers: {{'{ADDRESS}': {{m: [1, .nan]}}}}", "is not a price"),
    ],
)
def test_a_table_that_is_none_gets_a_sentence(tmp_path: Path, content: str, sentence: str) -> None:
    path = tmp_path / "prices.yaml"
    path.write_text(content)

    with pytest.raises(BadInput, match=sentence):
        price_in(path, base_url=ADDRESS, model="m")


def test_a_price_that_was_given_says_so() -> None:
    price = given_price("0.15", "0.60", currency="CHF")

    assert (price.currency, price.as_of, price.written) == ("CHF", "given", Decimal("0.60"))


@pytest.mark.parametrize("wrong", ["cheap", "-1", "inf"])
def test_a_given_price_that_is_none_gets_a_sentence(wrong: str) -> None:
    with pytest.raises(BadInput, match=r"--price: .* is not a price"):
        given_price("1", wrong)
