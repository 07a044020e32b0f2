"""Topics of judged texts, from vectors that were made before; nothing is encoded for them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from django.conf import settings

from curation.models import Example, Project

MOST = 200_000  # texts; more take too long and too much memory
ENOUGH = 0.9  # share of the texts that must have a vector


@dataclass(frozen=True, kw_only=True)
class Topics:
    topic: npt.NDArray[np.int64]  # (N,) in [0, C), -1 where the text has no vector
    words: tuple[str, ...]  # C


def topics_of(project: Project, keys: npt.NDArray[np.int64]) -> Topics | None:
    """Topics of the texts with these keys; None where too few of them have a vector."""
    from curation.embeddings.encoder import DIMENSIONS, MODEL  # heavy: a job's process only
    from curation.embeddings.store import VectorStore, content_key
    from curation.explorer.evidence_topics import clusters, topic_words

    path = Path(settings.CONCORD_HOME) / "embeddings" / "minilm"
    if not 0 < len(keys) <= MOST or not path.exists():
        return None
    pool = project.examples.filter(split=Example.Split.POOL)
    by_key = dict(pool.values_list("pk", "text").iterator(chunk_size=5_000))
    texts = [by_key[key] for key in keys.tolist()]
    contents = [content_key(text, model=MODEL) for text in texts]
    vectors = dict(VectorStore(path, dimensions=DIMENSIONS).find(contents))
    known = np.array([content in vectors for content in contents])
    if known.mean() < ENOUGH:
        return None
    found = clusters(np.stack([vectors[content] for content in contents if content in vectors]))
    topic = np.full(len(keys), -1, dtype=np.int64)
    topic[known] = found.topic
    return Topics(topic=topic, words=tuple(topic_words(texts, topic, found.n_topics)))
