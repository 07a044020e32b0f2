"""Training each candidate, and its two random controls, and having them judge what is scored."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
import numpy.typing as npt

from curation.datasets.dealing import deal
from curation.explorer.candidates import Candidate
from curation.explorer.curves import SOFT
from curation.explorer.heads import Basis, Singles, predictions
from curation.explorer.pool import Pool, TestSet, TooFewExamples, own_test
from curation.explorer.selections import (
    Codes,
    Floats,
    Mask,
    Tickets,
    random_rows,
    random_within,
    tickets,
)

FOLDS = 5
NOT_TRAINED = -1  # in place of a label: fewer than two labels were kept
MISSING, WITH_SOFT = -2, -1  # the last two rows of `_Columns.said`
DEALING, DRAWING = 1_000_000, 2_000_000  # seeds of folds and of random subsets are never the same

Said = npt.NDArray[np.int16]


@dataclass(frozen=True, kw_only=True)
class Round:
    """What C candidates say about S scored rows, in one round: (C, S) labels or NOT_TRAINED."""

    own: Said
    random: Said  # trained on a random subset of the same size
    within: Said  # on a random subset with the same size in each label
    kept: Floats  # (C,) training rows, mean over folds
    labels: Floats  # (C, K) of them, by label
    train_rows: float  # mean over folds


def rounds(
    pool: Pool, test: TestSet | None, chosen: Sequence[Candidate], *, seeds: int
) -> Iterator[Callable[[], Round | None]]:
    """The work in steps: each call trains once, and the last of a round gives the round.

    With a test set every seed is a round: each classifier is trained on the pool and judges the
    test set, and random subsets are drawn anew. Without one the pool is cut into 5 folds (fewer
    with fewer seeds), every fold is judged by classifiers that were chosen and trained on the
    others, and all folds together are a round; each seed is one fold. Examples of one group are in
    the same fold.
    """
    if test is not None:
        yield from (partial(_on_test, pool, test, chosen, seed) for seed in range(seeds))
        return
    folds = max(2, min(FOLDS, seeds))
    for number in range(max(1, seeds // folds)):
        crossed = _Crossing(pool, chosen, folds, number)
        yield from (partial(crossed.add, fold) for fold in range(folds))


def _on_test(pool: Pool, test: TestSet, chosen: Sequence[Candidate], seed: int) -> Round:
    trained = _train(pool, test.vectors, chosen, seed=DRAWING + seed)
    return _round([trained], [np.arange(len(test.ids))], rows=len(test.ids))


class _Crossing:
    """One round of cross-fitting, fold by fold."""

    def __init__(self, pool: Pool, chosen: Sequence[Candidate], folds: int, number: int) -> None:
        self._pool, self._chosen, self._folds, self._number = pool, chosen, folds, number
        ticket = tickets(pool.ids, seed=DEALING + number)
        self._fold = deal(pool.label, ticket, folds=folds, group=pool.group)
        self._trained: list[_Trained] = []
        self._places: list[Codes] = []

    def add(self, fold: int) -> Round | None:
        """Train on the other folds and judge this one; the round after the last fold."""
        out = self._fold == fold
        part = self._pool.rows(np.flatnonzero(~out))
        if len(np.unique(part.label)) < 2:
            raise TooFewExamples(
                "Too many of the judged examples have the same text for classifiers to be scored "
                "on texts that they have not seen; let people judge other texts."
            )
        seed = DRAWING + self._number * self._folds + fold
        scored = own_test(self._pool).vectors[out]
        self._trained.append(_train(part, scored, self._chosen, seed=seed))
        self._places.append(np.flatnonzero(out))
        if len(self._trained) < self._folds:
            return None
        return _round(self._trained, self._places, rows=len(self._pool.ids))


@dataclass(frozen=True, kw_only=True)
class _Trained:
    """What one training part gave."""

    said: list[Said]  # own, random, within: (C, S') each
    kept: Floats  # (C,)
    labels: Floats  # (C, K)
    rows: int


def _train(part: Pool, scored: Singles, chosen: Sequence[Candidate], *, seed: int) -> _Trained:
    columns = _Columns(part, Basis.of(part.vectors), scored)
    chance = tickets(part.ids, seed=seed)
    keeps = [candidate.keep(part) for candidate in chosen]
    places = [
        _places(columns, part, candidate, keep, chance)
        for candidate, keep in zip(chosen, keeps, strict=True)
    ]
    said = columns.said()
    sizes = np.stack([np.bincount(part.label[keep], minlength=part.n_labels) for keep in keeps])
    return _Trained(
        said=[said[np.array(column)] for column in zip(*places, strict=True)],
        kept=sizes.sum(axis=1).astype(np.float64),
        labels=sizes.astype(np.float64),
        rows=len(part.label),
    )


def _places(
    columns: _Columns, part: Pool, candidate: Candidate, keep: Mask, chance: Tickets
) -> tuple[int, int, int]:
    """Rows of what the candidate says, and of its two random controls."""
    if candidate.kind == SOFT:
        return (columns.soft(),) * 3
    own = columns.add(candidate.weights(part, keep))
    if keep.all():
        return own, own, own  # everything is its own random subset
    sizes = np.bincount(part.label[keep], minlength=part.n_labels)
    by_size, by_label = (
        columns.add(control.astype(np.float64))
        for control in (
            random_rows(chance, size=int(sizes.sum())),
            random_within(part.label, chance, sizes=sizes),
        )
    )
    return own, by_size, by_label


class _Columns:
    """Weights to train with; equal ones are trained once."""

    def __init__(self, part: Pool, basis: Basis, scored: Singles) -> None:
        self._part, self._basis, self._scored = part, basis, scored
        self._known: dict[bytes, int] = {}
        self._weights: list[Floats] = []
        self._soft = False

    def add(self, weights: Floats) -> int:
        """The row of what is trained with these weights; MISSING with fewer than two labels."""
        if len(np.unique(self._part.label[weights > 0])) < 2:
            return MISSING
        key = hashlib.sha256(weights.tobytes()).digest()
        if key not in self._known:
            self._known[key] = len(self._weights)
            self._weights.append(weights)
        return self._known[key]

    def soft(self) -> int:
        """The row of what is trained on vote shares."""
        self._soft = True
        return WITH_SOFT

    def said(self) -> Said:
        """What each says, then MISSING, then WITH_SOFT."""
        one_hot = np.eye(self._part.n_labels)[self._part.label]
        weights = np.stack(self._weights, axis=1)
        hard = predictions(self._basis, one_hot, weights, self._scored)
        missing = np.full((1, len(self._scored)), NOT_TRAINED)
        soft = (
            predictions(self._basis, self._part.shares, np.ones((len(one_hot), 1)), self._scored)
            if self._soft
            else missing
        )
        return np.concatenate([hard, missing, soft]).astype(np.int16)


def _round(trained: Sequence[_Trained], places: Sequence[Codes], *, rows: int) -> Round:
    said = []
    for which in range(3):
        whole = np.full((len(trained[0].kept), rows), NOT_TRAINED, dtype=np.int16)
        for one, place in zip(trained, places, strict=True):
            whole[:, place] = one.said[which]
        said.append(whole)
    return Round(
        own=said[0],
        random=said[1],
        within=said[2],
        kept=np.mean([one.kept for one in trained], axis=0),
        labels=np.mean([one.labels for one in trained], axis=0),
        train_rows=float(np.mean([one.rows for one in trained])),
    )
