"""How alike two texts are: the share of their runs of four letters that they have in common.

That is the Jaccard index of their shingles: runs of `SHINGLE` characters of the normalised text, so
that it works in languages without spaces, too. Of each text 66 bytes are kept: the number of its
shingles and an *odd sketch* (Mitzenmacher, Pagh, Pham 2014), in which each shingle flips one of
`SKETCH_BITS` bits. The bits in which two sketches differ tell how many shingles the texts do not
share. Of a long text only each second, fourth or eighth shingle (by its hash, so the same ones in
every text) is sketched. The standard error of the estimate, measured between 0.7 and 0.9, is 0.01
to 0.02 up to 150 words and 0.02 to 0.025 beyond.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from curation.duplicates.signatures import SKETCH_BITS, Signatures, levels_of, sketch_at

# shingles of one text only, by the bits that differ; half of the bits = too many to tell
_bits = np.minimum(np.arange(SKETCH_BITS + 1), SKETCH_BITS // 2 - 1)
_UNSHARED = -SKETCH_BITS / 2 * np.log1p(-2 * _bits / SKETCH_BITS)


def jaccard(
    text: Signatures, sketches: NDArray[np.uint64], sizes: NDArray[np.uint16]
) -> NDArray[np.float64]:
    """Estimated shares of shingles that `text` has in common with each of the others.

    A text more than one level away is of another length altogether, and counts as unlike.
    """
    levels = levels_of(sizes)
    own = int(levels_of(text.sizes)[0])
    alike = np.zeros(len(sizes))
    for level in {own - 1, own, own + 1} & set(levels.tolist()):
        there = levels == level
        sketch = text.sketches[0] if level == own else sketch_at(level, text.hashes)
        total = sizes[there] + float(text.sizes[0])
        alike[there] = jaccard_pairs(sketches[there], sketch, total, np.array(level))
    return alike


def jaccard_pairs(
    one: NDArray[np.uint64],
    other: NDArray[np.uint64],
    sizes: NDArray[np.float64],
    levels: NDArray[np.int64],
) -> NDArray[np.float64]:
    """(P,) estimated shares of shingles in common, of pairs sketched at the same level.

    Args:
        one, other: (P, SKETCH_BITS / 64) sketches; `other` may be a single one.
        sizes: (P,) shingles of both texts together.
        levels: (P,) at which both are sketched, or one level for all.
    """
    differing = np.bitwise_count(one ^ other).sum(axis=1, dtype=np.int64)
    total = sizes / 2.0**levels
    unshared = np.minimum(_UNSHARED[differing], total)
    return np.asarray((total - unshared) / (total + unshared))
