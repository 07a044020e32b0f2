"""The full set of measures of one set of texts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from curation.errors import BadInput
from generation.diversity.chamfer import chamfer_distance
from generation.diversity.compression import compression_ratio
from generation.diversity.distinct import distinct_n
from generation.diversity.realism import UNDEFINED, realism_auc
from generation.diversity.remote_clique import remote_clique
from generation.diversity.repetition import self_repetition
from generation.diversity.similarity import similarity_histogram, top_similarity
from generation.diversity.tokens import read_words
from generation.diversity.vectors import Numbers, Vectors


@dataclass(frozen=True, kw_only=True)
class Column:
    """How a measure is called and read."""

    title: str
    reading: str
    digits: int = 3


# keys are fields of Measures; to add one, write its file and name it here and there
MEASURES: dict[str, Column] = {
    "words": Column(
        title="words", reading="mean words of a text; most measures move with it", digits=1
    ),
    "remote_clique": Column(
        title="Remote Clique", reading="mean distance to the other texts; higher is more diverse"
    ),
    "chamfer": Column(
        title="Chamfer", reading="mean distance to the nearest other text; higher is more diverse"
    ),
    "similarity": Column(
        title="top-5 similarity",
        reading="of real texts to their five closest here; higher is closer to real",
    ),
    "distinct_1": Column(
        title="distinct-1", reading="share of words that are different; higher is more diverse"
    ),
    "distinct_2": Column(
        title="distinct-2", reading="share of word pairs that are different; higher is more diverse"
    ),
    "distinct_3": Column(
        title="distinct-3", reading="the same of three words in a row; higher is more diverse"
    ),
    "compression": Column(
        title="compression", reading="bytes before over after packing; higher is more repetitive"
    ),
    "repeating": Column(
        title="self-repetition",
        reading="share of texts with four words in a row that another has; higher is worse",
    ),
    "repetition": Column(
        title="repetition score", reading="mean ln(1 + uses of a text's 4-grams by other texts)"
    ),
    "auc": Column(
        title="AUC", reading="of telling these from real texts; 0.5 is ideal, 1 is told every time"
    ),
}


@dataclass(frozen=True, kw_only=True)
class Measures:
    """Measures of N texts; NaN where one is not defined, or no real texts were given."""

    n: int
    words: float  # mean of a text
    remote_clique: float  # cosine distance
    chamfer: float  # cosine distance
    similarity: float  # of real texts to these, top 5, mean
    distinct_1: float
    distinct_2: float
    distinct_3: float
    compression: float  # bytes before / after
    repeating: float  # share of texts
    repetition: float  # score
    auc: float
    auc_low: float
    auc_high: float
    histogram: tuple[int, ...]  # real texts by similarity; edges as similarity_histogram has them


def measure(
    texts: Sequence[str],
    vectors: Vectors,
    *,
    real_texts: Sequence[str] | None = None,
    real_vectors: Vectors | None = None,
    seed: int = 0,
) -> Measures:
    """Every measure of one set of texts.

    Args:
        texts: N texts.
        vectors: (N, D) float, their vectors, rows of length 1.
        real_texts: R real texts that are not among `texts`; only their number is looked at here.
        real_vectors: (R, D) float; without them similarity and AUC are NaN.
        seed: of the AUC's folds.

    Raises:
        BadInput: not one vector for each text.
    """
    _check_sizes(texts, vectors)
    if real_vectors is not None and real_texts is not None:
        _check_sizes(real_texts, real_vectors)
    words = read_words(texts)
    repeated = self_repetition(words)
    has_real = real_vectors is not None and len(real_vectors) > 0
    close: Numbers = np.empty(0)
    told = UNDEFINED
    if real_vectors is not None and has_real:
        close = top_similarity(real_vectors, vectors)
        told = realism_auc(vectors, real_vectors, seed=seed)
    return Measures(
        n=len(texts),
        words=len(words.code) / len(texts) if texts else float("nan"),
        remote_clique=remote_clique(vectors),
        chamfer=chamfer_distance(vectors),
        similarity=float(close.mean()) if len(close) else float("nan"),
        distinct_1=distinct_n(words, n=1),
        distinct_2=distinct_n(words, n=2),
        distinct_3=distinct_n(words, n=3),
        compression=compression_ratio(texts),
        repeating=repeated.share,
        repetition=repeated.score,
        auc=told.auc,
        auc_low=told.low,
        auc_high=told.high,
        histogram=similarity_histogram(close).counts,
    )


def _check_sizes(texts: Sequence[str], vectors: Vectors) -> None:
    if len(texts) != len(vectors):
        raise BadInput(f"There are {len(texts)} texts but {len(vectors)} vectors.")
