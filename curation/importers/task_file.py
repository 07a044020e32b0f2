"""`task.json` and `source.json`: a labelling question as a file."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from curation.errors import BadInput
from curation.importers.lines import text_lines


@dataclass(frozen=True, kw_only=True)
class LabelLine:
    name: str
    title: str = ""
    description: str = ""


@dataclass(frozen=True, kw_only=True)
class TaskFile:
    """What a question file says; empty where it says nothing."""

    title: str
    description: str
    instructions: str
    labels: list[LabelLine]


def read_task_file(path: Path) -> TaskFile:
    """Read `{"title", "description" | "question", "instructions"?, "labels": [...]}`.

    Each label is a name, or an object with `name`, and `title` and `description` if it has them.

    Raises:
        BadInput: not a file, not JSON, or no list of labels in it.
    """
    try:
        data = json.loads("".join(line for _, line in text_lines(path)))
    except (ValueError, RecursionError) as error:
        raise BadInput(f"{str(path)!r} is not JSON ({error}).") from None
    labels = data.get("labels") if isinstance(data, dict) else None
    if not isinstance(labels, list):
        raise BadInput(f'{str(path)!r} has no list "labels"; see docs/task_file.md for its form.')
    return TaskFile(
        title=str(data.get("title") or ""),
        description=str(data.get("description") or data.get("question") or ""),
        instructions=str(data.get("instructions") or data.get("guideline") or ""),
        labels=[_label(path, label) for label in labels],
    )


def _label(path: Path, label: Any) -> LabelLine:
    if isinstance(label, str | int):
        return LabelLine(name=str(label))
    if isinstance(label, dict) and label.get("name"):
        return LabelLine(
            name=str(label["name"]),
            title=str(label.get("title") or ""),
            description=str(label.get("description") or ""),
        )
    raise BadInput(f"A label in {str(path)!r} has no name: {label!r}.")
