"""Vectors → places on a map: principal components, then t-SNE of what it can take.

t-SNE keeps neighbours together and nothing else: how far two groups lie apart, and how wide they
are, means little.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from curation.progress import Progress, silent

Vectors = npt.NDArray[np.float32]
Coordinates = npt.NDArray[np.float32]  # (N, 2)

COMPONENTS = 50  # principal components that t-SNE starts from
TSNE = 4_000  # texts that t-SNE places itself; its time grows faster than their number
PERPLEXITY = 30.0  # neighbours, about, that a text is kept close to
STEPS = 500
FEWEST = 12  # texts; fewer are placed by their first two principal components
NEAREST = 5  # neighbours in whose middle every further text is put
AT_ONCE = 4_096  # texts whose neighbours are looked for together
THREADS = 1  # sums over threads come in any order, and t-SNE makes much of small differences


@dataclass(frozen=True, kw_only=True)
class Layout:
    """Where N texts lie."""

    places: Coordinates  # (N, 2) in [0, 1]; the longer side of the map is full
    placed: int  # texts that t-SNE placed itself; 0: principal components alone


def lay_out(vectors: Vectors, *, seed: int = 0, progress: Progress = silent) -> Layout:
    """Places of texts; the same for the same vectors, order and seed on one machine.

    Args:
        vectors: (N, D) float32, rows of length 1; N ≥ 1.
        seed: of the texts that t-SNE places itself, where there are more than `TSNE`.
        progress: told before each step; may raise to stop.
    """
    from threadpoolctl import threadpool_limits

    with threadpool_limits(THREADS):
        progress(0, 3, "principal components")
        components = principal_components(vectors)
        if len(vectors) < FEWEST or not components.any():
            return Layout(places=fitted(components[:, :2]), placed=0)
        chosen = _chosen(len(vectors), seed)
        progress(1, 3, f"neighbours of {len(chosen):,} texts, by t-SNE; a minute or so")
        places = np.empty((len(vectors), 2), dtype=np.float32)
        places[chosen] = _neighbours_kept(components[chosen], seed)
        progress(2, 3, "places of the other texts")
        rest = np.setdiff1d(np.arange(len(vectors)), chosen)
        places[rest] = _among(components[rest], components[chosen], places[chosen])
    return Layout(places=fitted(places), placed=len(chosen))


def principal_components(vectors: Vectors) -> Vectors:
    """(N, C) float32, C = 50 or as many as there are, at least 2; all 0 where vectors are equal."""
    from sklearn.decomposition import PCA

    n = min(COMPONENTS, *vectors.shape)
    if n < 2 or np.ptp(vectors, axis=0).max() < 1e-6:
        return np.zeros((len(vectors), 2), dtype=np.float32)
    found = PCA(n_components=n, svd_solver="covariance_eigh").fit_transform(vectors)
    return np.asarray(found, dtype=np.float32)


def fitted(places: Coordinates) -> Coordinates:
    """Moved and scaled alike on both axes until the longer side is [0, 1] and the other centred.

    >>> fitted(np.array([[0, 0], [4, 2]], dtype=np.float32)).tolist()
    [[0.0, 0.25], [1.0, 0.75]]
    """
    low, high = places.min(axis=0), places.max(axis=0)
    side = float((high - low).max())
    if side <= 0:
        return np.full(places.shape, 0.5, dtype=np.float32)
    middle = (low + high) / 2
    return np.clip((places - middle) / side + 0.5, 0, 1).astype(np.float32)


def _chosen(n: int, seed: int) -> npt.NDArray[np.int64]:
    if n <= TSNE:
        return np.arange(n)
    return np.sort(np.random.default_rng(seed).choice(n, TSNE, replace=False))


def _neighbours_kept(components: Vectors, seed: int) -> Coordinates:
    from sklearn.manifold import TSNE as Embedding

    start = components[:, :2].astype(np.float32)
    start = start / max(float(start[:, 0].std()), 1e-12) * 1e-4
    found = Embedding(
        perplexity=min(PERPLEXITY, (len(components) - 1) / 3),
        init=start,
        max_iter=STEPS,
        random_state=seed,
    ).fit_transform(components)
    return np.asarray(found, dtype=np.float32)


def _among(texts: Vectors, placed: Vectors, places: Coordinates) -> Coordinates:
    """The middle of each text's nearest neighbours among those that have a place."""
    found = np.empty((len(texts), 2), dtype=np.float32)
    half = (placed * placed).sum(axis=1) / 2
    for start in range(0, len(texts), AT_ONCE):
        near = texts[start : start + AT_ONCE] @ placed.T - half  # largest where it is nearest
        nearest = np.argpartition(-near, NEAREST - 1, axis=1)[:, :NEAREST]
        found[start : start + AT_ONCE] = places[nearest].mean(axis=1)
    return found
