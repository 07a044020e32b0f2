"""What a project's texts have cost, for the hub."""

from __future__ import annotations

import pytest

from generation.services.spending import spent_on_texts, text_costs
from tests.factories import make_project
from tests.generation.pages.asking import make_run

pytestmark = pytest.mark.django_db

DOLLARS = {"sent": "1", "written": "1", "currency": "USD"}


def test_runs_of_one_currency_add_up() -> None:
    project = make_project()
    make_run(project, 1, price=DOLLARS, spent=1_500_000_000)
    make_run(project, 2, price=DOLLARS, spent=500_000_000)

    assert spent_on_texts(project) == (2.0, "USD")


def test_runs_whose_price_nobody_knows_do_not_count() -> None:
    project = make_project()
    make_run(project, 1, price={}, spent=0)

    assert spent_on_texts(project) == (None, "")


def test_currencies_are_not_added_up() -> None:
    project = make_project()
    make_run(project, 1, price=DOLLARS, spent=1)
    make_run(project, 2, price={**DOLLARS, "currency": "EUR"}, spent=1)

    assert spent_on_texts(project) == (None, "")


def test_costs_of_several_projects_are_told_apart_by_currency() -> None:
    one, other, untouched = (make_project(slug) for slug in ("one", "other", "untouched"))
    make_run(one, 1, price=DOLLARS, spent=1_500_000_000, doubtful=20_000_000)
    make_run(one, 2, price={**DOLLARS, "currency": "EUR"}, spent=500_000_000)
    make_run(one, 3, price={}, spent=0, completion_tokens=12)
    make_run(other, 1, price={}, spent=0)

    costs = text_costs([one, other, untouched])

    assert set(costs) == {one.pk, other.pk}
    assert sorted(costs[one.pk].spent) == ["0.50 EUR", "1.50 USD"]
    assert (costs[one.pk].doubtful, costs[one.pk].unpriced) == (("0.020 USD",), 1)
    assert (costs[other.pk].spent, costs[other.pk].unpriced) == ((), 0)
