"""Annotators, by pseudonym: how they answer, and what is done about them."""

from __future__ import annotations

from typing import Any, Literal

from django.http import Http404, HttpRequest, HttpResponse
from ninja import Field, Query, Router, Schema

from curation.api.answers import reads, writes
from curation.api.door import caller_of, project_at
from curation.api.once import once
from curation.api.paging import Page, PageAsked, page_of
from curation.api.schemas import Strict
from curation.models import Annotator, AnnotatorRule, Project
from curation.services.access import Right
from curation.services.quality.acting import act
from curation.services.quality.finding import find_annotators
from curation.services.quality.lines import line_of
from curation.services.quality.measuring import evidence_of, measured
from curation.services.quality.rule import RULES, set_rule

router = Router()
PATIENCE = 60.0  # figures as old as so many times what they cost will do


class FlagOut(Schema):
    kind: str
    title: str
    level: str = Field(description="warn or pause")
    probability: float
    sentence: str


class FigureOut(Schema):
    """With its 95 % interval, and how many answers it rests on."""

    value: float
    low: float | None = None
    high: float | None = None
    n: int
    expected: float | None = Field(None, description="what chance or the peers would give")
    p_value: float | None = None


class AnnotatorOut(Schema):
    name: str = Field(description="pseudonym")
    simulated: bool
    standing: str = Field(description="good, warned, paused or excluded")
    answers: int = Field(description="labels given, checks and repeats included")
    votes: int
    checks: int
    skips: int
    rounds: list[int]
    last: str | None = Field(description="when the last answer came, if a front told")
    verdict: str
    harm: float = Field(description="probability of being careless or adversarial")
    favourite: int | None = Field(description="place of the label given most")
    period: int | None = Field(description="of a pattern: how many answers earlier")
    reasons: list[str]
    flags: list[FlagOut]
    figures: dict[str, FigureOut] = Field(description="those that exist, as last worked out")


class ActIn(Strict):
    do: Literal["warn", "pause", "resume", "requeue", "restore"]
    reason: str = Field(min_length=1, max_length=2_000, description="kept with the action")
    told: str = Field("", max_length=500, description="what somebody who is warned reads")


class ActOut(Schema):
    changed: bool = Field(description="false: it stood like that already")
    standing: str
    sentence: str


class FindIn(Strict):
    known_as: str = Field(
        min_length=1, max_length=320, description="worker id, user name, e-mail or pseudonym"
    )


class FoundOut(Schema):
    name: str = Field(description="pseudonym")
    how: str = Field(description="what the id is")


class RuleIn(Strict):
    rule: AnnotatorRule


class RuleOut(Schema):
    rule: AnnotatorRule
    meaning: str


@router.get(
    "/{slug}/annotators", response=reads(Page[AnnotatorOut]), summary="Everybody who judges"
)
def annotator_list(
    request: HttpRequest, response: HttpResponse, slug: str, asked: Query[PageAsked]
) -> dict[str, Any]:
    """In the order they came. For many answers the job `annotators` works the figures out."""
    project = project_at(request, slug, Right.SEE)
    known = measured(project, patience=PATIENCE)
    return page_of(
        request,
        response,
        Annotator.objects.filter(project=project),
        asked,
        tell=lambda row: line_of(row, known).as_json(),
    )


@router.get("/{slug}/annotators/{path:name}", response=reads(AnnotatorOut), summary="One annotator")
def annotator(request: HttpRequest, slug: str, name: str) -> dict[str, Any]:
    project = project_at(request, slug, Right.SEE)
    found = _annotator(project, name)
    return line_of(found, measured(project, patience=PATIENCE)).as_json()


@router.post(
    "/{slug}/annotators/{path:name}",
    response=writes({200: ActOut}),
    summary="Do something about an annotator",
)
@once
def annotator_act(request: HttpRequest, slug: str, name: str, asked: ActIn) -> dict[str, Any]:
    """`requeue` sets their votes aside and asks others; `restore` takes that back."""
    project = project_at(request, slug, Right.WORK)
    found = _annotator(project, name)
    done = act(
        found,
        asked.do,
        reason=asked.reason,
        told=asked.told if asked.do == "warn" else "",
        by=caller_of(request).user.get_username(),
        evidence=evidence_of(measured(project, at_most=0), found.pk),
    )
    return {"changed": done.changed, "standing": done.standing, "sentence": done.sentence}


@router.post(
    "/{slug}/annotator-search",
    response=writes({200: list[FoundOut]}),
    summary="Whom an id stands for",
)
def annotator_find(request: HttpRequest, slug: str, asked: FindIn) -> list[dict[str, Any]]:
    """It comes by POST, so that it is in no address and in no log; nothing is written."""
    project = project_at(request, slug, Right.WORK)
    found = find_annotators(project, asked.known_as)
    return [{"name": one.annotator.name, "how": one.how} for one in found]


@router.get("/{slug}/annotator-rule", response=reads(RuleOut), summary="What flags lead to")
def annotator_rule(request: HttpRequest, slug: str) -> dict[str, str]:
    return _rule(project_at(request, slug, Right.SEE))


@router.put(
    "/{slug}/annotator-rule", response=writes({200: RuleOut}), summary="Say what flags lead to"
)
def annotator_rule_set(request: HttpRequest, slug: str, asked: RuleIn) -> dict[str, str]:
    project = project_at(request, slug, Right.MANAGE)
    set_rule(project, asked.rule)
    return _rule(project)


def _rule(project: Project) -> dict[str, str]:
    rule = project.annotator_rule
    return {"rule": rule, "meaning": RULES[rule]}


def _annotator(project: Project, name: str) -> Annotator:
    people = Annotator.objects.filter(project=project).select_related("project")
    found = people.filter(name=name).first()
    if found is None:
        raise Http404(f"Project {project.slug!r} has no annotator {name!r}.")
    return found
