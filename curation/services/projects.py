"""Projects and their labels."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction

from curation.errors import BadInput, ProjectNotFound
from curation.models import Label, Project

MOST_OVERLAP, LONGEST_TITLE, LONGEST_LABEL_TITLE = 1_000, 200, 120
SLUG = re.compile(r"[a-z0-9][a-z0-9_-]{0,59}")


@dataclass(frozen=True, kw_only=True)
class NewLabel:
    """One allowed answer: `name` is the stable code, `title` what people read."""

    name: str
    title: str = ""
    description: str = ""


def get_project(slug: str) -> Project:
    """The project of that slug, or `ProjectNotFound` with what to do."""
    try:
        return Project.objects.get(slug=slug)
    except Project.DoesNotExist:
        raise ProjectNotFound(slug) from None


@transaction.atomic
def create_project(
    slug: str,
    *,
    labels: Sequence[NewLabel],
    title: str = "",
    description: str = "",
    instructions: str = "",
    overlap: int = 3,
) -> Project:
    """Create a labelling question with its labels, in the order given.

    Raises:
        BadInput: the slug is taken or not a slug, fewer than two labels, a label named twice
            or not at all, an overlap below 1.
    """
    _check_slug(slug)
    _check_labels(labels)
    if not 1 <= overlap <= MOST_OVERLAP:
        raise BadInput(
            f"Overlap is {overlap}, but each task needs at least 1 annotation "
            f"and at most {MOST_OVERLAP}."
        )
    if len(title) > LONGEST_TITLE:
        raise BadInput(f"The title has {len(title)} characters; shorten it to {LONGEST_TITLE}.")
    project = Project.objects.create(
        slug=slug,
        title=title or slug.replace("_", " ").replace("-", " "),
        description=description,
        instructions=instructions,
        overlap=overlap,
    )
    Label.objects.bulk_create(
        Label(
            project=project,
            position=position,
            name=label.name,
            title=label.title or label.name.replace("_", " "),
            description=label.description,
        )
        for position, label in enumerate(labels)
    )
    return project


def _check_slug(slug: str) -> None:
    if not SLUG.fullmatch(slug):
        raise BadInput(
            f"{slug!r} cannot name a project: use lower-case letters, digits, - and _, "
            "60 characters at most."
        )
    if Project.objects.filter(slug=slug).exists():
        raise BadInput(f"There is a project {slug!r} already; choose another name.")


def _check_labels(labels: Sequence[NewLabel]) -> None:
    names = [label.name for label in labels]
    if len(names) < 2:
        raise BadInput(
            f"A project needs at least two labels to choose from, but {len(names)} "
            f"{'was' if len(names) == 1 else 'were'} given."
        )
    for name in names:
        if not name.strip() or len(name) > 60:
            raise BadInput(f"Label {name!r} must have 1 to 60 characters.")
    for label in labels:
        if len(label.title) > LONGEST_LABEL_TITLE:
            raise BadInput(
                f"The title of label {label.name!r} has {len(label.title)} characters; "
                f"shorten it to {LONGEST_LABEL_TITLE}."
            )
    if repeated := sorted({name for name in names if names.count(name) > 1}):
        raise BadInput(f"Label {repeated[0]!r} is named more than once.")
