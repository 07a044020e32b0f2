"""What the data folders and recordings of ready-made studies hold: files in, values out."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from curation.errors import BadInput, BadRow, BadRows
from curation.importers import read_examples
from curation.importers.lines import is_storable, json_rows

METHODS = ("zero_shot", "few_shot")
TASK_FILES = ("task.json", "train.jsonl", "test.jsonl")
CROWD_FILES = ("source.json", "annotations.csv", "texts.jsonl")
# financial_phrasebank gives the share of its 5 to 8 annotators in bands; each stands for its middle
BANDS = {"50-65": 0.58, "66-74": 0.70, "75-99": 0.87, "100": 1.0}


@dataclass(frozen=True, kw_only=True)
class TaskText:
    """One text of a task, with its gold label."""

    id: str
    text: str
    label: str
    agreement: float | None = None  # share of annotators behind the label, in (0, 1]


@dataclass(frozen=True, kw_only=True)
class RecordedText:
    """One text that a language model answered, and its place in the recording."""

    label: str
    turn: int  # counted from 0
    position: int  # within the turn, counted from 1
    text: str


@dataclass(frozen=True, kw_only=True)
class Recording:
    """The recorded answers to one method on one task."""

    name: str  # "zero_shot/humor.jsonl"
    task: str
    method: str
    sha256: str
    texts: list[RecordedText]


def folder_of(data: Path, name: str) -> Path | None:
    """The folder of a task or set, in `data` or in its `tasks` or `crowd`; None without one."""
    places = (data / name, data / "tasks" / name, data / "crowd" / name)
    return next((place for place in places if place.is_dir()), None)


def check_files(folder: Path, names: Sequence[str]) -> None:
    """Raise `BadInput` for the first of `names` that is not in `folder`."""
    for name in names:
        if not (folder / name).is_file():
            raise BadInput(f"There is no {str(folder / name)!r}; the study needs {_list(names)}.")


def recordings_folder(data: Path, recordings: Path | None) -> Path:
    """The folder of recordings: the one given, else one beside the data.

    Raises:
        BadInput: it is not there.
    """
    if recordings is not None:
        if not recordings.is_dir():
            raise BadInput(f"There is no folder {str(recordings)!r} of recordings.")
        return recordings
    beside = [place / "recordings" for place in (data, *data.resolve().parents[:2])]
    for place in beside:
        if place.is_dir():
            return place
    raise BadInput(
        f"There is no folder of recorded answers beside {str(data)!r}; "
        "name it with --recordings FOLDER."
    )


def recorded_tasks(recordings: Path) -> list[str]:
    """Names of the tasks that any method was recorded on, sorted."""
    found = (path for method in METHODS for path in (recordings / method).glob("*.jsonl"))
    return sorted({path.stem for path in found})


def read_task_texts(path: Path, *, labels: Collection[str]) -> list[TaskText]:
    """Texts of a task's file, in file order.

    Raises:
        BadInput, BadRows: the file or some of its rows cannot be read.
    """
    agreement = _agreement(path)
    good, bad = [], []
    for row in read_examples(path, labels=labels, label_needed=True):
        if isinstance(row, BadRow):
            bad.append(row)
        else:
            assert row.label is not None, "label_needed"
            good.append(
                TaskText(id=row.id, text=row.text, label=row.label, agreement=agreement.get(row.id))
            )
    if bad:
        raise BadRows(source=str(path), rows=bad)
    return good


def read_recording(
    recordings: Path, method: str, task: str, *, labels: Collection[str]
) -> Recording:
    """What a language model answered to `method` on `task`.

    Raises:
        BadInput, BadRows: the file is missing, or some of its rows cannot be read.
    """
    name = f"{method}/{task}.jsonl"
    path = recordings / name
    if not path.is_file():
        raise BadInput(f"There is no recording {str(path)!r} of {method} answers on {task}.")
    good: list[RecordedText] = []
    bad: list[BadRow] = []
    for line, row in json_rows(path, needed=("label", "turn", "position", "text")):
        read = row if isinstance(row, BadRow) else _recorded(line, row, labels)
        (bad if isinstance(read, BadRow) else good).append(read)  # type: ignore[arg-type]
    if bad:
        raise BadRows(source=str(path), rows=bad)
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    return Recording(name=name, task=task, method=method, sha256=digest, texts=good)


def _recorded(line: int, row: dict[str, Any], labels: Collection[str]) -> RecordedText | BadRow:
    kinds = {"label": str, "turn": int, "position": int, "text": str}
    wrong = [name for name, kind in kinds.items() if not isinstance(row[name], kind)]
    if wrong:
        return BadRow(line=line, reason="bad_type", detail=f"its {wrong[0]} is of the wrong type")
    if row["label"] not in labels:
        detail = f"label {row['label']!r} is not one of {', '.join(labels)}"
        return BadRow(line=line, reason="unknown_label", detail=detail)
    if not row["text"].strip() or not is_storable(row["text"]):
        return BadRow(line=line, reason="bad_text", detail="its text is empty or cannot be stored")
    return RecordedText(**{name: row[name] for name in kinds})


def _agreement(path: Path) -> dict[str, float]:
    """Id → share of annotators behind the label, for the rows that tell it."""
    shares: dict[str, float] = {}
    for line, row in json_rows(path, needed=("id",)):
        meta = None if isinstance(row, BadRow) else row.get("meta")
        said = meta.get("agreement") if isinstance(meta, dict) else None
        if said is None:
            continue
        if said not in BANDS:
            raise BadInput(
                f"{str(path)!r}, line {line}: agreement {said!r} is not one of {_list([*BANDS])}."
            )
        assert isinstance(row, dict)
        shares[str(row["id"])] = BANDS[said]
    return shares


def _list(names: Sequence[str]) -> str:
    return f"{', '.join(names[:-1])} and {names[-1]}"
