"""The run a wish belongs to: the one it continues, or a new one."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from django.db import transaction
from django.db.models import Max

from curation.models import Project
from generation.models import Call, GenerationRun
from generation.prompting.base import Brief
from generation.providers.base import Provider
from generation.services.asking import Asked

ENDED = (GenerationRun.Status.SUCCESSFUL, GenerationRun.Status.FAILED)


@transaction.atomic
def run_for(
    project: Project, asked: Asked, *, brief: Brief, provider: Provider, count: int
) -> GenerationRun:
    """The run of this wish, made ready to deliver `count` examples.

    A run that has delivered `count` or more, or found out that it cannot, comes back as it is.
    """
    Project.objects.select_for_update(no_key=True).get(pk=project.pk)  # one number at a time
    identity = _identity(asked, brief=brief, provider=provider)
    run, made = GenerationRun.objects.get_or_create(
        project=project,
        fingerprint=fingerprint(identity),
        defaults=identity | {"number": _next_number(project), "target": count},
    )
    if made or (run.finished_well and count <= run.target):
        return run
    if run.status in ENDED:
        run.patience_from = run.calls.aggregate(newest=Max("pk"))["newest"] or 0
    run.target = count
    run.status = run.Status.READY
    run.save(update_fields=["target", "patience_from", "status"])
    return run


def fingerprint(identity: dict[str, Any]) -> str:
    """SHA-256 over all that decides what a run asks, as 64 hexadecimal digits."""
    canonical = json.dumps(identity, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(canonical.encode("utf-8", "surrogatepass")).hexdigest()


def _identity(asked: Asked, *, brief: Brief, provider: Provider) -> dict[str, Any]:
    """The fields of a run that make it this one and no other."""
    options = asked.options
    params: dict[str, Any] = {
        "context": brief.context,
        "style": brief.style,
        "words": list(brief.words),
        "n_texts": brief.n_texts,
        "turns": asked.turns,
        "shots": options.shots if asked.how.shows_examples else 0,
        "temperature": float(options.temperature),
        "max_tokens": options.answer_limit(),
        "labels": [
            {"name": label.name, "title": label.title, "definition": label.definition}
            for label in brief.labels
        ],
        "identity": provider.identity,
    }
    return {
        "provider": asked.provider,
        "model": provider.model,
        "base_url": provider.base_url,
        "method": asked.method,
        "prompt_version": asked.how.version,
        "params": params,
        "seed": asked.seed,
    }


def _next_number(project: Project) -> int:
    newest = GenerationRun.objects.filter(project=project).aggregate(newest=Max("number"))
    return (newest["newest"] or 0) + 1


def dry_calls(run: GenerationRun, *, label_key: int) -> int:
    """Calls of the label in a row, up to the newest, that gave no example.

    Calls from before the run last ended do not count: whoever asks again may have mended it.
    """
    calls = Call.objects.filter(run=run, label=label_key, pk__gt=run.patience_from)
    fruitful = calls.filter(drafts__reason="").aggregate(newest=Max("pk"))["newest"] or 0
    return calls.filter(pk__gt=fruitful).count()
