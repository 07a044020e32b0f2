"""Small data folders and recordings, made for tests."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

LABELS = ("joke", "news")
WORDS = {"joke": "chicken laugh pun duck banana", "news": "parliament budget vote bank minister"}


def write_lines(path: Path, rows: Iterable[Mapping[str, Any]]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(f"{json.dumps(row)}\n" for row in rows), encoding="utf-8")
    return path


def texts(name: str, each: int) -> list[dict[str, Any]]:
    """`each` texts of every label, none like another."""
    return [
        {
            "id": f"{name}-{label}-{number}",
            "text": f"{WORDS[label].split()[number % 5]} {name} {number}",
            "label": label,
        }
        for label in LABELS
        for number in range(each)
    ]


def write_task(data: Path, name: str, *, train: int = 8, test: int = 3, **more: Any) -> Path:
    """A task's folder with `train` and `test` texts of each label."""
    folder = data / name
    write_lines(folder / "train.jsonl", texts(f"{name} train", train))
    write_lines(folder / "test.jsonl", texts(f"{name} test", test))
    question = {"title": name, "description": "Joke or news?", "labels": list(LABELS), **more}
    (folder / "task.json").write_text(json.dumps(question))
    return folder


def write_recordings(folder: Path, name: str, *, each: int = 4) -> None:
    """Zero-shot and few-shot answers, `each` of every label, two a turn."""
    for method in ("zero_shot", "few_shot"):
        write_lines(
            folder / method / f"{name}.jsonl",
            (
                {
                    "label": label,
                    "turn": number // 2,
                    "position": number % 2 + 1,
                    "text": f"{WORDS[label].split()[number % 5]} {method} {number}",
                }
                for label in LABELS
                for number in range(each)
            ),
        )


def write_crowd(
    data: Path, name: str, votes: Mapping[str, list[str]], *, labels: Iterable[str]
) -> Path:
    """A crowd set's folder: the text of each id, and the labels that annotators gave it."""
    folder = data / name
    ids = ({"id": key, "text": f"the words of {key}", "gold": None} for key in votes)
    write_lines(folder / "texts.jsonl", ids)
    (folder / "source.json").write_text(
        json.dumps({"title": name, "question": "Which?", "labels": list(labels)})
    )
    rows = [f"{key},w{n},{label}" for key, given in votes.items() for n, label in enumerate(given)]
    (folder / "annotations.csv").write_text("\n".join(["task,worker,label", *rows]) + "\n")
    return folder
