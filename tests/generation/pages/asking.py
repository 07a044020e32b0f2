"""Asking for pages, and filling in their form."""

from __future__ import annotations

from typing import Any

from django.test import Client

from curation.models import Project
from generation.forms import WishForm
from generation.models import Call, Draft, GenerationRun

HOME = "/projects/jokes/generation/"
LOCAL = "http://127.0.0.1:9/v1"


def page_of(reader: Client, path: str = "", *, status: int = 200) -> str:
    answer = reader.get(f"{HOME}{path}")
    assert answer.status_code == status, path
    return answer.content.decode()


def filled_in(project: Project, **changes: Any) -> dict[str, Any]:
    """What a browser sends when nothing but `changes` is typed into the form."""
    form = WishForm(project=project)
    values = {name: form[name].value() for name in form.fields}
    said = {name: value for name, value in values.items() if value not in (None, False)}
    return said | {"model": "tiny", "base_url": LOCAL} | changes


def make_run(project: Project, number: int = 1, **fields: Any) -> GenerationRun:
    usual: dict[str, Any] = {
        "provider": "openai",
        "model": "tiny",
        "method": "zero_shot",
        "prompt_version": "zero_shot-1",
        "params": {"identity": ""},
        "seed": 0,
        "target": 100,
        "fingerprint": str(number) * 64,
        "wish": {"provider": "openai", "method": "zero_shot", "count": 100, "seed": number},
        "price": {"sent": "1", "written": "2", "currency": "USD", "as_of": "2025-08-31"},
    }
    return GenerationRun.objects.create(project=project, number=number, **usual | fields)


def make_call(run: GenerationRun, label: str = "joke", **fields: Any) -> Call:
    meant = run.project.labels.get(name=label)
    usual: dict[str, Any] = {
        "conversation": run.calls.count(),
        "turn": 0,
        "messages": [{"role": "user", "content": "Write two texts."}],
    }
    return Call.objects.create(run=run, label=meant, **usual | fields)


def make_draft(call: Call, text: str, reason: str = "", **fields: Any) -> Draft:
    """A draft, counted on its run as the engine counts it."""
    run = call.run
    if reason:
        run.rejected += 1
        run.reasons[reason] = run.reasons.get(reason, 0) + 1
    else:
        run.accepted += 1
    run.save(update_fields=["accepted", "rejected", "reasons"])
    position = call.drafts.count() + 1
    return Draft.objects.create(call=call, position=position, text=text, reason=reason, **fields)
