"""Recordings made up for a test."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path


def write_recording(path: Path, turns: Mapping[str, Sequence[Sequence[str]]]) -> Path:
    """A recording of `turns`: label → the texts of each turn."""
    rows = [
        {"label": label, "turn": turn, "position": position, "text": text}
        for label, calls in turns.items()
        for turn, texts in enumerate(calls)
        for position, text in enumerate(texts, start=1)
    ]
    path.write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")
    return path


def numbered_texts(label: str, *, turns: int, per_turn: int) -> list[list[str]]:
    """Texts that all differ: "joke text number 0 3 has just enough words"."""
    return [
        [f"{label} text number {turn} {place} has just enough words" for place in range(per_turn)]
        for turn in range(turns)
    ]
