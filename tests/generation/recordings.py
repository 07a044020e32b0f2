"""Recordings made up for a test."""

from __future__ import annotations

import hashlib
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
    """Texts that are not even alike; see `text_at`."""
    return [[text_at(label, turn, place) for place in range(per_turn)] for turn in range(turns)]


def text_at(label: str, turn: int, place: int) -> str:
    """One of them: the label and six words that belong to its place alone."""
    digits = hashlib.sha256(f"{label}/{turn}/{place}".encode()).hexdigest()
    letters = digits.translate(str.maketrans("0123456789", "ghijklmnop"))
    return " ".join([label, *(letters[start : start + 6] for start in range(0, 36, 6))])
