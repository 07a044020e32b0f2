"""Evidence in files: one folder, made whole or not at all, opened without reading it."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import numpy as np

from curation.explorer.evidence import Evidence, GroupPosterior, Groups, Rows
from curation.files import scratch_of

FORMAT = 2  # one more makes folders of before unreadable, and evidence is laid out anew
NAMES = "names.json"
HEADER = 128  # bytes that numpy writes before an array


class NoEvidence(Exception):
    """There is no folder, or it is damaged or of another format: lay the evidence out anew."""


@dataclass(frozen=True, kw_only=True)
class Kept:
    """Evidence as it came out of its folder."""

    evidence: Evidence
    notes: dict[str, Any]  # what was written beside it


def write_evidence(evidence: Evidence, folder: Path, *, notes: Mapping[str, Any]) -> None:
    """Keep evidence in `folder`; if several do at once, the first one's stays.

    Args:
        notes: plain values to keep beside it.
    """
    scratch = scratch_of(folder)
    shutil.rmtree(scratch, ignore_errors=True)
    scratch.mkdir(parents=True)
    try:
        for name, array in _arrays(evidence).items():
            np.save(scratch / f"{name}.npy", np.ascontiguousarray(array))
        names = {
            "format": FORMAT,
            "label_names": evidence.label_names,
            "annotator_names": evidence.annotator_names,
            "topic_words": evidence.topic_words,
            "notes": dict(notes),
        }
        (scratch / NAMES).write_text(json.dumps(names), encoding="utf-8")
        scratch.rename(folder)
    except OSError:
        if not folder.is_dir():
            raise
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def read_evidence(folder: Path) -> Kept:
    """The evidence that `write_evidence` kept; arrays over rows stay in their files.

    Raises:
        NoEvidence: nothing usable is there.
    """
    try:
        names = json.loads((folder / NAMES).read_text(encoding="utf-8"))
        if names.pop("format") != FORMAT:
            raise NoEvidence(folder)
        notes = names.pop("notes")
        evidence = Evidence(
            groups=_groups(folder),
            rows=Rows(**{one.name: _opened(folder, f"rows.{one.name}") for one in fields(Rows)}),
            **{key: tuple(value) for key, value in names.items()},
        )
        return Kept(evidence=evidence, notes=notes)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise NoEvidence(folder) from error


def _arrays(evidence: Evidence) -> dict[str, np.ndarray[Any, Any]]:
    """Every array by the name of its file."""
    parts: dict[str, Rows | Groups | GroupPosterior] = {
        "rows": evidence.rows,
        "groups": evidence.groups,
        "true": evidence.groups.posterior,
    }
    return {
        f"{part}.{one.name}": getattr(holder, one.name)
        for part, holder in parts.items()
        for one in fields(holder)
        if one.name != "posterior"
    }


def _groups(folder: Path) -> Groups:
    true = GroupPosterior(
        **{one.name: _opened(folder, f"true.{one.name}") for one in fields(GroupPosterior)}
    )
    arrays = {
        one.name: np.load(folder / f"groups.{one.name}.npy")
        for one in fields(Groups)
        if one.name != "posterior"
    }
    return Groups(posterior=true, **arrays)


def _opened(folder: Path, name: str) -> np.ndarray[Any, Any]:
    path = folder / f"{name}.npy"
    if path.stat().st_size <= HEADER:
        return np.asarray(np.load(path))  # an empty array cannot be mapped
    return np.asarray(np.load(path, mmap_mode="r"))
