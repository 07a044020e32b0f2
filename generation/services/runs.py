"""The run a wish belongs to: the one it continues, or a new one."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.db.models import Max

from curation.errors import BadInput
from curation.models import ExampleSummary, Project
from curation.services.auditing import record
from generation.models import GenerationRun
from generation.prompting.base import Brief
from generation.prompting.label_last import LABELLING_VERSION
from generation.providers.base import Provider
from generation.scheduling.budget import Price
from generation.screening.checks import Checks
from generation.services.asking import Asked, Terms
from generation.services.materials import Stock
from generation.services.pricing import as_params

ENDED = (GenerationRun.Status.SUCCESSFUL, GenerationRun.Status.FAILED)


@dataclass(frozen=True, kw_only=True)
class Wish:
    """What was asked for with all that was found for it."""

    asked: Asked
    brief: Brief
    stock: Stock
    provider: Provider
    price: Price | None
    said: Mapping[str, Any] = field(default_factory=dict)  # as JSON holds it


@transaction.atomic
def run_for(project: Project, wish: Wish, *, count: int, cap: int | None) -> GenerationRun:
    """The run of this wish, made ready to deliver `count` examples.

    A run that has delivered `count` or more, or found out that it cannot, comes back as it is;
    unless it fell short and is now given more calls or more patience.
    """
    Project.objects.select_for_update(no_key=True).get(pk=project.pk)  # one number at a time
    identity = _identity(wish)
    terms = {
        "target": count,
        "price": as_params(wish.price),
        "cap": cap,
        "wish": dict(wish.said),
    }
    run, made = GenerationRun.objects.get_or_create(
        project=project,
        fingerprint=fingerprint(identity),
        defaults=identity | terms | {"number": next_number(project)},
    )
    enough = run.finished_well and count <= run.target
    if made:
        _note_start(run)
    if made or (enough and not _has_longer(run, wish.said)):
        return run
    _check_currency(run, wish)
    if run.status in ENDED:
        run.patience_from = run.calls.aggregate(newest=Max("pk"))["newest"] or 0
    for name, value in terms.items():
        setattr(run, name, value)
    run.status = run.Status.READY
    run.save(update_fields=["patience_from", "status", *terms])
    _note_start(run)
    return run


def _check_currency(run: GenerationRun, wish: Wish) -> None:
    """What was spent is one number, held against one cap."""
    spent_in = run.price.get("currency") if run.spent else None
    if spent_in and wish.price is not None and wish.price.currency != spent_in:
        raise BadInput(
            f"Run {run.number} has cost {run.cost} so far; say its price in {spent_in} to go on."
        )


def _note_start(run: GenerationRun) -> None:
    """Write down in the audit log what may be spent, and where."""
    said = {name: getattr(run, name) for name in ("provider", "model", "base_url", "target", "cap")}
    record("generation.started", project=run.project, thing=f"run {run.number}", after=said)


def _has_longer(run: GenerationRun, said: Mapping[str, Any]) -> bool:
    """Whether a run that fell short was given less patience, or fewer calls, than is said now."""
    usual = {"patience": Terms.patience, "top_up": Terms.top_up}
    more = [said.get(name, least) > run.wish.get(name, least) for name, least in usual.items()]
    return bool(run.error) and any(more)


def alike_before(run: GenerationRun) -> int:
    """How many earlier runs of the project asked the same model by the same method and seed."""
    earlier = GenerationRun.objects.filter(project=run.project_id, number__lt=run.number)
    same = {
        name: getattr(run, name) for name in ("provider", "model", "base_url", "method", "seed")
    }
    return earlier.filter(**same).count()


def fingerprint(identity: dict[str, Any]) -> str:
    """SHA-256 over all that decides what a run asks, as 64 hexadecimal digits."""
    canonical = json.dumps(identity, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(canonical.encode("utf-8", "surrogatepass")).hexdigest()


def _identity(wish: Wish) -> dict[str, Any]:
    """The fields of a run that make it this one and no other."""
    asked, brief, provider = wish.asked, wish.brief, wish.provider
    options = asked.options
    params: dict[str, Any] = {
        "context": brief.context,
        "style": brief.style,
        "words": list(brief.words),
        "n_texts": brief.n_texts,
        "turns": asked.turns,
        "shots": asked.how.n_shots(options),
        "temperature": float(options.temperature),
        "max_tokens": options.answer_limit(),
        "labels": [
            {"name": label.name, "title": label.title, "definition": label.definition}
            for label in brief.labels
        ],
        "identity": provider.identity,
    }
    params |= _particulars(asked, wish.stock)
    return {
        "provider": asked.provider,
        "model": provider.model,
        "base_url": provider.base_url,
        "method": asked.method,
        "prompt_version": asked.how.version,
        "params": params,
        "seed": asked.seed,
    }


def _particulars(asked: Asked, stock: Stock) -> dict[str, Any]:
    """What only some wishes say; left out where it is not said."""
    options, needs = asked.options, asked.how.needs
    said = {
        "seed_share": asked.seed_share if "shots" in needs else None,
        "values": {name: list(values) for name, values in stock.values.items()},
        "regions": {label: list(sentences) for label, sentences in stock.regions.items()},
        "degree": options.degree if asked.method == "borderline" else None,
        "label_last": LABELLING_VERSION if options.label_last else None,
        "language": asked.language,
        "checks": {
            name: value
            for name, value in asked.checks.as_params().items()
            if value != getattr(Checks(), name)
        },
    }
    steering = asked.steering.as_params() if asked.steering and stock.regions else {}
    return {name: value for name, value in said.items() if value} | steering


def next_number(project: Project) -> int:
    """One more than that of any run here, or of one elsewhere that wrote a text of the project.

    Texts of an imported version keep the number of their run, and ids made from it.
    """
    here = GenerationRun.objects.filter(project=project).aggregate(newest=Max("number"))
    texts = ExampleSummary.objects.filter(project=project, run__isnull=False)
    written = texts.aggregate(newest=Max("run"))
    return max(here["newest"] or 0, written["newest"] or 0) + 1
