"""What scores might have been with other scored rows and other random draws."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from curation.explorer.crossfitting import NOT_TRAINED, Said
from curation.explorer.curves import Band
from curation.explorer.selections import Codes, Floats

RESAMPLES = 400
COVERAGE = 0.95


@dataclass(frozen=True, kw_only=True)
class Draws:
    """C scores in B resamples, all drawn alike, so that differences are paired."""

    score: Floats  # (C,) NaN where not trained
    resampled: Floats  # (B, C)

    def __sub__(self, other: Draws) -> Draws:
        return Draws(score=self.score - other.score, resampled=self.resampled - other.resampled)

    def of(self, place: int) -> Draws:
        """One of them, as (1,) and (B, 1), to be compared with all."""
        return Draws(
            score=self.score[place : place + 1], resampled=self.resampled[:, place : place + 1]
        )

    def band(self, place: int) -> Band | None:
        """Score and central 95 % of one; None where it was not trained."""
        if np.isnan(self.score[place]):
            return None
        tail = (1 - COVERAGE) / 2
        low, high = np.quantile(self.resampled[:, place], [tail, 1 - tail])
        mean = float(self.score[place])
        return Band(mean=mean, low=float(min(low, mean)), high=float(max(high, mean)))


@dataclass(frozen=True, kw_only=True)
class Scorer:
    """Scores predictions on S rows, as they are and in B resamples of rows and rounds."""

    gold: Codes  # (S,) in [0, K)
    n_labels: int
    row_weights: npt.NDArray[np.float32]  # (1 + B, S); the first counts every row once
    round_draws: Codes  # (B, R)

    @classmethod
    def of(
        cls, gold: Codes, *, n_labels: int, rounds: int, seed: int = 0, resamples: int = RESAMPLES
    ) -> Scorer:
        rng = np.random.default_rng([seed, 3])
        rows = len(gold)
        places = rng.integers(rows, size=(resamples, rows)) + rows * np.arange(resamples)[:, None]
        drawn = np.bincount(places.ravel(), minlength=resamples * rows).reshape(resamples, rows)
        weights = np.concatenate([np.ones((1, rows)), drawn]).astype(np.float32)
        return cls(
            gold=gold,
            n_labels=n_labels,
            row_weights=weights,
            round_draws=rng.integers(rounds, size=(resamples, rounds)),
        )

    def macro_f1(self, said: Sequence[Said]) -> Draws:
        """Mean F1 over the labels that some row has or is said to have.

        Args:
            said: R rounds of (C, S) labels.
        """
        return self._over_rounds([self._macro_f1(one) for one in said], said)

    def accuracy(self, said: Sequence[Said]) -> Draws:
        """Share of rows with the right label. Args as `macro_f1`."""
        rows = self.row_weights.sum(axis=1, keepdims=True)
        right = [self.row_weights @ (one == self.gold).T.astype(np.float32) for one in said]
        # counts are exact in single precision, their quotients are not
        return self._over_rounds([hits.astype(np.float64) / rows for hits in right], said)

    def _macro_f1(self, said: Said) -> Floats:
        """(1 + B, C)"""
        total, occurring = (np.zeros((len(self.row_weights), len(said))) for _ in range(2))
        for label in range(self.n_labels):
            has = self.gold == label
            says = (said == label).T.astype(np.float32)  # (S, C)
            right = self.row_weights @ (says * has[:, None])
            either = (self.row_weights @ has.astype(np.float32))[:, None] + self.row_weights @ says
            total += np.divide(2 * right, either, out=np.zeros(right.shape), where=either > 0)
            occurring += either > 0
        return np.asarray(total / np.maximum(occurring, 1))

    def _over_rounds(self, scores: Sequence[Floats], said: Sequence[Said]) -> Draws:
        stacked = np.stack(scores, axis=1)  # (1 + B, R, C)
        missing = np.any([(one == NOT_TRAINED).any(axis=1) for one in said], axis=0)
        stacked[:, :, missing] = np.nan
        drawn = np.take_along_axis(stacked[1:], self.round_draws[:, :, None], axis=1)
        return Draws(score=stacked[0].mean(axis=0), resampled=drawn.mean(axis=1))
