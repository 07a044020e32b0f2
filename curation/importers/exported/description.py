"""version.json read back."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from curation.datasets import Policy
from curation.datasets.splits import SplitPlan
from curation.errors import BadInput
from curation.exporters.checking import is_inside
from curation.exporters.forms import WRITERS, TableFile
from curation.exporters.manifest import FORMAT, FORMAT_VERSION, MANIFEST
from curation.importers.lines import is_storable_json

FINGERPRINT = re.compile(r"[0-9a-f]{64}")
MOST = 2**31 - 1  # what a column of whole numbers takes
YEARS = range(1980, 2108)  # that a zip can say, so that what came in can go out again
IMPOSSIBLE = (ValueError, KeyError, TypeError, AttributeError, ArithmeticError, RecursionError)


@dataclass(frozen=True, kw_only=True)
class Described:
    """What an export says it is."""

    project: Mapping[str, Any]  # slug, title, description, instructions, overlap, …
    labels: Sequence[Mapping[str, str]]  # name, title, description, in their order
    version: Mapping[str, Any]  # fields of a dataset version
    created_at: datetime
    votes: Mapping[str, int]  # votes, annotators, changed_examples
    files: Sequence[TableFile]

    @property
    def label_names(self) -> list[str]:
        return [label["name"] for label in self.labels]

    def files_of(self, table: str) -> list[TableFile]:
        return [file for file in self.files if file.table == table]


PROJECT: dict[str, tuple[type, ...]] = {
    "slug": (str,), "title": (str,), "description": (str,), "instructions": (str,),
    "overlap": (int,), "threshold": (int, float), "writing": (dict,), "labels": (list,),
}  # fmt: skip
VERSION: dict[str, tuple[type, ...]] = {
    "number": (int,), "policy": (dict,), "fingerprint": (str,), "kept": (int,), "dropped": (dict,),
    "labels": (dict,), "annotators": (int,), "alpha": (float, int, type(None)),
    "mean_agreement": (float, int, type(None)), "simulated": (bool,), "split_plan": (dict,),
    "splits": (dict,), "note": (str,), "created_at": (str,),
}  # fmt: skip
VOTES: dict[str, tuple[type, ...]] = {
    "votes": (int,), "annotators": (int,), "changed_examples": (int,),
}  # fmt: skip
FILE: dict[str, tuple[type, ...]] = {"path": (str,), "table": (str,), "rows": (int,)}
LABEL: dict[str, tuple[type, ...]] = {"name": (str,), "title": (str,), "description": (str,)}


def read_description(folder: Path, *, known: set[str]) -> Described:
    """What `version.json` in a checked folder says.

    Args:
        known: files whose checksums were right.

    Raises:
        BadInput: it is no export of ours, of a later format, or says what cannot be.
    """
    if MANIFEST not in known:
        raise BadInput(f"{str(folder)!r} is not an export of a dataset version: no {MANIFEST}.")
    try:
        content = json.loads((folder / MANIFEST).read_text("utf-8"))
        _check_format(content)
        if not is_storable_json(content):
            raise ValueError("a character or a number that cannot be stored")
        return _described(content, known)
    except IMPOSSIBLE as error:
        raise BadInput(
            f"{MANIFEST} does not say what an export must say ({str(error)[:200]}); nothing was "
            "changed."
        ) from None


def _check_format(content: Any) -> None:
    if not isinstance(content, dict) or content.get("format") != FORMAT:
        raise BadInput(f"{MANIFEST} is not that of a dataset version; nothing was changed.")
    found = content.get("format_version")
    if found != FORMAT_VERSION:
        raise BadInput(
            f"The export was written by Concord {_tool(content)} in format {found!r}, but this "
            f"program reads format {FORMAT_VERSION}; import it with that version of Concord."
        )


def _tool(content: Mapping[str, Any]) -> str:
    tool = content.get("tool")
    return str(tool.get("version", "?")) if isinstance(tool, dict) else "?"


def _described(content: Mapping[str, Any], known: set[str]) -> Described:
    project = _fields(content["project"], PROJECT)
    version = _fields(content["version"], VERSION)
    if not FINGERPRINT.fullmatch(version["fingerprint"]) or version["number"] < 1:
        raise ValueError("number and fingerprint of the version")
    for counts in (version["dropped"], version["labels"], version["splits"]):
        _fields(counts, dict.fromkeys(counts, (int,)))
    Policy.from_json(version["policy"]).sentence()  # raises where it cannot be
    SplitPlan.from_json(version["split_plan"])
    return Described(
        project=project,
        labels=[_fields(label, LABEL) for label in project["labels"]],
        version=version,
        created_at=_moment(version["created_at"]),
        votes=_fields(content["votes"], VOTES),
        files=[_file(file, known) for file in content["files"]],
    )


def _fields(found: Any, kinds: Mapping[str, tuple[type, ...]]) -> dict[str, Any]:
    """The named fields, each of its kind."""
    if not isinstance(found, dict):
        raise TypeError(f"{', '.join(kinds)} expected")
    result = {}
    for name, kind in kinds.items():
        value = found[name]
        if not isinstance(value, kind) or (isinstance(value, bool) and bool not in kind):
            raise ValueError(f"{name} is {value!r}")
        if isinstance(value, int | float) and not _is_stored(value, kind):
            raise ValueError(f"{name} is {value:g}")
        result[name] = value
    return result


def _is_stored(value: float, kind: tuple[type, ...]) -> bool:
    """Whether a number is one: whole numbers count something."""
    return math.isfinite(value) if float in kind else 0 <= value <= MOST


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError("created_at has no time zone")
    if moment.astimezone(UTC).year not in YEARS:
        raise ValueError(f"created_at is {text}")
    return moment


def _file(found: Any, known: set[str]) -> TableFile:
    file = _fields(found, FILE)
    path = file["path"]
    if not is_inside(path) or path not in known:
        raise ValueError(f"{path} is not among the checksums")
    if file["table"] not in {"rows", "dropped", "votes"} or path.split(".")[-1] not in WRITERS:
        raise ValueError(f"{path} is no table")
    return TableFile(path=path, table=file["table"])
