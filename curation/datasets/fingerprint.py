"""A selection's name that changes when anything in it changes."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from itertools import chain
from typing import Any


def fingerprint(head: Mapping[str, Any], rows: Iterable[Mapping[str, Any]]) -> str:
    """SHA-256 over a head and rows, the rows in the order given.

    Floats are rounded to nine digits, so that the last bit of a sum does not make another
    dataset; sort the rows by id before.

    >>> one = fingerprint({"kind": "global"}, [{"id": "a", "share": 0.1 + 0.2}])
    >>> one == fingerprint({"kind": "global"}, [{"share": 0.3, "id": "a"}])
    True
    >>> one == fingerprint({"kind": "global"}, [{"share": 0.3, "id": "b"}])
    False
    """
    digest = hashlib.sha256()
    for part in chain([head], rows):
        line = json.dumps(_plain(part), sort_keys=True, ensure_ascii=False, separators=(",", ":"))
        digest.update(line.encode() + b"\n")
    return digest.hexdigest()


def _plain(value: Any) -> Any:
    if isinstance(value, float):
        return round(value, 9)
    if isinstance(value, Mapping):
        return {key: _plain(inner) for key, inner in value.items()}
    return value
