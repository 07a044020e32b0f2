"""In which order a round's tasks are handed out."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Mapping, Sequence

SPREAD = 4  # steps of its own group by which a place may move; at 1 groups nearly alternate


def balanced_order(groups: Mapping[str, str], *, seed: str) -> list[str]:
    """Names in an order that keeps every stretch balanced over groups, yet tells nothing.

    Each group is shuffled, then spread evenly over the whole line with a random shift of each
    place by a few steps of its own group. A person who answers a few dozen tasks meets the
    groups about as often as they occur, while the group of the next task cannot be foretold.

    Args:
        groups: name → group, such as example id → intended label; "" is a group too.
        seed: the same seed gives the same order, whatever the order of `groups`.

    Returns:
        All names, once each.

    >>> order = balanced_order({"a1": "a", "a2": "a", "b1": "b", "b2": "b"}, seed="7")
    >>> sorted(order)
    ['a1', 'a2', 'b1', 'b2']
    >>> order == balanced_order({"b2": "b", "b1": "b", "a2": "a", "a1": "a"}, seed="7")
    True
    """
    members: dict[str, list[str]] = defaultdict(list)
    for name, group in groups.items():
        members[group].append(name)
    places = []
    for names in members.values():
        names.sort(key=lambda name: draw(seed, "shuffle", name))
        for number, name in enumerate(names):
            shift = SPREAD * draw(seed, "shift", name)
            places.append((((number + shift) / len(names)) % 1, name))
    return [name for _, name in sorted(places)]


def draw(*names: str) -> float:
    """A number in [0, 1) that depends on the names only.

    >>> 0 <= draw("7", "shift", "a1") < 1
    True
    """
    digest = hashlib.sha256("\x1f".join(names).encode()).digest()
    return int.from_bytes(digest[:7]) / 2**56


def first_by_draw(names: Sequence[str], *, seed: str) -> str:
    """One of the names, chosen by the seed; the same for any order of `names`.

    >>> first_by_draw(["b", "a"], seed="1") == first_by_draw(["a", "b"], seed="1")
    True
    """
    return min(names, key=lambda name: draw(seed, name))
