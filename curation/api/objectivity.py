"""Objectivity studies: how far they are, the ranking, and comparing tasks as an annotator."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from ninja import Query, Router, Status

from curation import jobs
from curation.api.answers import reads, writes
from curation.api.door import caller_of, check_study, studies_seen, study_at
from curation.api.jobs import started
from curation.api.objectivity_schemas import (
    ChoiceIn,
    ComparisonOut,
    ObjectivityOut,
    ObjectivityWhole,
    TakenBackOut,
)
from curation.api.once import once
from curation.api.paging import Page, PageAsked, page_of
from curation.api.round_schemas import AnsweredOut
from curation.api.schemas import JobOut
from curation.errors import NotAllowed, ScopeMissing
from curation.models import ObjectivityStudy
from curation.services.access import Right
from curation.services.annotating.joining import member_name
from curation.services.objectivity.answering import (
    answer_comparison,
    asked_about,
    next_comparison,
    standing_of,
    take_back,
)
from curation.services.objectivity.cards import task_card
from curation.services.objectivity.links import study_link
from curation.services.objectivity.ranked import KIND, newest_ranking, project_of
from curation.services.objectivity.ranking import fingerprint_of, pair_rows
from curation.services.objectivity.studies import progress_of
from curation.services.objectivity.wording import DEFINITION, LEFT, QUESTION, RIGHT

router = Router()
STUDIES = ObjectivityStudy.objects.all()
LINK_DAYS = 30


@router.get("", response=reads(Page[ObjectivityOut]), summary="All studies, newest first")
def study_list(
    request: HttpRequest, response: HttpResponse, asked: Query[PageAsked]
) -> dict[str, Any]:
    """Those of whose projects every one may be seen."""
    return page_of(
        request,
        response,
        studies_seen(request, STUDIES),
        asked,
        newest_first=True,
        tell=lambda study: _study(request, study),
    )


@router.get("/{slug}", response=reads(ObjectivityWhole), summary="One study with its ranking")
def study(request: HttpRequest, response: HttpResponse, slug: str) -> dict[str, Any]:
    found = study_at(request, STUDIES, slug, Right.SEE)
    ranked = newest_ranking(found)
    order = [row.slug for row in ranked.rows] if ranked else []
    response["Cache-Control"] = "no-store"
    return {
        **_study(request, found),
        "ranking": ranked and ranked.as_json(),
        "fresh": ranked is not None and ranked.fingerprint == fingerprint_of(found),
        "pairs": _pairs(found, order),
        "link": _link(request, found) if _may_let_in(request, found) else None,
    }


def _may_let_in(request: HttpRequest, study: ObjectivityStudy) -> bool:
    """Whoever only reads must not answer, nor let others in, by the link."""
    try:
        caller_of(request).check(Right.WORK)
        check_study(request, study, Right.WORK)
    except (NotAllowed, ScopeMissing):
        return False
    return True


def _link(request: HttpRequest, study: ObjectivityStudy) -> str:
    address = reverse("compare_join", args=[study.key, study_link(study, days=LINK_DAYS)])
    return request.build_absolute_uri(address)


@router.post(
    "/{slug}/rank", response=writes({200: JobOut, 202: JobOut}), summary="Rank what was answered"
)
@once
def study_rank(request: HttpRequest, response: HttpResponse, slug: str) -> Status[Any]:
    """202 with the job; 200 with the one that is under way already."""
    found = study_at(request, STUDIES, slug, Right.WORK)
    begun = jobs.start_once(KIND, project_of(found), {"study": found.slug})
    return started(request, response, begun)


@router.get(
    "/{slug}/next", response=reads(ComparisonOut), summary="The next pair to compare, as annotator"
)
def comparison(request: HttpRequest, slug: str) -> dict[str, Any]:
    """`left` and `right` are null where nothing is left for whoever asks."""
    found = study_at(request, STUDIES, slug, Right.ANNOTATE)
    name = _name(request)
    sides = next_comparison(found, name)
    return {
        "question": QUESTION,
        "definition": DEFINITION,
        "pair": sides and sides.pair,
        "left": sides and task_card(sides.left),
        "right": sides and task_card(sides.right),
        **vars(standing_of(found, name)),
    }


@router.post(
    "/{slug}/answers", response=writes({200: AnsweredOut}, 410), summary="Compare, as annotator"
)
def comparison_answer(request: HttpRequest, slug: str, asked: ChoiceIn) -> dict[str, bool]:
    """Sending it again changes nothing."""
    found = study_at(request, STUDIES, slug, Right.ANNOTATE)
    name = _name(request)
    sides = asked_about(found, name, asked.pair)
    winner = {LEFT: sides.left, RIGHT: sides.right}.get(asked.choice)
    return vars(answer_comparison(found, name, asked.pair, winner, asked.seconds))


@router.post(
    "/{slug}/answers/undo",
    response=writes({200: TakenBackOut}, 410),
    summary="Take one's last comparison back",
)
@once
def comparison_undo(request: HttpRequest, slug: str) -> dict[str, str]:
    return {"pair": take_back(study_at(request, STUDIES, slug, Right.ANNOTATE), _name(request))}


def _name(request: HttpRequest) -> str:
    return member_name(caller_of(request).user.get_username())


def _study(request: HttpRequest, study: ObjectivityStudy) -> dict[str, Any]:
    plain = ("slug", "title", "per_pair", "per_annotator", "created_at")
    return {
        **{name: getattr(study, name) for name in plain},
        "progress": vars(progress_of(study)),
        "href": request.build_absolute_uri(f"/api/v1/objectivity/{study.slug}"),
    }


def _pairs(study: ObjectivityStudy, order: list[str]) -> list[dict[str, Any]]:
    rows = pair_rows(study, order=order)
    slugs = [row.slug for row in rows]
    return [
        {"project": row.slug, "other": other, "wins": cell.wins, "compared": cell.compared}
        for row in rows
        for other, cell in zip(slugs, row.cells, strict=True)
        if other != row.slug
    ]
