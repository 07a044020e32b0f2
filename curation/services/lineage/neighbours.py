"""Texts like a text, by vectors that were made before; nothing is encoded for it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from django.conf import settings

from curation.models import Example, Project
from curation.services.examples_table import ExampleRow, rows_of

MOST = 20_000  # texts of a project that are compared while somebody waits
LARGEST = 200_000_000  # bytes of kept vectors that are read for it
LIMIT = 8


@dataclass(frozen=True, kw_only=True)
class Neighbour:
    row: ExampleRow
    cosine: float  # in [-1, 1]; 1 for the same text


def neighbours(project: Project, example: Example, *, limit: int = LIMIT) -> list[Neighbour]:
    """The texts of the project that are most like this one, the most alike first.

    Returns:
        None of them where the text has no vector, or too many would have to be compared.
    """
    from curation.embeddings import DIMENSIONS, MODEL, VectorStore
    from curation.embeddings.store import content_key

    path = Path(settings.CONCORD_HOME) / "embeddings" / "minilm"
    if not path.exists() or path.stat().st_size > LARGEST:
        return []
    texts = dict(project.examples.order_by("pk").values_list("pk", "text")[: MOST + 1])
    if len(texts) > MOST or example.pk not in texts:
        return []
    contents = {key: content_key(text, model=MODEL) for key, text in texts.items()}
    vectors = dict(VectorStore(path, dimensions=DIMENSIONS).find(contents.values()))
    mine = vectors.get(contents.pop(example.pk))
    known = [key for key, content in contents.items() if content in vectors]
    if mine is None or not known:
        return []
    cosines = np.stack([vectors[contents[key]] for key in known]) @ mine
    nearest = np.argsort(-cosines, kind="stable")[:limit].tolist()
    rows = {row.pk: row for row in rows_of(project, [known[place] for place in nearest])}
    return [Neighbour(row=rows[known[place]], cosine=float(cosines[place])) for place in nearest]
