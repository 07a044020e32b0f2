"""The map that was drawn last, and how it stands to the texts of now."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings

from curation.mapping.store import NoMap, StoredMap, read_map
from curation.models import Project

COUNTED = 10_000  # texts since that are counted; more are “more than”


@dataclass(frozen=True, kw_only=True)
class Group:
    """Points that lie together."""

    number: int  # counted from 1, the largest first
    words: str
    size: int
    typical: int  # key of the text in its middle


@dataclass(frozen=True, kw_only=True)
class CorpusMap:
    """A map and its facts."""

    points: StoredMap
    stamp: str  # names it
    at: datetime
    texts: int  # of the project when it was drawn
    placed: int  # of the points, those that t-SNE placed itself; 0: principal components alone
    groups: list[Group]
    new: int  # texts since, at most COUNTED + 1

    @property
    def shown(self) -> int:
        return len(self.points.keys)


@dataclass(frozen=True, kw_only=True)
class MapFacts:
    """What is told about a map to programs."""

    drawn_at: str
    texts: int
    shown: int
    placed: int
    new: int
    groups: list[dict[str, Any]]


def map_path(project: Project) -> Path:
    return Path(settings.CONCORD_HOME) / "maps" / f"{project.slug}.npz"


def names_of(project: Project) -> list[Any]:
    """Tells a project from a later one of the same slug."""
    return [project.pk, project.created_at.isoformat()]


def find_map(project: Project) -> CorpusMap | None:
    """What was drawn last, however many texts came since; None where nothing was."""
    try:
        points = read_map(map_path(project))
    except NoMap:
        return None
    notes = points.notes
    if notes["project"] != names_of(project):
        return None
    later = project.examples.filter(pk__gt=notes["last"]).order_by()
    return CorpusMap(
        points=points,
        stamp=notes["stamp"],
        at=datetime.fromisoformat(notes["at"]),
        texts=notes["texts"],
        placed=notes["placed"],
        groups=[
            Group(number=number, words=words, size=size, typical=typical)
            for number, (words, size, typical) in enumerate(notes["groups"], start=1)
        ],
        new=later[: COUNTED + 1].count(),
    )


def facts_of(found: CorpusMap) -> MapFacts:
    return MapFacts(
        drawn_at=found.at.isoformat(),
        texts=found.texts,
        shown=found.shown,
        placed=found.placed,
        new=found.new,
        groups=[
            {"number": one.number, "words": one.words, "texts": one.size} for one in found.groups
        ],
    )
