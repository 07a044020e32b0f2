"""Lists of topics and the like, with how many texts each value has got."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from django.core.cache import cache
from django.db.models import Count, Sum

from curation.models import Project
from curation.reporting import wording
from generation.models import Attribute, Draft, GenerationRun

REMEMBERED = 3600
KNOWN = {
    "topic": "what texts are about",
    "style": "the way they are written",
    "persona": "who could have written them",
    "length": "how long they are, within the limits of words",
}


@dataclass(frozen=True, kw_only=True)
class ListShown:
    """One list for the page."""

    attribute: Attribute
    meaning: str  # "" where the name is the project's own
    text: str  # one value a line
    written: str  # by whom, in words
    values: list[tuple[str, int]]  # value, accepted texts so far
    texts: int  # accepted ones, of all its values


def lists_of(project: Project) -> list[ListShown]:
    """Every list of the project, by name."""
    attributes = list(Attribute.objects.filter(project=project).order_by("name"))
    used = accepted_per_value(project) if attributes else Counter()
    return [_shown(attribute, used) for attribute in attributes]


def _shown(attribute: Attribute, used: Counter[tuple[str, str]]) -> ListShown:
    values = [(value, used[attribute.name, value]) for value in attribute.values]
    by = f"by {attribute.written_by}" if attribute.written_by else "by a person"
    if not attribute.written_by and attribute.call_id:
        by = "by a model, then edited by a person"
    return ListShown(
        attribute=attribute,
        meaning=KNOWN.get(attribute.name, ""),
        text="\n".join(attribute.values),
        written=f"{wording.plural(len(attribute.values), 'value')}, written {by}",
        values=values,
        texts=sum(n for _, n in values),
    )


def accepted_per_value(project: Project) -> Counter[tuple[str, str]]:
    """(attribute, value) → accepted texts of calls that were given it, over all runs.

    Counted anew only when the runs' own counters have moved.
    """
    runs = GenerationRun.objects.filter(project=project)
    total = runs.aggregate(n=Sum("accepted"))["n"] or 0
    name = f"accepted-per-value:{project.pk}:{project.created_at.timestamp()}"
    known: tuple[int, Counter[tuple[str, str]]] | None = cache.get(name)
    if known is None or known[0] != total:
        known = (total, _counted(project))
        cache.set(name, known, REMEMBERED)
    return known[1]


def _counted(project: Project) -> Counter[tuple[str, str]]:
    drafts = Draft.objects.of(project).accepted().exclude(call__cell={}).order_by()
    counts: Counter[tuple[str, str]] = Counter()
    for cell, n in drafts.values_list("call__cell").annotate(n=Count("pk")):
        for attribute, value in cell.items():
            counts[attribute, value] += n
    return counts
