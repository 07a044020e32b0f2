"""Texts like a text, by kept vectors."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from curation.embeddings import DIMENSIONS, MODEL, VectorStore
from curation.embeddings.store import content_key
from curation.services.lineage import neighbours
from tests.factories import make_example, make_project

pytestmark = pytest.mark.django_db


def test_the_most_alike_come_first(concord_home: Path) -> None:
    project = make_project()
    here = make_example(project, "a dog")
    turned = {"a puppy": 0.1, "a stone": 1.5, "no vector": None, "a cat": 0.5}
    vectors = {content_key("a dog", model=MODEL): _turned(0)}
    for text, angle in turned.items():
        make_example(project, text)
        if angle is not None:
            vectors[content_key(text, model=MODEL)] = _turned(angle)
    VectorStore(concord_home / "embeddings" / "minilm", dimensions=DIMENSIONS).add(vectors)

    near = neighbours(project, here, limit=2)

    assert [one.row.text for one in near] == ["a puppy", "a cat"]
    assert near[0].cosine == pytest.approx(np.cos(0.1), abs=1e-6)


def test_without_vectors_there_is_nothing_to_compare() -> None:
    project = make_project()

    assert neighbours(project, make_example(project)) == []


def _turned(angle: float) -> np.ndarray[tuple[int], np.dtype[np.float32]]:
    vector = np.zeros(DIMENSIONS, dtype=np.float32)
    vector[:2] = np.cos(angle), np.sin(angle)
    return vector
