"""A map in one file, whole or not at all: eight bytes of key, five of place and group a text."""

from __future__ import annotations

import json
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from curation.files import written_whole

FORMAT = 1  # one more makes maps of before unreadable, and they are drawn anew
SIDE = 65_535  # steps of a coordinate
ARRAYS = {"keys": np.int64, "x": np.uint16, "y": np.uint16, "group": np.uint8}


class NoMap(Exception):
    """There is no map, or its file is damaged or of another format: draw it anew."""


@dataclass(frozen=True, kw_only=True)
class StoredMap:
    """N texts as points."""

    keys: npt.NDArray[np.int64]  # (N,) ascending, of the examples
    x: npt.NDArray[np.uint16]  # (N,) steps of 1 / SIDE
    y: npt.NDArray[np.uint16]
    group: npt.NDArray[np.uint8]  # (N,)
    notes: dict[str, Any]  # what is told about the whole

    def shares(self) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
        """(N,) x and y in [0, 1]."""
        return self.x / SIDE, self.y / SIDE


def steps(share: npt.NDArray[np.float32]) -> npt.NDArray[np.uint16]:
    """Coordinates in [0, 1] as whole steps."""
    return np.asarray(np.rint(share * SIDE), dtype=np.uint16)


def write_map(path: Path, drawn: StoredMap) -> None:
    """Keep a map; the one that was there goes."""
    path.parent.mkdir(parents=True, exist_ok=True)
    notes = json.dumps({**drawn.notes, "format": FORMAT}, ensure_ascii=False)
    arrays = {name: getattr(drawn, name) for name in ARRAYS}
    with written_whole(path) as scratch, scratch.open("wb") as file:
        np.savez(file, notes=np.frombuffer(notes.encode(), dtype=np.uint8), **arrays)


def read_map(path: Path) -> StoredMap:
    """What `write_map` kept.

    Raises:
        NoMap: nothing usable is there.
    """
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as kept:
            notes = json.loads(kept["notes"].tobytes())
            arrays = {name: kept[name].astype(kind, copy=False) for name, kind in ARRAYS.items()}
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile) as error:
        raise NoMap(path) from error
    sizes = {len(array) for array in arrays.values()}
    if not isinstance(notes, dict) or notes.get("format") != FORMAT or len(sizes) != 1:
        raise NoMap(path)
    return StoredMap(notes=notes, **arrays)
