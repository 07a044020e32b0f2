"""Rounds: opened, watched, given out, paused, closed."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from ninja import Query, Router, Status

from curation.api.answers import reads, writes
from curation.api.door import project_at
from curation.api.once import once
from curation.api.paging import Page, PageAsked, page_of
from curation.api.round_schemas import (
    AddedOut,
    LinkIn,
    LinkOut,
    RoundChange,
    RoundIn,
    RoundOut,
    TaskOut,
    TasksAsked,
)
from curation.models import AnnotationRound, Project, Task
from curation.services.access import Right
from curation.services.annotating.joining import entry_link, invite, worker_name
from curation.services.annotating.rounds import (
    add_new_texts,
    change_state,
    open_round,
    withdraw_links,
)
from curation.services.report.rounds import round_line

router = Router()
MOST = 2**31 - 1


@router.get("/{slug}/rounds", response=reads(Page[RoundOut]), summary="All rounds, newest first")
def round_list(
    request: HttpRequest, response: HttpResponse, slug: str, asked: Query[PageAsked]
) -> dict[str, Any]:
    project = project_at(request, slug, Right.SEE)
    return page_of(
        request,
        response,
        project.rounds.select_related("project").defer("plan"),
        asked,
        key="number",
        newest_first=True,
        tell=lambda target: round_json(request, target),
    )


@router.post("/{slug}/rounds", response=writes({201: RoundOut}), summary="Open a round")
@once
def round_open(
    request: HttpRequest, response: HttpResponse, slug: str, asked: RoundIn
) -> Status[Any]:
    project = project_at(request, slug, Right.WORK)
    told = round_json(request, open_round(project, asked.options()))
    response["Location"] = told["href"]
    return Status(201, told)


@router.get("/{slug}/rounds/{int:number}", response=reads(RoundOut), summary="How far a round is")
def round_(request: HttpRequest, slug: str, number: int) -> dict[str, Any]:
    return round_json(request, round_at(project_at(request, slug, Right.SEE), number))


@router.patch(
    "/{slug}/rounds/{int:number}",
    response=writes({200: RoundOut}),
    summary="Pause, reopen or close a round",
)
def round_change(
    request: HttpRequest, slug: str, number: int, asked: RoundChange
) -> dict[str, Any]:
    """Answers that were given are kept in any case."""
    target = round_at(project_at(request, slug, Right.WORK), number)
    change_state(target, asked.state)
    return round_json(request, target)


@router.post(
    "/{slug}/rounds/{int:number}/refill",
    response=writes({200: AddedOut}),
    summary="Add the pool's new texts",
)
@once
def round_refill(request: HttpRequest, slug: str, number: int) -> dict[str, int]:
    return {"added": add_new_texts(round_at(project_at(request, slug, Right.WORK), number))}


@router.post(
    "/{slug}/rounds/{int:number}/links",
    response=writes({200: LinkOut}),
    summary="A link that lets people in",
)
def round_link(request: HttpRequest, slug: str, number: int, asked: LinkIn) -> dict[str, Any]:
    """For everybody, or with `worker` for one person, who is invited by it."""
    target = round_at(project_at(request, slug, Right.WORK), number)
    if asked.worker:
        invite(target, worker_name(target, asked.worker))
    token = entry_link(target, days=asked.days, worker=asked.worker)
    address = reverse("annotate_join", args=[token])
    return {"link": request.build_absolute_uri(address), "days": asked.days}


@router.delete(
    "/{slug}/rounds/{int:number}/links",
    response=writes({204: None}),
    summary="Make all links void",
)
def round_withdraw(request: HttpRequest, slug: str, number: int) -> Status[Any]:
    """People who are in already can go on."""
    withdraw_links(round_at(project_at(request, slug, Right.WORK), number))
    return Status(204, None)


@router.get(
    "/{slug}/rounds/{int:number}/tasks",
    response=reads(Page[TaskOut]),
    summary="A round's tasks, and what is still due",
)
def task_list(
    request: HttpRequest, response: HttpResponse, slug: str, number: int, asked: Query[TasksAsked]
) -> dict[str, Any]:
    target = round_at(project_at(request, slug, Right.SEE), number)
    tasks = target.tasks.select_related("example")
    if asked.state:
        tasks = tasks.filter(state=asked.state)
    return page_of(request, response, tasks, asked, tell=_task)


def round_at(project: Project, number: int) -> AnnotationRound:
    rounds = project.rounds.select_related("project").defer("plan")
    found = rounds.filter(number=min(number, MOST)).first()
    if found is None:
        raise Http404(f"Project {project.slug!r} has no round {number}.")
    return found


def round_json(request: HttpRequest, target: AnnotationRound) -> dict[str, Any]:
    line = round_line(target)
    plain = (
        "number", "front", "state", "simulated", "overlap", "first_overlap", "gamma", "trouble",
        "created_at",
    )  # fmt: skip
    address = f"/api/v1/projects/{target.project.slug}/rounds/{target.number}"
    saved = {name: getattr(line.saved, name) for name in ("tasks", "done", "set_aside", "votes")}
    counts = {name: getattr(line, name) for name in ("answers", "wanted", "people", "strays")}
    return {
        **{name: getattr(target, name) for name in plain},
        **saved,
        **counts,
        "saved": line.saved.saved if target.first_overlap else 0,
        "href": request.build_absolute_uri(address),
    }


def _task(task: Task) -> dict[str, Any]:
    plain = ("purpose", "state", "wanted", "votes", "skips", "leased", "due")
    told = {name: getattr(task, name) for name in plain}
    return {"id": task.pk, "example": task.example.external_id, **told}
