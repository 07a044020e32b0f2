"""Price tables: what a model at an address costs, as a dated file says it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

import yaml

from curation.errors import BadInput
from generation.scheduling.budget import Price

DATED = re.compile(r"-\d{4}(-?\d{2}){0,2}(-preview)?")  # gpt-4o-mini-2024-07-18


def price_in(path: Path, *, base_url: str, model: str) -> Price | None:
    """The table's price of the model at that address; None where it has none.

    Raises:
        BadInput: the file is not a price table.
    """
    table = _read(path)
    models = _object(table.get("servers"), path).get(base_url.rstrip("/"))
    pairs = {str(name): pair for name, pair in _object(models or {}, path).items()}
    dated = [name for name in pairs if _is_dated(model, name)]
    for name in (model, *dated):  # its own entry before the one of all versions
        if name in pairs:
            return _price(pairs[name], table, where=f"{path}, {name}")
    return None


def given_price(sent: str, written: str, *, currency: str = "USD") -> Price:
    """A price that the user said, per million tokens.

    >>> given_price("0.15", "0.60").written
    Decimal('0.60')
    """
    return Price(
        sent=_amount(sent, where="--price"),
        written=_amount(written, where="--price"),
        currency=currency,
        as_of="given",
    )


def _is_dated(model: str, name: str) -> bool:
    """Whether `model` is a dated version of `name`."""
    return model.startswith(name) and DATED.fullmatch(model[len(name) :]) is not None


def _price(pair: Any, table: Mapping[str, Any], *, where: str) -> Price:
    if not isinstance(pair, list) or len(pair) != 2:
        raise BadInput(f"{where}: a price is two numbers, [sent, written], per million tokens.")
    sent, written = pair
    return Price(
        sent=_amount(sent, where=where),
        written=_amount(written, where=where),
        currency=str(table.get("currency", "USD")),
        as_of=str(table.get("as_of", "")),
    )


def _amount(given: Any, *, where: str) -> Decimal:
    try:
        amount = Decimal(str(given))
    except InvalidOperation:
        amount = Decimal(-1)
    if not amount.is_finite() or amount < 0:
        raise BadInput(f"{where}: {given!r} is not a price; write it like 0.60.")
    return amount


def _read(path: Path) -> Mapping[str, Any]:
    try:
        return _object(yaml.safe_load(path.read_text(encoding="utf-8")), path)
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise BadInput(f"{path} is not YAML; mend the price table.") from error


def _object(value: Any, path: Path) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise BadInput(f"{path} is not a price table; see generation/prices.yaml for its form.")
    return value
