"""Random subsets: what a selection is compared with, so that curation is not taken for size."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence


def random_subset(
    ids: Sequence[str], labels: Sequence[str], *, sizes: int | Mapping[str, int], seed: int
) -> set[str]:
    """Ids of a random subset of a given size, or of given sizes within each label.

    The draw ranks ids by a hash of seed and id, so it is the same on every machine and does not
    depend on the order of `ids`.

    Args:
        ids: N distinct ids.
        labels: (N,) the label of each.
        sizes: how many in all, or how many of each label.
        seed: another seed, another subset.

    >>> sorted(random_subset(["a", "b", "c"], ["x", "x", "y"], sizes={"x": 1, "y": 1}, seed=0))
    ['a', 'c']
    """
    ranked = sorted(zip(ids, labels, strict=True), key=lambda row: _ticket(row[0], seed))
    if isinstance(sizes, int):
        return {key for key, _ in ranked[:sizes]}
    taken: Counter[str] = Counter()
    subset = set()
    for key, label in ranked:
        if taken[label] < sizes.get(label, 0):
            taken[label] += 1
            subset.add(key)
    return subset


def _ticket(key: str, seed: int) -> str:
    return hashlib.sha256(f"{seed}:{key}".encode()).hexdigest()
