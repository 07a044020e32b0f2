"""All aggregators on a project's votes, side by side."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpRequest
from ninja import Field, Router, Schema

from curation.aggregation.compare import MethodView
from curation.api.answers import reads
from curation.api.door import project_at
from curation.errors import NothingToDo
from curation.models import Project
from curation.services.access import Right
from curation.services.aggregating.comparing import KeptComparison, kept_comparison
from curation.services.aggregating.scored import expected_scores

router = Router()


class KeptByOut(Schema):
    """What a policy keeps under a method's labels, against the majority's."""

    policy: str
    kept: int
    entered: int = Field(description="kept under these labels only")
    left: int = Field(description="kept under the majority's only")
    relabelled: int


class ScoreOut(Schema):
    """With its 95 % interval."""

    mean: float
    low: float
    high: float


class MethodOut(Schema):
    name: str
    refusal: str = Field(description='why it has no answer; "": it has one')
    labels: dict[str, int] = Field(description="label → examples")
    flips: int = Field(description="examples whose label is not the majority's")
    flips_to: dict[str, int] = Field(description="of them, by the label they get")
    confidence: float | None = Field(description="mean probability of the label")
    right: int = Field(description="of `gold` examples")
    gold: int = Field(description="examples whose true label is known")
    policies: list[KeptByOut]
    expected_score: ScoreOut | None = Field(description="macro-F1 where the job explore told it")


class FlipOut(Schema):
    example: str
    labels: dict[str, str] = Field(description="method → label")


class AggregatorsOut(Schema):
    at: datetime
    votes: int
    fresh: bool = Field(description="nothing was answered or set aside since")
    examples: int
    methods: list[MethodOut]
    alike: dict[str, dict[str, float]] = Field(description="share of examples labelled the same")
    flipping: int = Field(description="examples on which methods differ")
    flips: list[FlipOut] = Field(description="of them, the most divided first, 200 at most")
    skills: dict[str, dict[str, float]] = Field(description="annotator → method → skill")


@router.get(
    "/{slug}/agreement/aggregators",
    response=reads(AggregatorsOut, 409),
    summary="Aggregators side by side",
)
def aggregators(request: HttpRequest, slug: str) -> dict[str, Any]:
    """As the job `aggregators` compared them last; 409 where it never did."""
    project = project_at(request, slug, Right.SEE)
    kept = kept_comparison(project)
    if kept is None:
        raise NothingToDo("Aggregators were never compared; start the job aggregators.")
    return {**_told(project, kept), "methods": _methods(project, kept)}


def _told(project: Project, kept: KeptComparison) -> dict[str, Any]:
    found = kept.found
    pairs = zip(found.answered, found.alike, strict=True)
    return {
        **{name: getattr(kept, name) for name in ("at", "votes", "fresh", "skills")},
        "examples": found.examples,
        "flipping": found.flipping,
        "flips": _flips(project, kept),
        "alike": {name: dict(zip(found.answered, row, strict=True)) for name, row in pairs},
    }


def _methods(project: Project, kept: KeptComparison) -> list[dict[str, Any]]:
    names, scores = project.label_names(), expected_scores(project, kept.found.answered)
    return [
        {**_method(one, names), "expected_score": (band := scores.get(one.name)) and vars(band)}
        for one in kept.found.methods
    ]


def _method(one: MethodView, names: list[str]) -> dict[str, Any]:
    plain = ("name", "refusal", "flips", "confidence", "right", "gold")
    return {
        **{name: getattr(one, name) for name in plain},
        "labels": dict(zip(names, one.labels, strict=False)),
        "flips_to": dict(zip(names, one.flips_to, strict=False)),
        "policies": [vars(each) for each in one.downstream],
    }


def _flips(project: Project, kept: KeptComparison) -> list[dict[str, Any]]:
    """A text that has gone since is left out."""
    names, keys = project.label_names(), kept.example_keys
    wanted = [keys[flip.row] for flip in kept.found.flips]
    there = project.examples.filter(pk__in=wanted).values_list("pk", "external_id")
    ids = dict(there)
    return [
        {
            "example": ids[keys[flip.row]],
            "labels": {
                method: names[place]
                for method, place in zip(kept.found.answered, flip.labels, strict=True)
            },
        }
        for flip in kept.found.flips
        if keys[flip.row] in ids
    ]
