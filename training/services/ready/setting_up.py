"""Projects of ready-made studies."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from curation.errors import BadInput, ProjectNotFound
from curation.importers import TaskFile
from curation.models import Project
from curation.services.projects import NewLabel, create_project, get_project


@dataclass(frozen=True, kw_only=True)
class SetUp:
    """What one task or set came to, for the study's text."""

    name: str
    there: bool = True  # its project is part of the study
    facts: Sequence[str] = ()

    def sentence(self) -> str:
        """The facts in one line.

        >>> SetUp(name="humor", facts=["5,000 real texts", "1,000 test texts"]).sentence()
        'humor: 5,000 real texts, 1,000 test texts'
        """
        return f"{self.name}: {', '.join(self.facts)}"


def ensure_project(slug: str, task: TaskFile, labels: Sequence[NewLabel]) -> Project:
    """The project of that slug, made if it is not there.

    Raises:
        BadInput: there is one with other labels.
    """
    try:
        project = get_project(slug)
    except ProjectNotFound:
        return create_project(
            slug,
            labels=labels,
            title=task.title[:200],
            description=task.description,
            instructions=task.instructions,
        )
    names = [label.name for label in labels]
    if project.label_names() != names:
        raise BadInput(
            f"Project {slug!r} has the labels {', '.join(project.label_names())}, but the study "
            f"needs {', '.join(names)}; rename or remove that project."
        )
    return project


def labels_of(task: TaskFile) -> list[NewLabel]:
    return [
        NewLabel(name=label.name, title=label.title, description=label.description)
        for label in task.labels
    ]
