"""What may be changed about a project and its labels once they are there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction
from django.db.models import ProtectedError

from curation.errors import BadInput
from curation.importers.lines import is_storable, is_storable_json
from curation.models import Label, Project
from curation.services.auditing import record
from curation.services.projects import (
    LONGEST_LABEL_TITLE,
    LONGEST_TITLE,
    MOST_OVERLAP,
    NewLabel,
    add_labels,
    check_labels,
    check_threshold,
    check_writing,
)

FIELDS = ("title", "description", "instructions", "overlap", "threshold", "writing")


@transaction.atomic
def change_project(project: Project, changes: Mapping[str, Any]) -> Project:
    """Change some of `FIELDS`; rounds and versions that are there stay as they were made.

    Raises:
        BadInput: a field that cannot be changed, or a value that it cannot have.
    """
    if unknown := sorted(changes.keys() - set(FIELDS)):
        raise BadInput(f"A project's {unknown[0]!r} cannot be changed; {', '.join(FIELDS)} can.")
    _check(changes)
    locked = Project.objects.select_for_update(no_key=True).get(pk=project.pk)
    before = {name: getattr(locked, name) for name in changes}
    for name, value in changes.items():
        setattr(locked, name, value)
    if changes:
        locked.save(update_fields=list(changes))
        record("project.changed", project=project, before=before, after=dict(changes))
    return locked


def _check(changes: Mapping[str, Any]) -> None:
    if not is_storable_json(dict(changes)):
        raise BadInput("A text holds a NUL character or half of a character pair.")
    if "title" in changes and not 1 <= len(changes["title"].strip()) <= LONGEST_TITLE:
        raise BadInput(f"A title has 1 to {LONGEST_TITLE} characters.")
    if "overlap" in changes and not 1 <= changes["overlap"] <= MOST_OVERLAP:
        raise BadInput(f"Overlap is {changes['overlap']}, but it must be 1 to {MOST_OVERLAP}.")
    if "threshold" in changes:
        check_threshold(changes["threshold"])
    if "writing" in changes:
        check_writing(changes["writing"])


@transaction.atomic
def change_label(
    project: Project, name: str, *, title: str | None = None, description: str | None = None
) -> Label:
    """Change what people read of a label; its name and its place never change.

    Args:
        title, description: None leaves it as it is.

    Raises:
        BadInput: the project has no such label, or the title is none.
    """
    label = project.labels.select_for_update().filter(name=name).first()
    if label is None:
        known = ", ".join(project.label_names())
        raise BadInput(f"Project {project.slug!r} has no label {name!r}; it has {known}.")
    if title is not None:
        if not 1 <= len(title.strip()) <= LONGEST_LABEL_TITLE or not is_storable(title):
            raise BadInput(f"A label's title has 1 to {LONGEST_LABEL_TITLE} characters.")
        label.title = title
    if description is not None:
        if not is_storable(description):
            raise BadInput("The description holds a NUL character or half of a character pair.")
        label.description = description
    label.save(update_fields=["title", "description"])
    record("label.changed", project=project, thing=name, after={"title": label.title})
    return label


def is_untouched(project: Project) -> bool:
    """Whether nothing was made with the project's labels yet, so that they can be others."""
    made = (project.examples, project.rounds, project.jobs, project.dataset_versions)
    return not any(rows.exists() for rows in made)


@transaction.atomic
def replace_labels(project: Project, labels: Sequence[NewLabel]) -> None:
    """Give a project that nothing was made with yet other labels, in the order given.

    Raises:
        BadInput: something was made with the present ones, or the new ones cannot be.
    """
    check_labels(labels)
    Project.objects.select_for_update().get(pk=project.pk)
    before = project.label_names()
    refusal = BadInput(
        f"Texts of project {project.slug!r} were made for {', '.join(before)}, so its labels stay; "
        "their titles and descriptions can be changed. For other labels, make another project."
    )
    if not is_untouched(project):
        raise refusal
    try:
        project.labels.all().delete()
    except ProtectedError:  # a language model was asked for texts of one
        raise refusal from None
    add_labels(project, labels)
    after = {"labels": [label.name for label in labels]}
    record("project.changed", project=project, before={"labels": before}, after=after)
