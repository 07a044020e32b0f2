"""Texts → vectors, each distinct text encoded once and then never again."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Protocol

import numpy as np
import numpy.typing as npt

from curation.embeddings.encoder import DIMENSIONS, FAST_MODEL, MODEL, Encoder, has_bf16
from curation.embeddings.store import VectorStore, content_key
from curation.progress import Progress, silent

Vectors = npt.NDArray[np.float32]

KEPT_TOGETHER = 1_000  # texts, about: what a kill can cost


class TextEncoder(Protocol):
    """What `embed` needs of an encoder; see `Encoder`."""

    def encode(self, texts: Sequence[str]) -> Iterable[tuple[npt.NDArray[np.int64], Vectors]]: ...


def embed(
    texts: Sequence[str],
    *,
    cache: Path | None = None,
    progress: Progress | None = None,
    fast: bool = False,
    encoder: TextEncoder | None = None,
) -> Vectors:
    """One unit vector per text, in the order of the texts.

    The cosine of two texts is the dot product of their rows. A text is cut after 256 tokens.

    Args:
        texts: N ≥ 0 texts; equal ones are encoded once.
        cache: a file that keeps vectors from call to call; several processes may share it, and
            what was encoded before a kill is in it.
        progress: told distinct texts done of those to encode; may raise to stop.
        fast: in bf16 where the processor has it; such vectors are cached apart.
        encoder: instead of `Encoder()`; must give what `MODEL` names, since the cache is shared.

    Returns:
        (N, 384) float32, rows of length 1.
    """
    half = fast and has_bf16()
    keys = [content_key(text, model=FAST_MODEL if half else MODEL) for text in texts]
    place: dict[bytes, int] = {}
    for key in keys:
        place.setdefault(key, len(place))
    distinct = np.empty((len(place), DIMENSIONS), dtype=np.float32)
    store = VectorStore(cache, dimensions=DIMENSIONS) if cache else None
    missing = dict(zip(keys, texts, strict=True))
    for key, vector in store.find(place) if store else ():
        distinct[place[key]] = vector
        del missing[key]
    for fresh in _encoded(missing, encoder, progress or silent, half=half):
        for key, vector in fresh.items():
            distinct[place[key]] = vector
        if store:
            store.add(fresh)
    if len(place) == len(keys):
        return distinct
    return distinct[[place[key] for key in keys]]


def _encoded(
    missing: dict[bytes, str], encoder: TextEncoder | None, progress: Progress, *, half: bool
) -> Iterator[dict[bytes, Vectors]]:
    """Vectors by key, in portions; each is the caller's before progress is told."""
    if not missing:
        return
    encoder = encoder or Encoder(half=half)
    keys, done = list(missing), 0
    portion: dict[bytes, Vectors] = {}
    progress(0, len(keys))
    for places, vectors in encoder.encode(list(missing.values())):
        portion |= {keys[place]: vector for place, vector in zip(places, vectors, strict=True)}
        done += len(places)
        if len(portion) >= KEPT_TOGETHER or done == len(keys):
            yield portion
            portion = {}
            progress(done, len(keys))
