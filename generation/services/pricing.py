"""What a run's model costs, and how that is stored."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.conf import settings

from generation.errors import PriceMissing
from generation.providers import BATCHING
from generation.providers.address import OPENAI_URL, is_loopback
from generation.scheduling.budget import Price
from generation.scheduling.prices import price_in
from generation.services.asking import Asked

TABLE = Path(__file__).resolve().parents[1] / "prices.yaml"
HALF = Decimal("0.5")
NOTHING = Price(sent=Decimal(0), written=Decimal(0))


def price_of(
    *,
    base_url: str,
    model: str,
    given: Price | None,
    cap: int | None,
    batched: bool = False,
) -> Price | None:
    """What the model at that address costs: as given, else nothing here, else by the tables.

    Args:
        base_url: "" for none.
        model: as the provider names it.
        given: as the user said it; taken as it is.
        cap: nanos that may be spent, if there is a lid.
        batched: calls go out in batches, which OpenAI does for half of what its table says.

    Raises:
        PriceMissing: there is a cap and nobody knows the price.
    """
    price = given or _known(base_url, model)
    if price is not None and price is not given and batched and base_url == OPENAI_URL:
        price = _halved(price)
    if price is None and cap is not None:
        raise PriceMissing(model=model)
    return price


def price_for(
    asked: Asked, *, base_url: str, model: str, given: Price | None, cap: int | None
) -> Price | None:
    """What a wish's model costs; see `price_of`."""
    batched = asked.provider in BATCHING
    return price_of(base_url=base_url, model=model, given=given, cap=cap, batched=batched)


def _known(base_url: str, model: str) -> Price | None:
    if not base_url:
        return NOTHING
    own = settings.CONCORD_HOME / "prices.yaml"
    for table in (own, TABLE):
        if table.is_file():
            price = price_in(table, base_url=base_url, model=model)
            if price is not None:
                return price
    return NOTHING if is_loopback(base_url) else None


def _halved(price: Price) -> Price:
    as_of = f"{price.as_of}, batch" if price.as_of else "batch"
    return replace(price, sent=price.sent * HALF, written=price.written * HALF, as_of=as_of)


def as_params(price: Price | None) -> dict[str, Any]:
    """A price as the run keeps it; {} when nobody knows it."""
    if price is None:
        return {}
    return {
        "sent": str(price.sent),
        "written": str(price.written),
        "currency": price.currency,
        "as_of": price.as_of,
    }


def from_params(params: Mapping[str, Any]) -> Price | None:
    """The price a run keeps; None when nobody knew it."""
    if not params:
        return None
    sent, written = Decimal(params["sent"]), Decimal(params["written"])
    currency, as_of = params["currency"], params["as_of"]
    return Price(sent=sent, written=written, currency=currency, as_of=as_of)
