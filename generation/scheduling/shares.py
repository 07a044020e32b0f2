"""How many examples each label gets, and the seed of each call."""

from __future__ import annotations

import hashlib


def equal_shares(count: int, *, n_labels: int) -> list[int]:
    """Examples per label: as equal as can be, the first labels taking what is left over.

    >>> equal_shares(8, n_labels=3)
    [3, 3, 2]
    """
    share, left_over = divmod(count, n_labels)
    return [share + (place < left_over) for place in range(n_labels)]


def call_seed(seed: int, *, label: str, number: int, repeated: int = 0) -> int:
    """The seed of one call, in [0, 2³¹): other for each call, the same on every machine.

    Args:
        repeated: earlier runs that asked alike with the same seed; each has seeds of its own.
    """
    again = f" again {repeated}" if repeated else ""
    digest = hashlib.blake2b(f"{seed}/{number}/{label}{again}".encode(), digest_size=4).digest()
    return int.from_bytes(digest, "big") >> 1
