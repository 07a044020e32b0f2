"""Answers recorded earlier, replayed offline through the same parser and screening."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

from curation.errors import BadInput
from generation.errors import NoMoreAnswers
from generation.providers.base import Completion, CompletionRequest, ProviderSettings

Turns = dict[str, dict[int, list[str]]]  # label → number of the call → its texts in order


class Recorded:
    """Replays a file of JSON lines `{"label", "turn", "position", "text"}`.

    `settings.recordings` is the file itself, or a folder that holds `<method>.jsonl` or one file
    in `<method>/`. A call's number is looked up as the turn.
    """

    base_url = ""
    replays = True
    resumes = False

    def __init__(self, settings: ProviderSettings) -> None:
        path = recording_path(settings.recordings, method=settings.method)
        content = _read(path)
        self._turns = read_turns(content, name=path.name)
        self._name = path.name
        self.model = settings.model or f"recorded {path.stem}"
        self.identity = hashlib.sha256(content.encode()).hexdigest()[:16]
        if missing := [label for label in settings.labels if label not in self._turns]:
            raise BadInput(
                f"The recording {path.name} has nothing for label {missing[0]!r}; its labels are "
                f"{', '.join(self._turns) or 'none'}. Name a recording of this project's labels."
            )

    async def complete(self, request: CompletionRequest) -> Completion:
        """The recorded texts as the JSON a model would give."""
        turns = self._turns[request.label]
        if request.number not in turns:
            raise NoMoreAnswers(
                f"The recording {self._name} has {len(turns)} turns for label {request.label!r} "
                "and all are used; ask for fewer examples or record more."
            )
        text = json.dumps({"examples": turns[request.number]}, ensure_ascii=False)
        return Completion(text=text, model=self.model, finish_reason="stop")

    async def close(self) -> None:
        """There is nothing to let go of."""


def recording_path(recordings: Path | None, *, method: str) -> Path:
    """The one file that holds the recorded answers to `method`, or `BadInput`."""
    if recordings is None:
        raise BadInput("Say where the recorded answers are: --recordings FILE or FOLDER.")
    if not recordings.exists():
        raise BadInput(f"There are no recordings at {recordings}.")
    if recordings.is_file():
        return recordings
    alone = recordings / f"{method}.jsonl"
    found = [alone] if alone.is_file() else sorted((recordings / method).glob("*.jsonl"))
    if not found:
        raise BadInput(
            f"The folder {recordings} has neither {method}.jsonl nor a file in {method}/."
        )
    if len(found) > 1:
        raise BadInput(
            f"The folder {recordings / method} has {len(found)} recordings; name one of them: "
            f"--recordings {found[0]}"
        )
    return found[0]


def read_turns(content: str, *, name: str) -> Turns:
    """Recorded texts by label and turn, each turn in the order of its positions.

    >>> line = '{"label": "joke", "turn": 0, "position": 1, "text": "A horse walks into a bar."}'
    >>> read_turns(line, name="jokes.jsonl")
    {'joke': {0: ['A horse walks into a bar.']}}
    """
    rows: list[dict[str, Any]] = []
    for number, line in enumerate(content.split("\n"), start=1):
        if line.strip():
            rows.append(_row(line, where=f"{name}, line {number}"))
    turns: Turns = {}
    for row in sorted(rows, key=lambda row: row["position"]):
        turns.setdefault(row["label"], {}).setdefault(row["turn"], []).append(row["text"])
    return turns


def _row(line: str, *, where: str) -> dict[str, Any]:
    try:
        row = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise BadInput(f"{where}: this is not JSON.") from error
    kinds = {"label": str, "turn": int, "position": int, "text": str}
    if not isinstance(row, dict) or any(
        not isinstance(row.get(key), kind) for key, kind in kinds.items()
    ):
        raise BadInput(
            f"{where}: a recorded text is one object with label and text (words), "
            "turn and position (whole numbers)."
        )
    return row


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise BadInput(f"{path} is not UTF-8 text; save it as UTF-8.") from error
