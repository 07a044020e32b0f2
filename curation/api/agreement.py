"""How far a project's annotators agree."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja import Router

from curation.api.answers import reads
from curation.api.door import project_at
from curation.api.schemas import AgreementOut, StatisticsOut
from curation.errors import NothingToDo
from curation.services.access import Right
from curation.services.statistics import agreement_summary, figures_of, project_agreement

router = Router()


@router.get(
    "/{slug}/agreement", response=reads(AgreementOut, 409), summary="How far the votes agree"
)
def agreement(request: HttpRequest, slug: str, aggregator: str = "majority") -> dict[str, Any]:
    """409 while nobody has voted; of many votes, as the job `agreement` worked it out last."""
    return agreement_summary(project_at(request, slug, Right.SEE), aggregator=aggregator)


@router.get(
    "/{slug}/agreement/statistics",
    response=reads(StatisticsOut, 409),
    summary="Agreement corrected for chance, with intervals",
)
def statistics(request: HttpRequest, slug: str) -> dict[str, Any]:
    """409 while nobody has voted, or where the job `agreement` has to work them out first."""
    project = project_at(request, slug, Right.SEE)
    known = project_agreement(project)
    if known is None:
        raise NothingToDo("The statistics have not been worked out; start the job agreement.")
    if known.overview is None:
        raise NothingToDo("Nobody has judged a text of this project yet.")
    return {
        "at": known.at,
        "answers": known.answers,
        "fresh": known.fresh,
        "simulated": known.simulated,
        **figures_of(known),
    }
