"""Topics of judged texts, from vectors that were made before; nothing is encoded for them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from django.conf import settings

from curation.bulk import chunked
from curation.models import Example, Project

ENOUGH = 0.9  # share of the texts that must have a vector,
MANY = 1_000  # or so many of them: the rest is then told by these, which chance chose
READ = 500  # texts at once


@dataclass(frozen=True, kw_only=True)
class Topics:
    topic: npt.NDArray[np.int64]  # (N,) in [0, C), -1 where the text has no vector
    words: tuple[str, ...]  # C


def topics_of(project: Project, keys: npt.NDArray[np.int64]) -> Topics | None:
    """Topics of the texts with these keys; None where too few of them have a vector."""
    from curation.embeddings import DIMENSIONS, MODEL, VectorStore  # heavy: a job's process only
    from curation.embeddings.store import content_key
    from curation.explorer.evidence_topics import clusters, topic_words

    path = Path(settings.CONCORD_HOME) / "embeddings" / "minilm"
    if not len(keys) or not path.exists():
        return None
    pool = project.examples.filter(split=Example.Split.POOL)
    rows = pool.values_list("pk", "text").iterator(chunk_size=5_000)
    by_key = {key: content_key(text, model=MODEL) for key, text in rows}
    contents = [by_key[key] for key in keys.tolist()]
    vectors = dict(VectorStore(path, dimensions=DIMENSIONS).find(contents))
    known = np.array([content in vectors for content in contents])
    if known.sum() < min(MANY, ENOUGH * len(keys)):
        return None
    found = clusters(np.stack([vectors[content] for content in contents if content in vectors]))
    topic = np.full(len(keys), -1, dtype=np.int64)
    topic[known] = found.topic
    words = topic_words(_texts(project, keys[known]), found.topic, found.n_topics)
    return Topics(topic=topic, words=tuple(words))


def _texts(project: Project, keys: npt.NDArray[np.int64]) -> list[str]:
    """Texts in the order of their keys."""
    texts: list[str] = []
    for some in chunked(keys.tolist(), READ):
        by_key = dict(project.examples.filter(pk__in=some).values_list("pk", "text"))
        texts += [by_key[key] for key in some]
    return texts
