"""Projects of ready-made studies."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from curation.errors import BadInput, ProjectNotFound
from curation.importers import TaskFile
from curation.models import Project
from curation.progress import Progress
from curation.services.projects import NewLabel, create_project, get_project
from training.studies.ready.folders import folder_of


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


def set_up_each(
    names: Sequence[str], data: Path, progress: Progress, set_up: Callable[[str, Path], SetUp]
) -> list[SetUp]:
    """What `set_up` makes of the name and folder of each task or set that has one in `data`."""
    found = []
    for number, name in enumerate(names):
        progress(number, len(names), name)
        folder = folder_of(data, name)
        if folder is None:
            found.append(SetUp(name=name, there=False, facts=["left out, its folder is not there"]))
        else:
            found.append(set_up(name, folder))
    return found


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
