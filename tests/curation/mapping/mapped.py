"""Projects whose texts have made-up vectors, so that no test needs the encoder."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from curation.embeddings import DIMENSIONS, MODEL, VectorStore
from curation.embeddings.store import content_key
from curation.models import Project
from curation.services.corpus_map import CorpusMap, draw_map
from tests.factories import annotate, make_example


def give_vectors(home: Path, topics: dict[str, int]) -> None:
    """Keep a vector for each text, close to those of the same topic."""
    dice = np.random.default_rng(0)
    middles = dice.normal(size=(max(topics.values()) + 1, DIMENSIONS))
    vectors = {}
    for text, topic in topics.items():
        vector = middles[topic] + 0.4 * dice.normal(size=DIMENSIONS)
        unit = (vector / np.linalg.norm(vector)).astype(np.float32)
        vectors[content_key(text, model=MODEL)] = unit
    VectorStore(home / "embeddings" / "minilm", dimensions=DIMENSIONS).add(vectors)


def make_texts(project: Project, home: Path, *, each: int = 20) -> None:
    """Texts about dogs and about trains, `each` of both; every fourth one is judged."""
    topics = {}
    for topic, (animal, label) in enumerate([("dogs bark", "joke"), ("trains leave", "news")]):
        for number in range(each):
            text = f"Text {number}: {animal} at {number} o'clock, they say."
            topics[text] = topic
            example = make_example(project, text, name=f"{label}-{number}", intended=label)
            if number % 4 == 0:
                annotate(project, [label, label, "joke"], example=example)
    give_vectors(home, topics)


def make_map(project: Project, home: Path, *, each: int = 20) -> CorpusMap:
    make_texts(project, home, each=each)
    return draw_map(project)
