"""Where the rows of a run come from, in words: for its card, deciding nothing."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any

from training.fitting.run_folder import RunFolder, write_json

NAME = "origin.json"


@dataclass(frozen=True, kw_only=True)
class Origin:
    """What only the project knows. Everything may be left out."""

    project: str = ""  # slug
    title: str = ""
    question: str = ""
    label_meanings: Mapping[str, str] = field(default_factory=dict)  # label code → definition
    source: str = ""  # of the training rows: "version:3"
    version: int | None = None  # of the dataset
    dataset_fingerprint: str = ""  # of that version
    simulated: bool = False  # the votes behind the version are a program's
    test_trusted: int | None = None  # test rows with a trusted label
    test_crowd: int | None = None  # test rows with the label that people gave them
    run_key: str = ""  # "training:12"


def write_origin(folder: RunFolder, origin: Origin) -> None:
    """Put it beside the inputs of a run that has not been fitted yet."""
    write_json(folder.path / NAME, asdict(origin))


def read_origin(folder: RunFolder) -> Origin:
    """What is known; an empty Origin where nothing readable is there."""
    try:
        values: Any = json.loads((folder.path / NAME).read_text(encoding="utf-8"))
        known = {one.name for one in fields(Origin)}
        return Origin(**{name: value for name, value in values.items() if name in known})
    except (OSError, ValueError, AttributeError):
        return Origin()
