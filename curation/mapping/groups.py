"""Groups of a map: points that lie together, each group named by the words that set it apart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from curation.explorer.evidence_topics import topic_words
from curation.mapping.layout import THREADS, Coordinates

MOST_GROUPS = 12
TEXTS_PER_GROUP = 20  # fewer texts, fewer groups
STARTS = 4  # of which the one that fits best is taken
FITTED = 2_000  # points from which groups are learned
READ = 20_000  # texts whose words are looked at, evenly spaced


@dataclass(frozen=True, kw_only=True)
class Groups:
    """N points in G ≥ 1 groups, the largest first."""

    group: npt.NDArray[np.uint8]  # (N,) in [0, G)
    words: tuple[str, ...]  # G
    sizes: tuple[int, ...]  # G
    typical: tuple[int, ...]  # G: the point in the middle of each


def groups_of(places: Coordinates, texts: Sequence[str], *, seed: int = 0) -> Groups:
    """Groups by k-means on the map itself, so that what is one group also looks like one.

    Args:
        places: (N, 2), N ≥ 1.
        texts: N.
    """
    group, centres = _means(places, seed)
    sizes = np.bincount(group, minlength=len(centres))
    order = np.argsort(-sizes, kind="stable")
    order = order[sizes[order] > 0]
    rank = np.zeros(len(centres), dtype=np.uint8)
    rank[order] = np.arange(len(order))
    ranked = rank[group]
    far = ((places - centres[group]) ** 2).sum(axis=1)
    typical = [int(np.where(ranked == one, far, np.inf).argmin()) for one in range(len(order))]
    some = np.arange(0, len(texts), max(1, -(-len(texts) // READ)))
    words = topic_words(
        [texts[place] for place in some.tolist()], ranked[some].astype(np.int64), len(order)
    )
    return Groups(
        group=ranked,
        words=tuple(words),
        sizes=tuple(sizes[order].tolist()),
        typical=tuple(typical),
    )


def _means(places: Coordinates, seed: int) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.float32]]:
    """(N,) groups and their (G, 2) centres, in the number that sets groups apart best."""
    from sklearn.cluster import KMeans
    from threadpoolctl import threadpool_limits

    dice = np.random.default_rng(seed)
    some = places if len(places) <= FITTED else places[dice.choice(len(places), FITTED, False)]
    distinct = len(np.unique(some, axis=0))
    most = min(len(places) // TEXTS_PER_GROUP, distinct - 1, MOST_GROUPS)
    if most < 2:
        return np.zeros(len(places), dtype=np.int64), places.mean(axis=0, keepdims=True)
    with threadpool_limits(THREADS):
        tried = [
            KMeans(n_clusters=n, n_init=STARTS, random_state=seed).fit(some)
            for n in range(2, most + 1)
        ]
        best = max(tried, key=lambda one: _apart(some, one.labels_))
        return best.predict(places).astype(np.int64), best.cluster_centers_.astype(np.float32)


def _apart(places: Coordinates, group: npt.NDArray[np.int64]) -> float:
    """Mean silhouette in [-1, 1]: how much nearer points are to their own group than to another."""
    from sklearn.metrics import silhouette_score

    return float(silhouette_score(places, group))
