"""Generation: planned, started, watched, paused, stopped; the texts with their verdicts."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Literal

from django.http import Http404, HttpRequest, HttpResponse
from ninja import Query, Router, Status

from curation import jobs
from curation.api.answers import reads, writes
from curation.api.door import project_at
from curation.api.jobs import started
from curation.api.once import once
from curation.api.paging import Page, PageAsked, next_page, page_of, read_number
from curation.api.schemas import JobOut
from curation.models import Project
from curation.services.access import Right
from generation.api.schemas import (
    DraftOut,
    DraftsAsked,
    GenerationPlanOut,
    GenerationRunOut,
    WishIn,
)
from generation.models import GenerationRun
from generation.scheduling.budget import NANOS
from generation.services import controlling
from generation.services.sent_wishes import checked_wish
from generation.services.showing.drafts import DraftLine, draft_list
from generation.services.showing.looking import checked_plan

router = Router()
KIND = "generate"
MOST_NUMBER = 2**31 - 1
CONTROLS = {
    "pause": controlling.pause,
    "resume": controlling.resume,
    "cancel": controlling.cancel,
}


@router.post(
    "/{slug}/generation/plan",
    response=writes({200: GenerationPlanOut}),
    summary="What a wish would ask, and what it would take",
)
def plan(request: HttpRequest, slug: str, asked: WishIn) -> dict[str, Any]:
    """No model is asked and nothing is written."""
    project = project_at(request, slug, Right.WORK)
    return checked_plan(project, checked_wish(asked.dict(exclude_none=True))).as_dict()


@router.get(
    "/{slug}/generation/runs",
    response=reads(Page[GenerationRunOut]),
    summary="All runs, newest first",
)
def run_list(
    request: HttpRequest, response: HttpResponse, slug: str, asked: Query[PageAsked]
) -> dict[str, Any]:
    project = project_at(request, slug, Right.SEE)
    runs = GenerationRun.objects.filter(project=project).select_related("project")
    return page_of(
        request,
        response,
        runs.defer("params", "wish"),
        asked,
        key="number",
        newest_first=True,
        tell=lambda run: _run(request, run),
    )


@router.post(
    "/{slug}/generation/runs",
    response=writes({200: JobOut, 202: JobOut}),
    summary="Start generating",
)
@once
def run_start(
    request: HttpRequest, response: HttpResponse, slug: str, asked: WishIn
) -> Status[Any]:
    """202 with the job; 200 with the one that follows the same wish already.

    The same wish as an earlier run's goes on with that run.
    """
    project = project_at(request, slug, Right.WORK)
    wish = checked_wish(asked.dict(exclude_none=True))
    checked_plan(project, wish)
    return started(request, response, jobs.start_once(KIND, project, wish))


@router.get(
    "/{slug}/generation/runs/{int:number}",
    response=reads(GenerationRunOut),
    summary="How far a run is",
)
def run(request: HttpRequest, slug: str, number: int) -> dict[str, Any]:
    return _run(request, run_at(project_at(request, slug, Right.SEE), number))


@router.get(
    "/{slug}/generation/runs/{int:number}/drafts",
    response=reads(Page[DraftOut]),
    summary="A run's texts with their verdicts, newest first",
)
def drafts(
    request: HttpRequest, response: HttpResponse, slug: str, number: int, asked: Query[DraftsAsked]
) -> dict[str, Any]:
    found = run_at(project_at(request, slug, Right.SEE), number)
    lines = draft_list(
        found,
        reason=asked.reason,
        label=asked.label,
        before=read_number(asked.cursor),
        limit=asked.limit + 1,
    )
    shown, more = lines[: asked.limit], len(lines) > asked.limit
    address = next_page(request, response, cursor=str(shown[-1].key)) if more else None
    return {"results": [draft_json(line) for line in shown], "next": address}


@router.post(
    "/{slug}/generation/runs/{int:number}/{action}",
    response=writes({200: GenerationRunOut}),
    summary="Pause, resume or cancel a run",
)  # after the others: its address holds theirs
@once
def run_control(
    request: HttpRequest,
    slug: str,
    number: int,
    action: Literal["pause", "resume", "cancel"],
) -> dict[str, Any]:
    """What it has is kept in any case."""
    found = run_at(project_at(request, slug, Right.WORK), number)
    CONTROLS[action](found)
    found.refresh_from_db()
    return _run(request, found)


def run_at(project: Project, number: int) -> GenerationRun:
    runs = GenerationRun.objects.filter(project=project).select_related("project")
    found = runs.filter(number=min(number, MOST_NUMBER)).first()
    if found is None:
        raise Http404(f"Project {project.slug!r} has no generation run {number}.")
    return found


def _run(request: HttpRequest, run: GenerationRun) -> dict[str, Any]:
    plain = (
        "number", "provider", "model", "method", "prompt_version", "seed", "target", "status",
        "accepted", "rejected", "surplus", "reasons", "prompt_tokens", "completion_tokens",
        "error", "created_at", "started_at", "finished_at",
    )  # fmt: skip
    address = f"/api/v1/projects/{run.project.slug}/generation/runs/{run.number}"
    return {
        **{name: getattr(run, name) for name in plain},
        "spent": amount(run.spent) if run.price else None,
        "doubtful": amount(run.doubtful) if run.price else None,
        "cap": None if run.cap is None else amount(run.cap),
        "currency": run.price.get("currency", ""),
        "href": request.build_absolute_uri(address),
    }


def amount(nanos: int) -> Decimal:
    return Decimal(nanos) / NANOS


def draft_json(line: DraftLine) -> dict[str, Any]:
    plain = ("text", "withheld", "verdict", "accepted", "detail")
    return {
        "id": line.key,
        "call": line.call,
        **{name: getattr(line, name) for name in plain},
        "label": line.label and line.label.name,
        "example": line.name,
    }
