"""Study files: a plan as JSON or YAML."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from training.studies.errors import BadPlan
from training.studies.plan import StudyPlan

SUFFIXES = (".json", ".yaml", ".yml")
LARGEST = 1_000_000  # bytes


def read_plan(path: Path) -> StudyPlan:
    """The plan in a study file; YAML unless the name ends in .json.

    Raises:
        BadPlan: the file cannot be read, or does not hold a plan.
    """
    try:
        if path.stat().st_size > LARGEST:
            raise BadPlan(f"{path.name} is larger than any study; a plan has a few kilobytes.")
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise BadPlan(f"The study file {str(path)!r} cannot be read: {error}.") from error
    values = _parsed(path, text)
    if not isinstance(values, dict):
        raise BadPlan(f"{path.name} does not hold a study: it must name title, projects and arms.")
    return StudyPlan.from_json(values)


def _parsed(path: Path, text: str) -> Any:
    import yaml

    try:
        return json.loads(text) if path.suffix == ".json" else yaml.safe_load(text)
    except (ValueError, yaml.YAMLError, RecursionError) as error:
        reason = " ".join(str(error).split())
        raise BadPlan(f"{path.name} cannot be read: {reason}.") from error
