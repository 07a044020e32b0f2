"""A wish as JSON holds it: what a job, a form or a command line says, read and checked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from math import isfinite
from pathlib import Path
from typing import Any

from curation.errors import BadInput
from curation.models import Project
from generation.regions.steering import Steering
from generation.scheduling.budget import nanos_of
from generation.scheduling.gate import Limits
from generation.scheduling.prices import given_price
from generation.screening.checks import Checks
from generation.services.asking import Asked, Terms, options_for

REQUIRED = {"provider", "method", "count"}
PLAIN = ("provider", "method", "seed", "model", "base_url", "language")
STEERING = ("run_key", "regions_from", "right_from")
LIMITS = ("parallel", "requests_per_minute", "tokens_per_minute")
USD = "USD"
WHOLE = {"count", "seed", "parallel", "patience"}
NUMBERS = {"requests_per_minute", "tokens_per_minute", "top_up"}
OPTIONAL = {
    *PLAIN, *LIMITS, *STEERING, "recordings", "options", "checks", "patience", "top_up", "cap",
    "price", "currency", "reuse",
}  # fmt: skip


def read_wish(project: Project, params: Mapping[str, Any]) -> tuple[Asked, Terms, int]:
    """What is asked for, on which terms, and how many examples; None counts as not said.

    Args:
        project: whose own way of writing fills in what `options` does not say.
        params: provider, method and count; else what `Asked` and `Terms` know, with
            `recordings` as a path, `options` an object with fields of `GenerationOptions`,
            `checks` one with fields of `Checks`, `cap` an amount like "2.50" and `price` two
            amounts per million tokens, sent and written. Where the method asks for what a
            classifier gets wrong, also the fields of `Steering`: run_key, regions_from, right_from.

    Raises:
        BadInput: something is missing, unknown or out of range.
    """
    given = {name: value for name, value in params.items() if value is not None}
    if missing := sorted(REQUIRED - given.keys()):
        raise BadInput(f"A generation job needs {missing[0]!r}.")
    if unknown := sorted(given.keys() - REQUIRED - OPTIONAL):
        raise BadInput(f"A generation job knows no {unknown[0]!r}.")
    for name in WHOLE & given.keys():
        _check_number(given[name], name, whole=True)
    for name in NUMBERS & given.keys():
        _check_number(given[name], name, whole=False)
    return _asked(project, given), _terms(given), given["count"]


def _asked(project: Project, given: Mapping[str, Any]) -> Asked:
    options = dict(given.get("options") or {})
    for name in ("words", "attributes"):
        if options.get(name) is not None:
            options[name] = tuple(options[name])
    plain = {name: given[name] for name in PLAIN if name in given}
    if recordings := given.get("recordings"):
        plain["recordings"] = Path(recordings)
    try:
        checks = Checks(**given.get("checks") or {})
    except (TypeError, ValueError) as error:
        raise BadInput(f"The screening cannot be done so: {error}") from error
    steering = {name: given[name] for name in STEERING if name in given}
    asked = Asked(**plain, checks=checks, options=options_for(project, **options))
    if "regions" in asked.how.needs:
        return replace(asked, steering=Steering(**steering))
    if steering:
        raise BadInput(f"Method {asked.method} reads no classifier; leave {min(steering)} out.")
    return asked


def _terms(given: Mapping[str, Any]) -> Terms:
    plain = {name: given[name] for name in ("patience", "top_up", "reuse") if name in given}
    limits = Limits(**{name: given[name] for name in LIMITS if name in given})
    if "cap" in given:
        plain["cap"] = nanos_of(given["cap"])
    if "price" not in given and given.get("currency", USD) != USD:
        raise BadInput(
            f"The price tables are in {USD}; say what the model costs in {given['currency']} with "
            "--price SENT WRITTEN."
        )
    if "price" in given:
        sent, written = _pair(given["price"])
        plain["price"] = given_price(
            str(sent), str(written), currency=given.get("currency") or "USD"
        )
    return Terms(limits=limits, **plain)


def _pair(given: Any) -> tuple[Any, Any]:
    if not isinstance(given, list | tuple) or len(given) != 2:
        raise BadInput(f"The price is {given!r}, but it must be two amounts, [sent, written].")
    return given[0], given[1]


def _check_number(given: Any, name: str, *, whole: bool) -> None:
    kinds = int if whole else (int, float)
    if isinstance(given, bool) or not isinstance(given, kinds) or not isfinite(given):
        what = "a whole number" if whole else "a number"
        raise BadInput(f"The {name.replace('_', ' ')} is {given!r}, but it must be {what}.")
