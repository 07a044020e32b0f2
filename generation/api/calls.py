"""Single calls, with what was sent and what came back, and label mismatches."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest
from ninja import Field, Router, Schema

from curation.api.answers import reads
from curation.api.door import project_at
from curation.api.paging import LARGEST
from curation.services.access import Right
from generation.api.runs import amount, draft_json, run_at
from generation.api.schemas import CallOut
from generation.models import Call
from generation.services.showing.calls import CallStory, call_story
from generation.services.showing.mismatches import MismatchReport, Tally, mismatch_report

router = Router()


class TallyOut(Schema):
    """Texts that were labelled a second time, without the wish, and what came of it."""

    title: str
    labelled: int
    other: int = Field(description="got another label of the set")
    none: int = Field(description="got no label of the set")
    run: int | None = Field(description="where the line is about one run")
    others: dict[str, int] = Field(description="title of the label given → texts")


class MismatchesOut(Schema):
    total: TallyOut
    by_prompt: list[TallyOut]
    by_label: list[TallyOut]
    by_value: dict[str, list[TallyOut]] = Field(description="list drawn from → its values")
    cut: bool = Field(description="some list has more values than are told")


@router.get(
    "/{slug}/generation/calls/{int:number}", response=reads(CallOut), summary="One call, whole"
)
def call(request: HttpRequest, slug: str, number: int) -> dict[str, Any]:
    """`number` is what a draft names as its call. Texts too near to test texts are masked."""
    project = project_at(request, slug, Right.SEE)
    calls = Call.objects.select_related("run__project")
    found = calls.filter(pk=min(number, LARGEST), run__project=project).first()
    if found is None:
        raise Http404(f"Project {slug!r} has no call {number}.")
    return _call(call_story(found))


@router.get(
    "/{slug}/generation/mismatches", response=reads(MismatchesOut), summary="Label mismatches"
)
def mismatches(request: HttpRequest, slug: str) -> dict[str, Any]:
    """Where a second call, that was told no wish, gave another label; over all runs."""
    return _report(mismatch_report(project_at(request, slug, Right.SEE)))


@router.get(
    "/{slug}/generation/runs/{int:number}/mismatches",
    response=reads(MismatchesOut),
    summary="Label mismatches of one run",
)
def run_mismatches(request: HttpRequest, slug: str, number: int) -> dict[str, Any]:
    project = project_at(request, slug, Right.SEE)
    return _report(mismatch_report(project, run_at(project, number)))


def _call(story: CallStory) -> dict[str, Any]:
    call = story.call
    plain = (
        "kind", "status", "cached", "cell", "problem", "model", "prompt_tokens",
        "completion_tokens", "finish_reason", "attempts", "seconds", "created_at",
    )  # fmt: skip
    priced = bool(call.run.price)
    return {
        "id": call.pk,
        "run": call.run.number,
        **{name: getattr(call, name) for name in plain},
        "label": story.label and story.label.name,
        "sent": [dict(message) for message in story.sent],
        "answer": story.answer,
        "masked": story.masked,
        "drafts": [draft_json(line) for line in story.drafts],
        "spent": amount(call.spent) if priced else None,
        "doubtful": amount(call.doubtful) if priced else None,
        "previous": story.previous and story.previous.pk,
        "next": story.next and story.next.pk,
    }


def _report(found: MismatchReport) -> dict[str, Any]:
    return {
        "total": _tally(found.total),
        "by_prompt": [_tally(one) for one in found.by_prompt],
        "by_label": [_tally(one) for one in found.by_label],
        "by_value": {name: [_tally(one) for one in rows] for name, rows in found.by_value.items()},
        "cut": found.cut,
    }


def _tally(one: Tally) -> dict[str, Any]:
    plain = ("title", "labelled", "other", "none", "others")
    return {**{name: getattr(one, name) for name in plain}, "run": one.run or None}
