"""Rows for tests; each function takes only what a test is about."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import count

from django.contrib.auth import get_user_model
from django.contrib.auth.models import User

from curation.datasets import Policy
from curation.models import (
    Annotation,
    AnnotationRound,
    Annotator,
    DatasetVersion,
    Example,
    Membership,
    Project,
    Role,
    Task,
)
from curation.services.datasets import curate_dataset
from curation.services.projects import NewLabel, create_project

_number = count(1)


def make_project(
    slug: str = "jokes", *, labels: Sequence[str] = ("joke", "news"), overlap: int = 3
) -> Project:
    return create_project(slug, labels=[NewLabel(name=name) for name in labels], overlap=overlap)


def make_member(project: Project, role: Role | str | None = Role.OWNER, *, name: str = "") -> User:
    """Somebody with an account and this role in the project; None is no role."""
    user = get_user_model().objects.create_user(name or f"person-{next(_number)}")
    if role is not None:
        Membership.objects.create(project=project, user=user, role=role)
    return user


def make_example(
    project: Project,
    text: str = "",
    *,
    name: str = "",
    split: str = "pool",
    source: str = "synthetic",
    intended: str | None = None,
    gold: str | None = None,
) -> Example:
    number = next(_number)
    labels = {label.name: label for label in project.labels.all()}
    return Example.objects.create(
        project=project,
        external_id=name or f"example-{number}",
        text=text or f"text {number}",
        source=source,
        split=split,
        intended_label=labels[intended] if intended else None,
        gold_label=labels[gold] if gold else None,
    )


def make_round(
    project: Project, *, front: str = "votes", simulated: bool = False
) -> AnnotationRound:
    return AnnotationRound.objects.create(
        project=project,
        number=project.rounds.count() + 1,
        front=front,
        overlap=project.overlap,
        simulated=simulated,
    )


def annotate(
    project: Project,
    labels: Sequence[str | None],
    *,
    example: Example | None = None,
    simulated: bool = False,
) -> Example:
    """An example with these votes, by annotators ann-1, ann-2, ...; None is a skip."""
    example = example or make_example(project)
    target = project.rounds.first() or make_round(project, simulated=simulated)
    task = Task.objects.create(round=target, example=example)
    by_name = {label.name: label for label in project.labels.all()}
    for number, name in enumerate(labels, start=1):
        annotator, _ = Annotator.objects.get_or_create(
            project=project, name=f"ann-{number}", defaults={"simulated": simulated}
        )
        Annotation.objects.create(
            task=task, annotator=annotator, label=by_name[name] if name else None
        )
    return example


def make_curated(project: Project, *, simulated: bool = True) -> list[DatasetVersion]:
    """Ten judged examples and two versions of them: global first, then within label.

    Five of `joke` (two unanimous, three disputed) and five of `news` (four unanimous, one
    disputed): γ = 0.9 keeps 2 and 4, the most agreed 60 % of each label 3 and 3.
    """
    for label, other, unanimous in (("joke", "news", 2), ("news", "joke", 4)):
        for number in range(5):
            example = make_example(project, name=f"{label}-{number}", intended=label)
            last = label if number < unanimous else other
            annotate(project, [label, label, last], example=example, simulated=simulated)
    policies = Policy(threshold=0.9), Policy(keep_share=0.6)
    return [curate_dataset(project, policy).version for policy in policies]
