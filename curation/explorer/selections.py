"""Which rows a classifier is trained on: by agreement, or by chance in the same numbers.

Everything is decided by agreement and by hashes of ids, so no answer depends on the order in
which examples were stored.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

Codes = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]
Tickets = npt.NDArray[np.uint64]

SAME = 1e-9  # a share such as 4/5 and the threshold 0.8 are not the same float on every path


def tickets(keys: Sequence[str], *, seed: int) -> Tickets:
    """A random number for each key, the same on every machine: (N,) uint64.

    >>> bool(tickets(["a", "b"], seed=0)[1] == tickets(["b"], seed=0)[0])
    True
    """
    digests = (hashlib.sha256(f"{seed}:{key}".encode()).digest()[:8] for key in keys)
    return np.frombuffer(b"".join(digests), dtype="<u8").astype(np.uint64)


def reaching(agreement: Floats, threshold: float) -> Mask:
    """Rows whose agreement is at least γ.

    >>> reaching(np.array([1.0, 4 / 5, 0.6]), 0.8).tolist()
    [True, True, False]
    """
    return np.asarray(agreement >= threshold - SAME)


def most_agreed(label: Codes, agreement: Floats, ticket: Tickets, *, share: float) -> Mask:
    """The share q of each label that agrees most; equals are decided by their tickets.

    Of a label with n rows, q · n rounded to the nearest whole number are kept, at least one.

    >>> label, ticket = np.array([0, 0, 0, 1]), np.arange(4, dtype=np.uint64)
    >>> most_agreed(label, np.array([0.6, 1.0, 0.8, 0.6]), ticket, share=0.5).tolist()
    [False, True, True, True]
    """
    order = np.lexsort((ticket, -np.round(agreement, 9)))
    return first_of_each(label, order, share_sizes(label, share))


def share_sizes(label: Codes, share: float) -> Codes:
    """(K,) how many rows of each label a share keeps; at least one of a label that occurs.

    >>> share_sizes(np.array([0, 0, 0, 2]), 0.5).tolist()
    [2, 0, 1]
    """
    rows = np.bincount(label)
    return np.where(rows > 0, np.maximum(1, np.floor(share * rows + 0.5)), 0).astype(np.int64)


def random_rows(ticket: Tickets, *, size: int) -> Mask:
    """So many rows by chance: those with the lowest tickets, so a larger draw holds a smaller."""
    keep = np.zeros(len(ticket), dtype=bool)
    keep[np.argsort(ticket, kind="stable")[:size]] = True
    return keep


def random_within(label: Codes, ticket: Tickets, *, sizes: Codes) -> Mask:
    """By chance, so many rows of each label as `sizes` (K,) says.

    >>> ticket = np.array([3, 1, 2], dtype=np.uint64)
    >>> random_within(np.array([0, 0, 1]), ticket, sizes=np.array([1, 1])).tolist()
    [False, True, True]
    """
    return first_of_each(label, np.argsort(ticket, kind="stable"), sizes)


def balancing(label: Codes, keep: Mask) -> Floats:
    """Weights of the kept rows with which every label that is kept counts the same.

    They sum to the number of kept rows, as scikit-learn's `class_weight="balanced"`.

    >>> balancing(np.array([0, 0, 0, 1]), np.array([True, True, True, True])).round(2).tolist()
    [0.67, 0.67, 0.67, 2.0]
    """
    rows = np.bincount(label[keep], minlength=int(label.max(initial=0)) + 1)
    each = np.divide(keep.sum(), (rows > 0).sum() * rows, out=np.zeros(len(rows)), where=rows > 0)
    return np.where(keep, each[label], 0.0)


def cut_to_equal(label: Codes, keep: Mask, lot: Tickets) -> Mask:
    """The kept rows with every label that is kept cut to the size of the rarest, by lot.

    >>> lot = np.array([2, 1, 0], dtype=np.uint64)
    >>> cut_to_equal(np.array([0, 0, 1]), np.ones(3, dtype=bool), lot).tolist()
    [False, True, True]
    """
    rows = np.bincount(label[keep])
    rarest = int(rows[rows > 0].min(initial=len(label)))
    order = np.argsort(lot, kind="stable")
    return first_of_each(label, order[keep[order]], np.minimum(rows, rarest))


def first_of_each(label: Codes, order: Codes, sizes: Codes) -> Mask:
    """The first so many rows of each label in an order: `order` holds places, `sizes` is (K,)."""
    keep = np.zeros(len(label), dtype=bool)
    for code, size in enumerate(sizes.tolist()):
        keep[order[label[order] == code][:size]] = True
    return keep
