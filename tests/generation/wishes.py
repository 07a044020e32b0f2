"""Generation as tests ask for it."""

from __future__ import annotations

from dataclasses import fields
from decimal import Decimal
from pathlib import Path
from typing import Any

from curation.models import Example, Project
from curation.progress import silent
from generation.models import GenerationRun
from generation.prompting.base import GenerationOptions
from generation.scheduling.budget import Price
from generation.scheduling.gate import Limits
from generation.screening.checks import Checks
from generation.services import Asked, Terms, generate_examples
from tests.generation.limited_server import LimitedServer
from tests.generation.scripted_server import Reply, serving

TERMS = {field.name for field in fields(Terms)}


def generate(project: Project, *, count: int, **more: Any) -> GenerationRun:
    """`generate_examples` with the fields of `Asked` and `Terms` side by side."""
    progress = more.pop("progress", silent)
    terms = Terms(**{name: more.pop(name) for name in TERMS & more.keys()})
    return generate_examples(project, Asked(**more), count=count, terms=terms, progress=progress)


def replay(project: Project, recording: Path, count: int, **more: Any) -> GenerationRun:
    wish = {"provider": "recorded", "method": "zero_shot", "recordings": recording}
    return generate(project, count=count, **wish | more)


def ask(project: Project, *replies: Reply, count: int = 2, **more: Any) -> GenerationRun:
    """Generate from a scripted server, one call at a time so that the script fits."""
    with serving(replies) as server:
        wish = {
            "provider": "openai",
            "method": "zero_shot",
            "model": "tiny",
            "base_url": server.base_url,
            "limits": Limits(parallel=1),
            "options": GenerationOptions(words=(3, 9)),
            "checks": Checks(near=0, near_apart=0),  # scripted texts are short and alike
        }
        return generate(project, count=count, **wish | more)


def texts_of(project: Project, label: str) -> list[str]:
    pool = Example.objects.pool().filter(project=project, intended_label__name=label)
    return list(pool.values_list("text", flat=True))


PRICE = Price(sent=Decimal("1.00"), written=Decimal("4.00"), as_of="given")
ONE_CALL = GenerationOptions(words=(8, 24), turns=1)  # texts as the limited server makes them


def write(project: Project, server: LimitedServer, *, count: int, **more: Any) -> GenerationRun:
    """Generate from the limited server, which costs something here."""
    wish = {
        "provider": "openai",
        "method": "zero_shot",
        "model": "tiny",
        "base_url": server.base_url,
        "options": ONE_CALL,
        "price": PRICE,
    }
    return generate(project, count=count, **wish | more)


def billed(server: LimitedServer) -> int:
    """What the server has worked for so far, in nanos."""
    return sum(
        PRICE.nanos(sent=bill["prompt_tokens"], written=bill["completion_tokens"])
        for bill in server.bills()
    )
