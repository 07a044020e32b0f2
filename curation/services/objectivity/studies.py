"""Studies: which projects are compared, and how far each pair has come."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

from django.db import transaction
from django.db.models import Count, QuerySet

from curation.errors import BadInput
from curation.models import Comparison, ObjectivityStudy, Project
from curation.services.projects import SLUG, get_project

LONGEST_TITLE = 200
MOST_PROJECTS = 50  # 1,225 pairs
MOST_COMPARISONS = 1_000  # of a pair, or by an annotator


@dataclass(frozen=True, kw_only=True)
class Sides:
    """A pair as it stands before somebody."""

    pair: str
    left: Project
    right: Project


@dataclass(frozen=True, kw_only=True)
class Progress:
    """How far a study has come."""

    projects: int
    pairs: int
    wanted: int  # comparisons: pairs times per_pair
    comparisons: int  # there are, "cannot say" included
    cannot_say: int
    due: int  # still wanted; what a pair has beyond its due counts for no other
    annotators: int


@transaction.atomic
def create_study(
    slug: str,
    projects: Sequence[str],
    *,
    per_pair: int = 12,
    per_annotator: int = 10,
    title: str = "",
) -> ObjectivityStudy:
    """Begin a study of the projects with these slugs.

    Args:
        per_pair: comparisons wanted of each pair, by as many people. The first study had 540 of
            its 45 pairs, 12 of each.
        per_annotator: pairs that one person is asked about at most.

    Raises:
        BadInput: the slug is taken or not a slug, fewer than two projects, one named twice, a
            number of comparisons that asks nobody.
        ProjectNotFound: no project has one of the slugs.
    """
    if not SLUG.fullmatch(slug):
        raise BadInput(
            f"{slug!r} cannot name a study: use lower-case letters, digits, - and _, "
            "60 characters at most."
        )
    if ObjectivityStudy.objects.filter(slug=slug).exists():
        raise BadInput(f"There is a study {slug!r} already; choose another name.")
    if len(title) > LONGEST_TITLE:
        raise BadInput(f"The title has {len(title)} characters; shorten it to {LONGEST_TITLE}.")
    for what, number in (("of each pair", per_pair), ("by each annotator", per_annotator)):
        if not 1 <= number <= MOST_COMPARISONS:
            raise BadInput(
                f"{number} comparisons {what} cannot be asked for; give 1 to {MOST_COMPARISONS}."
            )
    chosen = _chosen(projects)
    if len(chosen) < 2:
        raise BadInput("A study compares tasks, so it needs two projects at least; name them all.")
    study = ObjectivityStudy.objects.create(
        slug=slug,
        title=title or slug.replace("_", " ").replace("-", " "),
        per_pair=per_pair,
        per_annotator=per_annotator,
    )
    study.projects.set(chosen)
    return study


@transaction.atomic
def add_projects(study: ObjectivityStudy, projects: Sequence[str]) -> int:
    """Compare more projects; what was answered stays. Returns how many came new.

    Raises:
        BadInput: one named twice, or too many in all.
        ProjectNotFound: no project has one of the slugs.
    """
    chosen = _chosen(projects)
    before = set(study.projects.values_list("pk", flat=True))
    if len(before | {project.pk for project in chosen}) > MOST_PROJECTS:
        raise BadInput(f"A study compares {MOST_PROJECTS} projects at most.")
    study.projects.add(*chosen)
    return study.projects.count() - len(before)


def _chosen(slugs: Sequence[str]) -> list[Project]:
    if repeated := sorted({slug for slug in slugs if slugs.count(slug) > 1}):
        raise BadInput(f"Project {repeated[0]!r} is named more than once.")
    if len(slugs) > MOST_PROJECTS:
        raise BadInput(f"A study compares {MOST_PROJECTS} projects at most.")
    return [get_project(slug) for slug in slugs]


def get_study(slug: str) -> ObjectivityStudy:
    """The study of that slug.

    Raises:
        BadInput: there is none.
    """
    try:
        return ObjectivityStudy.objects.get(slug=slug)
    except ObjectivityStudy.DoesNotExist:
        raise BadInput(
            f"There is no study {slug!r}; begin one with: "
            f"manage.py objectivity create {slug} PROJECT PROJECT …"
        ) from None


def projects_compared(slug: str) -> QuerySet[Project]:
    """The projects of the study of that slug; none where there is no such study."""
    return Project.objects.filter(objectivity_studies__slug=slug)


def pair_name(first: str, second: str) -> str:
    """How a pair is written down, whichever side its tasks stand on.

    >>> pair_name("spam", "irony")
    'irony|spam'
    """
    return "|".join(sorted((first, second)))


def pairs_of(study: ObjectivityStudy) -> dict[str, tuple[Project, Project]]:
    """Every pair of the study by its name, in alphabetical order."""
    projects = sorted(study.projects.all(), key=lambda project: project.slug)
    return {pair_name(a.slug, b.slug): (a, b) for a, b in combinations(projects, 2)}


def sides_of(
    study: ObjectivityStudy, pair: str, projects: tuple[Project, Project], *, seen_by: str
) -> Sides:
    """The pair as `seen_by` sees it: by a hash, half of them see it the other way round."""
    material = f"{study.key.hex}:{seen_by}:{pair}".encode()
    swapped = hashlib.sha256(material).digest()[0] & 1
    first, second = projects
    return Sides(pair=pair, left=second if swapped else first, right=first if swapped else second)


def comparisons_per_pair(study: ObjectivityStudy) -> dict[str, int]:
    """Pair → comparisons there are, "cannot say" included; every pair of the study is in it."""
    rows = study.comparisons.order_by().values_list("pair").annotate(n=Count("pk"))
    counted = dict(rows)
    return {pair: counted.get(pair, 0) for pair in pairs_of(study)}


def progress_of(study: ObjectivityStudy) -> Progress:
    per_pair = comparisons_per_pair(study)
    answers = Comparison.objects.filter(study=study, pair__in=per_pair)
    return Progress(
        projects=study.projects.count(),
        pairs=len(per_pair),
        wanted=len(per_pair) * study.per_pair,
        comparisons=sum(per_pair.values()),
        cannot_say=answers.filter(winner=None).count(),
        due=sum(max(0, study.per_pair - n) for n in per_pair.values()),
        annotators=answers.order_by().values("annotator").distinct().count(),
    )
