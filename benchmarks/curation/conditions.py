"""Ways to choose the training rows, compared on the same split."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from benchmarks.curation.sets import Codes, Floats, RealSet
from curation.datasets.dealing import deal
from curation.explorer.selections import (
    Mask,
    balancing,
    most_agreed,
    random_rows,
    random_within,
    reaching,
    share_sizes,
    tickets,
)

GAMMAS = {"global": 0.8, "global 0.9": 0.9}
SHARES = (0.3, 0.5, 0.7)
FOLDS = 4  # a quarter is held out


@dataclass(frozen=True, kw_only=True)
class Split:
    """One set, cut once. The choice sees the training rows only; all held-out rows are scored."""

    train: Codes  # places
    test: Codes


@dataclass(frozen=True, kw_only=True)
class Condition:
    """One choice of training rows."""

    name: str
    keep: Mask  # (n,) over the training rows
    balanced: bool = False  # every label with the same weight

    def weights(self, label: Codes) -> Floats:
        """(n,) of the training rows; 0 where dropped."""
        return balancing(label, self.keep) if self.balanced else self.keep.astype(np.float64)


def split_of(judged: RealSet, seed: int) -> Split:
    """A quarter held out by a hash of seed and id, evenly from each label."""
    ticket = tickets(judged.ids, seed=1_000 + seed // FOLDS)
    test = deal(judged.label, ticket, folds=FOLDS) == seed % FOLDS
    return Split(train=np.flatnonzero(~test), test=np.flatnonzero(test))


def conditions(judged: RealSet, split: Split, seed: int) -> Iterator[Condition]:
    """Every choice on one split, the ones that say most first."""
    for one in _plain(judged, split, seed):
        yield one
        yield Condition(name=f"{one.name} balanced", keep=one.keep, balanced=True)


def _plain(judged: RealSet, split: Split, seed: int) -> Iterator[Condition]:
    label, agreement = judged.label[split.train], judged.agreement[split.train]
    keys = [judged.ids[place] for place in split.train]
    ties, chance = tickets(keys, seed=-1), tickets(keys, seed=seed)
    yield Condition(name="keep all", keep=np.ones(len(label), dtype=bool))
    for name, gamma in GAMMAS.items():
        agreed = reaching(agreement, gamma)
        size = int(agreed.sum())
        sizes = np.bincount(label[agreed], minlength=len(judged.label_names))
        yield Condition(name=name, keep=agreed)
        yield Condition(name=f"{name} random", keep=random_rows(chance, size=size))
        yield Condition(
            name=f"{name} random within", keep=random_within(label, chance, sizes=sizes)
        )
    for share in SHARES:
        sizes = share_sizes(label, share)
        most = most_agreed(label, agreement, ties, share=share)
        least = most_agreed(label, -agreement, ties, share=share)
        yield Condition(name=f"within {share:.0%}", keep=most)
        yield Condition(
            name=f"within {share:.0%} random", keep=random_within(label, chance, sizes=sizes)
        )
        yield Condition(name=f"{share:.0%} random", keep=random_rows(chance, size=int(sizes.sum())))
        yield Condition(name=f"within {share:.0%} least", keep=least)
