"""Answers: read by pseudonym, added in bulk, given one by one as an annotator."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router

from curation.api.answers import reads, writes
from curation.api.door import caller_of, project_at
from curation.api.once import once
from curation.api.paging import Page, page_of
from curation.api.round_schemas import (
    AnsweredOut,
    AnswerIn,
    HandOut,
    VoteOut,
    VotesAdded,
    VotesAsked,
    VotesIn,
    bad_rows,
)
from curation.api.rounds import round_at
from curation.models import Annotation, Annotator, Participation, Task
from curation.services.access import Right
from curation.services.annotating.answering import Given, submit
from curation.services.annotating.joining import join, member_name
from curation.services.annotating.serving import next_tasks
from curation.services.annotating.taking_back import undo
from curation.services.sent_rows import add_sent_votes

router = Router()
HANDS = 2  # texts in one's hands at a time


@router.get("/{slug}/votes", response=reads(Page[VoteOut]), summary="All answers, by pseudonym")
def vote_list(
    request: HttpRequest, response: HttpResponse, slug: str, asked: Query[VotesAsked]
) -> dict[str, Any]:
    """Labels and skips, checks included, in the order they came."""
    answers = Annotation.objects.of(project_at(request, slug, Right.SEE))
    if asked.round is not None:
        answers = answers.filter(task__round__number=asked.round)
    if asked.annotator:
        answers = answers.filter(annotator__name=asked.annotator)
    if asked.example:
        answers = answers.filter(task__example__external_id=asked.example)
    rows = answers.select_related("task__example", "task__round", "annotator", "label")
    return page_of(request, response, rows.defer("task__round__plan"), asked, tell=_vote)


@router.post("/{slug}/votes", response=writes({200: VotesAdded}), summary="Add votes in bulk")
@once
def vote_add(request: HttpRequest, slug: str, asked: VotesIn) -> dict[str, Any]:
    """As a votes file: an answer that is there already, exactly so, is left alone."""
    project = project_at(request, slug, Right.WORK)
    rows = [row.dict() for row in asked.votes]
    found = add_sent_votes(project, rows, skip_bad=asked.skip_bad)
    plain = {name: getattr(found, name) for name in ("added", "skips", "unchanged")}
    return {**plain, "skipped": bad_rows(found.skipped)}


@router.post(
    "/{slug}/rounds/{int:number}/hands",
    response=writes({200: list[HandOut]}, 410),
    summary="The next texts to answer, as an annotator",
)
def hands(request: HttpRequest, slug: str, number: int) -> list[dict[str, Any]]:
    """Those in one's hands first; none where nothing is due to whoever asks."""
    return [vars(one) for one in next_tasks(_part(request, slug, number), count=HANDS)]


@router.post(
    "/{slug}/rounds/{int:number}/answers",
    response=writes({200: AnsweredOut}, 410),
    summary="Give an answer, as an annotator",
)
def answer(request: HttpRequest, slug: str, number: int, asked: AnswerIn) -> dict[str, bool]:
    """Sending it again changes nothing."""
    given = Given(label=asked.label, skip=asked.skip, seconds=asked.seconds)
    submitted = submit(_part(request, slug, number), asked.key, given)
    return {"repeated": submitted.repeated}


@router.post(
    "/{slug}/rounds/{int:number}/answers/undo",
    response=writes({200: HandOut}, 410),
    summary="Take one's last answer back",
)
@once
def answer_undo(request: HttpRequest, slug: str, number: int) -> dict[str, Any]:
    return vars(undo(_part(request, slug, number)))


def _part(request: HttpRequest, slug: str, number: int) -> Participation:
    """The part in the round of whoever asks, under the pseudonym of their account."""
    target = round_at(project_at(request, slug, Right.ANNOTATE), number)
    return join(target, member_name(caller_of(request).user.get_username()))


def _vote(row: Annotation) -> dict[str, Any]:
    excluded = row.annotator.standing == Annotator.Standing.EXCLUDED
    return {
        "id": row.pk,
        "example": row.task.example.external_id,
        "annotator": row.annotator.name,
        "round": row.task.round.number,
        "label": row.label and row.label.name,
        "skip_reason": row.skip_reason,
        "seconds": row.seconds,
        "counts": row.label is not None and row.task.purpose == Task.Purpose.VOTE and not excluded,
        "answered_at": row.answered_at,
    }
