"""Which of many texts belong together because they are equal or almost equal.

Two texts are compared when a whole band of minhashes is the same in both: `BANDS` bands of `ROWS`
hashes find a pair at 0.8 in 998 of 1,000 cases, and a closer one nearly always. Texts that are
linked by a chain of close pairs are one cluster. Nothing depends on the order of the texts.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from curation.duplicates.alike import jaccard, jaccard_pairs
from curation.duplicates.normal import normalised
from curation.duplicates.signatures import levels_of, sign

ROWS, BANDS = 4, 12
FEWEST_SHINGLES = 4  # a shorter text is only ever equal to another, never near it
MOST_COMPARED = 1_000  # more texts than this in one band are one cluster without being compared
BLOCK = 256  # texts signed at once

Ints = NDArray[np.int64]


@dataclass(frozen=True)
class _Signed:
    """M different normalised texts, as far as comparing them goes."""

    texts: Sequence[str]
    bands: NDArray[np.uint32]  # (M, BANDS)
    sketches: NDArray[np.uint64]
    sizes: NDArray[np.uint16]  # (M,)


def near_clusters(texts: Sequence[str], *, near: float) -> Ints:
    """(N,) the number of each text's cluster, in [0, number of clusters).

    Args:
        texts: N texts as people wrote them.
        near: texts at least so alike are linked; see `curation.duplicates.alike`.

    >>> near_clusters(
    ...     ["The bus was late again this morning!", "it rained", "the bus was late again this"
    ...      " morning ok"], near=0.8,
    ... ).tolist()
    [0, 1, 0]
    """
    normal = [normalised(text) for text in texts]
    codes = {text: code for code, text in enumerate(dict.fromkeys(normal))}
    own = np.array([codes[text] for text in normal], dtype=np.int64)
    if len(codes) < 2:
        return own
    components = _components(_edges(_signed(list(codes)), near), len(codes))
    return components[own]


def _signed(texts: list[str]) -> _Signed:
    bands, sketches, sizes = [], [], []
    for start in range(0, len(texts), BLOCK):
        block = sign(texts[start : start + BLOCK])
        bands.append(block.bands(rows=ROWS, bands=BANDS).astype(np.uint32))
        sketches.append(block.sketches)
        sizes.append(block.sizes)
    return _Signed(texts, np.concatenate(bands), np.concatenate(sketches), np.concatenate(sizes))


def _edges(signed: _Signed, near: float) -> Ints:
    """(E, 2) pairs of texts that belong together; some may come more than once."""
    long_enough = np.flatnonzero(signed.sizes >= FEWEST_SHINGLES)
    found: list[Ints] = [np.zeros((0, 2), dtype=np.int64)]
    for band in range(BANDS):
        column = signed.bands[long_enough, band]
        order = np.argsort(column, kind="stable")
        found.extend(_of_band(signed, long_enough[order], column[order], near))
    return np.concatenate(found)


def _of_band(
    signed: _Signed, members: Ints, hashes: NDArray[np.uint32], near: float
) -> Iterator[Ints]:
    """Edges among texts with equal hashes, which stand side by side."""
    starts = np.flatnonzero(np.diff(hashes, prepend=hashes[:1] + np.uint32(1)))
    lengths = np.diff(starts, append=len(hashes))
    crowded = np.repeat(lengths > MOST_COMPARED, lengths)
    last = np.repeat(starts + lengths, lengths)
    beside = np.flatnonzero(np.arange(len(hashes)) + 1 < last)
    yield np.stack([members[beside], members[beside + 1]], axis=1)[crowded[beside]]
    here, apart = beside[~crowded[beside]], 1
    while here.size:
        pairs = np.stack([members[here], members[here + apart]], axis=1)
        yield pairs[_alike(signed, pairs) >= near]
        apart += 1
        here = here[here + apart < last[here]]


def _alike(signed: _Signed, pairs: Ints) -> NDArray[np.float64]:
    """(P,) how alike the two texts of each pair are."""
    first, second = pairs.T
    level = levels_of(signed.sizes[first])
    apart = level - levels_of(signed.sizes[second])
    result = np.zeros(len(pairs))
    same = apart == 0
    result[same] = jaccard_pairs(
        signed.sketches[first[same]],
        signed.sketches[second[same]],
        signed.sizes[first[same]].astype(np.float64) + signed.sizes[second[same]],
        level[same],
    )
    for row in np.flatnonzero(np.abs(apart) == 1).tolist():
        shorter, longer = pairs[row] if apart[row] < 0 else pairs[row][::-1]
        text = sign([signed.texts[shorter]])
        chosen = slice(longer, longer + 1)
        result[row] = jaccard(text, signed.sketches[chosen], signed.sizes[chosen])[0]
    return result


def _components(edges: Ints, n: int) -> Ints:
    """(n,) component of each node, numbered by first appearance."""
    from scipy.sparse import coo_matrix
    from scipy.sparse.csgraph import connected_components

    ones = np.ones(len(edges), dtype=np.int8)
    graph = coo_matrix((ones, (edges[:, 0], edges[:, 1])), shape=(n, n))
    _, component = connected_components(graph, directed=False)
    return np.asarray(component, dtype=np.int64)
