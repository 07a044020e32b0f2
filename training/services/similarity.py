"""Similarity of test texts to real training text, from cached vectors or, if allowed, new ones."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
from django.conf import settings

from curation.embeddings import DIMENSIONS, MODEL, VectorStore, embed
from curation.embeddings.store import content_key
from curation.models import Example, Project
from training.evaluation.nearness import nearness

Vectors = npt.NDArray[np.float32]


def similarity_to_real(
    project: Project, texts: Mapping[str, str], *, embed_texts: bool = False
) -> dict[str, float]:
    """Id → mean cosine with the five closest real training texts, in [-1, 1].

    Empty where the project has no real training texts, or where vectors are missing from the
    cache and may not be made.

    Args:
        texts: id → text of the test rows.
        embed_texts: True: missing vectors are made and cached, some 300 texts a second.
    """
    trained = Example.objects.filter(project=project).gold(Example.Split.TRAIN)
    real = sorted(trained.values_list("text", flat=True))
    if not texts or not real:
        return {}
    vectors = _vectors([*texts.values(), *real], embed_texts=embed_texts)
    if vectors is None:
        return {}
    found = nearness(vectors[: len(texts)], vectors[len(texts) :])
    return dict(zip(texts, found.tolist(), strict=True))


def _vectors(texts: Sequence[str], *, embed_texts: bool) -> Vectors | None:
    cache = Path(settings.CONCORD_HOME) / "embeddings" / "minilm"
    if embed_texts:
        return embed(texts, cache=cache)
    if not cache.exists():
        return None
    keys = [content_key(text, model=MODEL) for text in texts]
    known = dict(VectorStore(cache, dimensions=DIMENSIONS).find(set(keys)))
    return np.stack([known[key] for key in keys]) if len(known) == len(set(keys)) else None
