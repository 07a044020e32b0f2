"""Ready-made studies as shapes of new ones, and projects that a study can be made of."""

from __future__ import annotations

from dataclasses import dataclass, replace

from django.db.models import QuerySet

from curation.models import Example, Project
from training.studies.plan import StudyPlan
from training.studies.ready import READY, ready_plan

EMPTY = "project-slug"


@dataclass(frozen=True, kw_only=True)
class Shape:
    """One ready-made study."""

    name: str
    title: str
    about: str
    arms: int
    classifiers: int
    seeds: int
    there: int  # of its projects
    projects: int
    command: str  # that sets its projects up and runs it


def shapes(projects: QuerySet[Project]) -> list[Shape]:
    """All ready-made studies, and how many of their projects are among these."""
    known = set(projects.values_list("slug", flat=True))
    found = []
    for study in READY.values():
        plan = ready_plan(study.name)
        found.append(
            Shape(
                name=study.name,
                title=plan.title,
                about=study.about,
                arms=len(plan.arms),
                classifiers=len(plan.classifiers),
                seeds=plan.seeds,
                there=sum(slug in known for slug in plan.projects),
                projects=len(plan.projects),
                command=f"python manage.py study {study.name} --data FOLDER",
            )
        )
    return found


def shape_plan(name: str, projects: QuerySet[Project]) -> StudyPlan | None:
    """A ready-made study on those of its projects that are among these, or else on one to be named.

    None where there is no such study.
    """
    if name not in READY:
        return None
    plan = ready_plan(name)
    known = set(projects.values_list("slug", flat=True))
    return replace(plan, projects=tuple(p for p in plan.projects if p in known) or (EMPTY,))


def testable_projects(projects: QuerySet[Project]) -> list[Project]:
    """Those with test texts, by title."""
    tested = Example.objects.filter(split=Example.Split.TEST).values("project")
    return list(projects.filter(pk__in=tested).order_by("title", "slug"))
