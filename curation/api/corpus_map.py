"""The map of a project's texts: its facts, and its points a page at a time."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
from django.http import HttpRequest, HttpResponse
from ninja import Field, Query, Router, Schema

from curation.api.answers import reads
from curation.api.door import project_at
from curation.api.paging import Page, PageAsked, next_page, read_number
from curation.errors import NothingToDo
from curation.mapping.polygon import inside, read_corners
from curation.mapping.store import StoredMap
from curation.models import Project
from curation.services.access import Right
from curation.services.corpus_map import CorpusMap, facts_of, find_map

router = Router()


class MapGroup(Schema):
    number: int = Field(description="from 1, the largest first")
    words: str = Field(description="that more of its texts have than others’")
    texts: int


class MapOut(Schema):
    """Distances between groups and their widths mean little; only neighbours do."""

    drawn_at: str
    texts: int = Field(description="of the project when it was drawn")
    shown: int = Field(description="points; fewer than texts where it is a sample")
    placed: int = Field(description="by t-SNE itself; 0: by principal components alone")
    new: int = Field(description="texts since, at most 10,001")
    groups: list[MapGroup]


class PointOut(Schema):
    id: str
    x: float = Field(description="share of the map’s side, to the right")
    y: float = Field(description="share of the map’s side, downwards")
    group: int


class PointsAsked(PageAsked):
    within: str = Field("", max_length=10_000, description="corners of a line: 0,0 1,0 0.5,1")
    group: int | None = Field(None, ge=1, le=1000)


@router.get("/{slug}/map", response=reads(MapOut, 409), summary="The map of the texts")
def corpus_map(request: HttpRequest, slug: str) -> dict[str, Any]:
    """As it was drawn last; 409 where it never was: start the job map."""
    return vars(facts_of(_found(project_at(request, slug, Right.SEE))))


@router.get("/{slug}/map/points", response=reads(Page[PointOut], 409), summary="Points of the map")
def points(
    request: HttpRequest, response: HttpResponse, slug: str, asked: Query[PointsAsked]
) -> dict[str, Any]:
    """All of them, those of a group, or those within a line, as the page’s lasso chooses them."""
    project = project_at(request, slug, Right.SEE)
    drawn = _found(project).points
    places = np.flatnonzero(_wanted(drawn, asked))
    here = places[: asked.limit]
    more = len(places) > asked.limit
    address = next_page(request, response, cursor=str(drawn.keys[here[-1]])) if more else None
    return {"results": _told(project, drawn, here), "next": address}


def _wanted(drawn: StoredMap, asked: PointsAsked) -> npt.NDArray[np.bool_]:
    wanted = np.ones(len(drawn.keys), dtype=np.bool_)
    if asked.within:
        wanted &= inside(*drawn.shares(), read_corners(asked.within))
    if asked.group is not None:
        wanted &= drawn.group == asked.group - 1
    after = read_number(asked.cursor)
    return wanted if after is None else wanted & (drawn.keys > after)


def _told(project: Project, drawn: StoredMap, places: npt.NDArray[np.int64]) -> list[Any]:
    keys = drawn.keys[places].tolist()
    names = dict(project.examples.filter(pk__in=keys).values_list("pk", "external_id"))
    x, y = drawn.shares()
    return [
        {
            "id": names[key],
            "x": round(float(x[place]), 6),
            "y": round(float(y[place]), 6),
            "group": int(drawn.group[place]) + 1,
        }
        for key, place in zip(keys, places.tolist(), strict=True)
        if key in names
    ]


def _found(project: Project) -> CorpusMap:
    found = find_map(project)
    if found is None:
        raise NothingToDo("The map was never drawn; start the job map.")
    return found
