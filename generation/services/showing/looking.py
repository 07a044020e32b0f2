"""Looking before leaping: what a wish would ask and take, for the page. Changes nothing."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings

from curation.errors import BadInput
from curation.models import Project
from curation.reporting import LabelStyle, wording
from generation.providers import ADDRESSED
from generation.providers.address import KEY_VARIABLES, OPENAI_URL, checked_url
from generation.providers.base import Message
from generation.scheduling.estimate import Estimate
from generation.services.generating import open_provider
from generation.services.planning import GenerationPlan, plan_generation
from generation.services.showing.drafts import styles_by_key
from generation.services.wishes import read_wish

FILES = {".jsonl", ".json", ".yaml", ".yml"}  # what recordings and grammars are


@dataclass(frozen=True, kw_only=True)
class PlanShown:
    """The first prompt of each label, and the estimate in words."""

    prompts: list[tuple[LabelStyle, Sequence[Message]]]
    likely: str
    ends: str
    price: str
    warnings: Sequence[str]


def look(project: Project, wish: Mapping[str, Any]) -> PlanShown:
    """What the wish would send first, and what it would take.

    Raises:
        BadInput: something in the wish is wrong.
    """
    plan = checked_plan(project, wish)
    styles = {style.name: style for style in styles_by_key(project).values()}
    estimate = plan.estimate
    return PlanShown(
        prompts=[(styles[name], messages) for name, messages in plan.prompts.items()],
        likely=f"Likely {_end(plan, estimate.likely)}.",
        ends=f"At least {_end(plan, estimate.low)}; at most {_end(plan, estimate.high)}.",
        price=_price(plan),
        warnings=plan.warnings,
    )


def checked_plan(project: Project, wish: Mapping[str, Any]) -> GenerationPlan:
    """The plan of a wish of which a job would find nothing wrong before its first call.

    Raises:
        BadInput: something in the wish is wrong.
    """
    asked, terms, count = read_wish(project, wish)
    plan = plan_generation(project, asked, count=count, terms=terms)
    if asked.provider in ADDRESSED:
        if not asked.model:
            raise BadInput("Name the model that is to write, as the provider names it.")
    else:
        open_provider(project, asked)  # reads the file and holds it against the labels
    return plan


def _end(plan: GenerationPlan, end: Estimate) -> str:
    cost = f", {plan.cost(end)}" if plan.price is not None and not plan.price.free else ""
    return (
        f"{wording.plural(end.calls, 'call')}, {end.prompt_tokens:,} tokens sent and "
        f"{end.completion_tokens:,} written{cost}"
    )


def _price(plan: GenerationPlan) -> str:
    if plan.price is None:
        return (
            "Nobody knows what this model costs here; give its price under “Money and speed” to "
            "see an amount and to set a cap."
        )
    if plan.price.free:
        return "It costs nothing: the model runs on this machine, or no model is asked."
    where = "as you gave it" if plan.price.as_of == "given" else f"of {plan.price.as_of}; check it"
    return f"The price is {where}."


def key_variable() -> str:
    """The environment variable that holds a key where this page runs; "" when none does."""
    return next((name for name in KEY_VARIABLES if os.environ.get(name, "").strip()), "")


def usual_address() -> str:
    """Where models are asked unless somebody says otherwise."""
    return os.environ.get("OPENAI_BASE_URL", "").strip() or OPENAI_URL


def file_in_home(given: str) -> Path:
    """A recording or a grammar in the data folder, by its path there.

    Whoever types into a page must not read other files of the server by it.

    Raises:
        BadInput: it is outside, is not there, or is no such file.
    """
    home = Path(settings.CONCORD_HOME).resolve()
    try:
        path = (home / given.strip()).resolve()
        usable = path.is_relative_to(home) and (path.is_dir() or path.suffix in FILES)
        there = usable and path.exists()
    except (OSError, ValueError, RuntimeError):
        there = False
    if not there:
        raise BadInput(
            f"There is no recording or grammar {given!r} in the data folder; a page reads such "
            "files from there only. Copy it there, or use manage.py generate --recordings."
        )
    return path


def checked_address(given: str) -> str:
    """The address of a model server, as it was typed; "" = the usual one.

    Raises:
        BadInput: it is no address, or one that the operator has not allowed.
    """
    address = checked_url(given.strip() or usual_address())
    if address != checked_url(usual_address()):
        settings.CONCORD_ENDPOINTS.check(address)
    return address


def path_in_home(given: str) -> str:
    """A path as the form shows it: inside the data folder; "" for one that lies elsewhere."""
    home = Path(settings.CONCORD_HOME).resolve()
    path = Path(given)
    return str(path.relative_to(home)) if given and path.is_relative_to(home) else ""
