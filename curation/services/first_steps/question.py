"""What is classified: a project is made from it, and changed by it."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import AbstractBaseUser
from django.db import IntegrityError, transaction
from django.utils.text import slugify

from curation.errors import BadInput
from curation.importers.lines import is_storable
from curation.models import FirstSteps, Project
from curation.services.access import Right, may
from curation.services.project_settings import (
    change_label,
    change_project,
    is_untouched,
    replace_labels,
)
from curation.services.projects import NewLabel, create_project, read_preset

LONGEST_SLUG = 50
ATTEMPTS = 5  # to find a short name that nobody takes at this moment


@dataclass(frozen=True, kw_only=True)
class LabelSaid:
    """A label as somebody types it."""

    title: str
    description: str = ""


@dataclass(frozen=True, kw_only=True)
class Question:
    """What is classified, in somebody's words."""

    title: str
    labels: Sequence[LabelSaid]
    description: str = ""  # the question, in a sentence
    instructions: str = ""
    style: str = ""  # what the texts are, in the plural
    like: str = ""  # name of the template that it began with


def label_code(title: str) -> str:
    """What exports and commands call a label of that title.

    >>> label_code("Not spam!"), label_code("Реклама")
    ('not_spam', 'Реклама')
    """
    return slugify(title).replace("-", "_")[:60] or title[:60]


def begin_project(user: AbstractBaseUser, said: Question, *, key: uuid.UUID) -> Project:
    """Make the project; `user` owns it. Sent again with the same key, it is the one made before.

    Raises:
        BadInput: something said cannot be; nothing is made.
    """
    for _ in range(ATTEMPTS):
        if (known := _made_by(user, key)) is not None:
            return known
        slug = _free_slug(said.title)
        try:
            with transaction.atomic():
                project = create_project(slug, owner=user, **_fields(said))
                FirstSteps.objects.create(project=project, key=key)
            return project
        # somebody took the name, or sent the same form, at this moment
        except IntegrityError:
            continue
        except BadInput:
            if not Project.objects.filter(slug=slug).exists():
                raise
    raise BadInput("Too many projects of that title are made just now; try again.")


def _made_by(user: AbstractBaseUser, key: uuid.UUID) -> Project | None:
    known = FirstSteps.objects.filter(key=key).select_related("project").first()
    if known is None:
        return None
    if not may(user, known.project, Right.MANAGE):
        raise BadInput("This form was used before; open it anew.")
    return known.project


def _free_slug(title: str) -> str:
    """A short name made from the title that no project has.

    Its letters are such that everybody can type them, so some titles leave nothing of it.
    """
    stem = slugify(title)[:LONGEST_SLUG].strip("-_") or "project"
    taken = set(Project.objects.filter(slug__startswith=stem).values_list("slug", flat=True))
    names = (stem if number == 1 else f"{stem}-{number}" for number in range(1, len(taken) + 2))
    return next(name for name in names if name not in taken)


def _fields(said: Question) -> dict[str, Any]:
    _check_words(said)
    writing = dict(read_preset(said.like).writing) if said.like else {}
    return {
        "title": said.title.strip(),
        "description": said.description.strip(),
        "instructions": said.instructions.strip(),
        "labels": _labels(said),
        "writing": _written(writing, said),
    }


def _check_words(said: Question) -> None:
    words = [said.title, said.description, said.instructions, said.style]
    words += [part for label in said.labels for part in (label.title, label.description)]
    if not all(map(is_storable, words)):
        raise BadInput("A text holds a NUL character or half of a character pair.")
    if unnamed := [label for label in said.labels if not label.title.strip()]:
        raise BadInput(f"The label that means {unnamed[0].description!r} has no name; give it one.")


def _labels(said: Question) -> list[NewLabel]:
    """The labels with their codes; those that a template has keep its codes."""
    known = {one.title: one.name for one in read_preset(said.like).labels} if said.like else {}
    return [
        NewLabel(
            name=known.get(label.title.strip()) or label_code(label.title.strip()),
            title=label.title.strip(),
            description=label.description.strip(),
        )
        for label in said.labels
    ]


def _written(writing: dict[str, Any], said: Question) -> dict[str, Any]:
    """How texts are written, with what they are called now."""
    without = {name: value for name, value in writing.items() if name != "style"}
    return {**without, "style": said.style.strip()} if said.style.strip() else without


@transaction.atomic
def change_question(project: Project, said: Question) -> Project:
    """Say it otherwise. As long as nothing was made with them, the labels may be others.

    Raises:
        BadInput: something said cannot be, or the labels have to stay; nothing is changed.
    """
    _check_words(said)
    present = list(project.labels.order_by("position"))
    titles = [label.title.strip() for label in said.labels]
    if titles != [label.title for label in present] and is_untouched(project):
        replace_labels(project, _labels(said))
    elif len(titles) != len(present):
        raise BadInput(
            f"Texts were made for the {len(present)} labels of this project, so none can be added "
            "or left out; for other labels, make another project."
        )
    else:
        for label, new in zip(present, said.labels, strict=True):
            if (label.title, label.description) != (new.title.strip(), new.description.strip()):
                change_label(
                    project,
                    label.name,
                    title=new.title.strip(),
                    description=new.description.strip(),
                )
    fields = ("title", "description", "instructions")
    said_now = {name: getattr(said, name).strip() for name in fields}
    said_now["writing"] = _written(project.writing, said)
    changes = {name: new for name, new in said_now.items() if new != getattr(project, name)}
    return change_project(project, changes)
