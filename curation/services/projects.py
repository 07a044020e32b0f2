"""Projects and their labels."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction

from curation.errors import BadInput, ProjectNotFound
from curation.importers.lines import text_lines
from curation.models import Label, Membership, Project, Role
from curation.services.auditing import record

MOST_OVERLAP, LONGEST_TITLE, LONGEST_LABEL_TITLE = 1_000, 200, 120
SLUG = re.compile(r"[a-z0-9][a-z0-9_-]{0,59}")
WRITING = ("context", "style", "words")


@dataclass(frozen=True, kw_only=True)
class NewLabel:
    """One allowed answer: `name` is the stable code, `title` what people read."""

    name: str
    title: str = ""
    description: str = ""


@dataclass(frozen=True, kw_only=True)
class Preset:
    """A question that comes with the application."""

    title: str
    description: str
    instructions: str
    labels: list[NewLabel]
    writing: dict[str, Any]


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
    threshold: float = 0.8,
    writing: Mapping[str, Any] | None = None,
    owner: AbstractBaseUser | None = None,
) -> Project:
    """Create a labelling question with its labels, in the order given.

    `writing` says how texts for it are written; see `check_writing`. `owner` becomes its owner;
    without one it is the superusers' until a member is added.

    Raises:
        BadInput: the slug is taken or not a slug, fewer than two labels, a label named twice
            or not at all, an overlap below 1, a threshold that is no share, a `writing` of
            another form.
    """
    _check_slug(slug)
    check_labels(labels)
    writing = {} if writing is None else writing
    check_writing(writing)
    check_threshold(threshold)
    _check_size(title=title, overlap=overlap)
    project = Project.objects.create(
        slug=slug,
        title=title or slug.replace("_", " ").replace("-", " "),
        description=description,
        instructions=instructions,
        overlap=overlap,
        threshold=threshold,
        writing=dict(writing),
    )
    add_labels(project, labels)
    if owner is not None:
        Membership.objects.create(project=project, user_id=owner.pk, role=Role.OWNER)
    said = {"labels": [label.name for label in labels], "overlap": overlap, "threshold": threshold}
    record("project.created", project=project, after=said)
    return project


def add_labels(project: Project, labels: Sequence[NewLabel]) -> None:
    """Checked labels of a project that has none, in the order given."""
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


def _check_size(*, title: str, overlap: int) -> None:
    if not 1 <= overlap <= MOST_OVERLAP:
        raise BadInput(
            f"Overlap is {overlap}, but each task needs at least 1 annotation "
            f"and at most {MOST_OVERLAP}."
        )
    if len(title) > LONGEST_TITLE:
        raise BadInput(f"The title has {len(title)} characters; shorten it to {LONGEST_TITLE}.")


@transaction.atomic
def set_threshold(project: Project, threshold: float) -> None:
    """Change the γ at which rounds opened from now on decide and annotators' effects are seen."""
    check_threshold(threshold)
    before, project.threshold = project.threshold, threshold
    project.save(update_fields=["threshold"])
    was, now = {"threshold": before}, {"threshold": threshold}
    record("project.threshold", project=project, before=was, after=now)


def check_threshold(threshold: float) -> None:
    """Raises `BadInput` for a γ that is not above 0 and at most 1."""
    if not 0 < threshold <= 1:
        raise BadInput(f"The threshold is {threshold:g}, but it must be above 0 and at most 1.")


def check_writing(writing: Any) -> None:
    """Whether this says how texts are written: all of it may be left out, nothing else may be in.

    Raises:
        BadInput: it is no object, has a key besides `context`, `style` and `words`, or one of
            them is not a text, a text and two whole numbers with the smaller one first.

    >>> check_writing({"style": "tweets", "words": [8, 28]})
    """
    if not isinstance(writing, Mapping):
        raise BadInput(f"How texts are written must be an object, but it is {writing!r}.")
    if unknown := [str(key) for key in writing if key not in WRITING]:
        raise BadInput(
            f"How texts are written has {unknown[0]!r}, but only {', '.join(WRITING)} are known."
        )
    for key in ("context", "style"):
        if not isinstance(writing.get(key, ""), str):
            raise BadInput(f"The {key} of texts to be written must be a text in quotes.")
    words = writing.get("words", [1, 1])
    if not _is_range(words):
        raise BadInput(
            f"The words of a text are {words!r}, but they must be its fewest and its most words, "
            "such as [8, 28]."
        )


def _is_range(words: Any) -> bool:
    """Whether these are two whole numbers of at least 1, the smaller one first."""
    if not isinstance(words, list | tuple) or len(words) != 2:
        return False
    whole = all(isinstance(number, int) and not isinstance(number, bool) for number in words)
    return whole and 1 <= words[0] <= words[1]


def preset_titles() -> dict[str, str]:
    """The questions that come with the application: name → title, in the order of their names."""
    return {path.stem: str(_preset_file(path).get("title") or "") for path in _preset_paths()}


def read_preset(name: str) -> Preset:
    """One of those questions.

    Raises:
        BadInput: no preset has that name (the sentence lists them), or its file is broken.
    """
    paths = {path.stem: path for path in _preset_paths()}
    if name not in paths:
        raise BadInput(f"There is no preset {name!r}; choose one of {', '.join(paths)}.")
    content = _preset_file(paths[name])
    labels = content.get("labels")
    if not isinstance(labels, list) or not all(_is_label(label) for label in labels):
        raise BadInput(
            f"{str(paths[name])!r} must have a list of labels, each with a name, a title and a "
            "description in quotes."
        )
    writing = content.get("writing", {})
    check_writing(writing)
    return Preset(
        title=str(content.get("title") or ""),
        description=str(content.get("description") or "").strip(),
        instructions=str(content.get("instructions") or "").strip(),
        labels=[NewLabel(**label) for label in labels],
        writing=dict(writing),
    )


def _preset_paths() -> list[Path]:
    return sorted(Path(settings.CONCORD_PRESETS).glob("*.yaml"))


def _preset_file(path: Path) -> dict[str, Any]:
    try:
        content = yaml.safe_load("".join(line for _, line in text_lines(path)))
    except (yaml.YAMLError, ValueError) as error:
        raise BadInput(f"{str(path)!r} is not YAML ({' '.join(str(error).split())}).") from None
    if not isinstance(content, dict):
        raise BadInput(f"{str(path)!r} must be names with values; see docs/task_file.md.")
    return content


def _is_label(label: Any) -> bool:
    fields = {"name", "title", "description"}
    return (
        isinstance(label, dict)
        and "name" in label
        and set(label) <= fields
        and all(isinstance(value, str) for value in label.values())
    )


def _check_slug(slug: str) -> None:
    if not SLUG.fullmatch(slug):
        raise BadInput(
            f"{slug!r} cannot name a project: use lower-case letters, digits, - and _, "
            "60 characters at most."
        )
    if Project.objects.filter(slug=slug).exists():
        raise BadInput(f"There is a project {slug!r} already; choose another name.")


def check_labels(labels: Sequence[NewLabel]) -> None:
    """Raises `BadInput` for fewer than two, one without a name or too long, one named twice."""
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
