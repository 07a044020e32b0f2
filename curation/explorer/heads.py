"""Many linear heads on the same vectors at once.

A head is scikit-learn's `LogisticRegression(C=strength)` on its own weights of the rows. One by
one, some hundred of them take minutes; here all take their steps together, so that a step of all
is two products of matrices. The steps are those of preconditioned conjugate gradients (Polak and
Ribière, restarted where they would turn back) in the eigenvectors of the vectors' covariance,
where the curvature is nearly diagonal.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Singles = npt.NDArray[np.float32]
Codes = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

# scikit-learn's C. At its default of 1, heads on unit vectors hardly leave the commonest label.
STRENGTH = 10.0
STEPS = 60  # at most; 10 to 20 do
CLOSE = 1e-5  # of the way down still to go, per unit of weight, in nats
BLOCK_CELLS = 800_000  # rows × logits at once; keeps memory flat and the cache warm
RAREST = 1e-4  # share from which the intercept of a label starts that has no row


@dataclass(frozen=True, kw_only=True)
class Basis:
    """N vectors, centred, along the directions in which they vary."""

    rows: Singles  # (N, D)
    variance: Singles  # (D,) along each direction
    mean: Singles  # (D,) of the vectors
    directions: Singles  # (D, D)

    @classmethod
    def of(cls, vectors: Singles) -> Basis:
        """Directions of (N, D) float32 vectors, N ≥ 1."""
        mean = vectors.mean(axis=0)
        centred = vectors - mean
        covariance = (centred.T @ centred).astype(np.float64) / len(vectors)
        variance, directions = np.linalg.eigh(covariance)
        turned = directions.astype(np.float32)
        return cls(
            rows=centred @ turned,
            variance=np.maximum(variance, 0).astype(np.float32),
            mean=mean,
            directions=turned,
        )

    def place(self, vectors: Singles) -> Singles:
        """Other vectors in the same directions."""
        return np.asarray((vectors - self.mean) @ self.directions, dtype=np.float32)


def predictions(
    basis: Basis,
    targets: Floats,
    weights: Floats,
    scored: Singles,
    *,
    strength: float = STRENGTH,
) -> Codes:
    """What each head says: (M, S) int in [0, K).

    Args:
        basis: N rows to train on.
        targets: (N, K ≥ 2) probabilities of the labels, rows sum to 1; 0 and 1 for plain labels.
        weights: (N, M) of the rows in each head, at least 0; 0 leaves a row out. Each head needs
            rows of two labels, or it says the one label it has seen.
        scored: (S, D) vectors to judge.
        strength: as scikit-learn's C; the penalty is |w|² / 2C and leaves intercepts alone.

    Two points on a line, told apart:

    >>> points = np.array([[-1.0], [1.0]], dtype=np.float32)
    >>> predictions(Basis.of(points), np.eye(2), np.ones((2, 1)), points).tolist()
    [[0, 1]]
    """
    said = [
        np.ascontiguousarray((z[:, 0] > 0 if z.shape[1] == 1 else z.argmax(axis=1)).T)
        for z in _logits(basis, targets, weights, scored, strength)
    ]
    return np.concatenate(said).astype(np.int64) if said else np.empty((0, len(scored)), np.int64)


def probabilities(
    basis: Basis,
    targets: Floats,
    weights: Floats,
    scored: Singles,
    *,
    strength: float = STRENGTH,
) -> Singles:
    """How sure each head is of each label: (M, S, K), sums over K are 1. As `predictions`."""
    sure = []
    for z in _logits(basis, targets, weights, scored, strength):
        p = _probabilities(z)
        whole = np.concatenate([1 - p, p], axis=1) if p.shape[1] == 1 else p
        sure.append(whole.transpose(2, 0, 1))
    return np.concatenate(sure)


@dataclass(frozen=True, kw_only=True)
class Head:
    """A linear classifier of plain vectors; J is 1 for two labels (of the second), else K."""

    slopes: Singles  # (D, J)
    intercepts: Singles  # (J,)

    def probabilities(self, vectors: Singles) -> Floats:
        """(S, D) vectors → (S, K), rows sum to 1."""
        z = np.asarray(vectors @ self.slopes + self.intercepts, dtype=np.float32)
        p = _probabilities(z[:, :, None])[:, :, 0].astype(np.float64)
        return np.concatenate([1 - p, p], axis=1) if p.shape[1] == 1 else p / p.sum(1)[:, None]


def fit_head(
    vectors: Singles, targets: Floats, weights: Floats, *, strength: float = STRENGTH
) -> Head:
    """One head to keep, trained on (N, D) vectors with (N,) weights. As `predictions`.

    >>> points = np.array([[-1.0], [1.0]], dtype=np.float32)
    >>> head = fit_head(points, np.eye(2), np.ones(2))
    >>> head.probabilities(points).round().tolist()
    [[1.0, 0.0], [0.0, 1.0]]
    """
    basis = Basis.of(vectors)
    slopes, intercepts = _fit(basis, targets, weights[:, None], strength)
    turned = basis.directions @ slopes[:, :, 0]
    return Head(slopes=turned, intercepts=intercepts[:, 0] - basis.mean @ turned)


def _logits(
    basis: Basis, targets: Floats, weights: Floats, scored: Singles, strength: float
) -> Iterator[Singles]:
    """(S, J, M') for some of the heads at a time; J is 1 for two labels, else K."""
    logits = 1 if targets.shape[1] == 2 else targets.shape[1]
    placed = basis.place(scored)
    block = max(1, BLOCK_CELLS // (len(targets) * logits))
    for start in range(0, weights.shape[1], block):
        slopes, intercepts = _fit(basis, targets, weights[:, start : start + block], strength)
        yield _product(placed, slopes) + intercepts


def _fit(
    basis: Basis, targets: Floats, weights: Floats, strength: float
) -> tuple[Singles, Singles]:
    """Slopes (D, J, M) and intercepts (J, M) of M heads; J is 1 for two labels, else K."""
    heads = _Heads(basis, targets, weights, strength)
    for going in heads.steps():
        if not going:
            break
    return heads.slopes, heads.intercepts


class _Heads:
    """M heads on their way down. The heads are the last axis, which numpy walks fastest."""

    def __init__(self, basis: Basis, targets: Floats, weights: Floats, strength: float) -> None:
        n, k = targets.shape
        self._rows, self._penalty = basis.rows, np.float32(1 / strength)
        self._weights = weights.astype(np.float32)[:, None, :]  # (N, 1, M)
        self._targets = (targets[:, 1:] if k == 2 else targets).astype(np.float32)[:, :, None]
        total = np.maximum(weights.sum(axis=0), 1e-9)  # (M,)
        shares = np.clip(self._targets[:, :, 0].T @ weights / total, RAREST, 1 - RAREST)
        start = np.log(shares / (1 - shares)) if k == 2 else np.log(shares)
        self.intercepts = start.astype(np.float32)  # (J, M)
        self.slopes = np.zeros((basis.rows.shape[1], *start.shape), dtype=np.float32)
        self._scale0 = (total * shares * (1 - shares)).astype(np.float32)  # (J, M)
        self._scale = basis.variance[:, None, None] * self._scale0 + self._penalty  # (D, J, M)
        self._close = CLOSE * total
        self._z = np.repeat(self.intercepts[None], n, axis=0)
        self._p = _probabilities(self._z)

    def steps(self) -> Iterator[bool]:
        """Before each step: whether any head has some way to go."""
        here = self._gradient()
        fall = self._product(here, here)
        way = self._downhill(here)
        for _ in range(STEPS):
            going = fall > self._close
            yield bool(going.any())
            self._step(way, here, going)
            before, fall_before = here, fall
            here = self._gradient()
            fall = self._product(here, here)
            turn = (fall - self._product(here, before)) / np.maximum(fall_before, 1e-30)
            turn = np.maximum(turn, 0)
            straight = self._downhill(here)
            way = _Both(
                slopes=turn * way.slopes + straight.slopes,
                intercepts=turn * way.intercepts + straight.intercepts,
            )

    def _step(self, way: _Both, here: _Both, going: npt.NDArray[np.bool_]) -> None:
        """Go to about the lowest point along the way; heads that are done stay."""
        along = _product(self._rows, way.slopes) + way.intercepts
        squared = self._penalty * (way.slopes**2).sum(axis=(0, 1))
        slope = (here.slopes * way.slopes).sum(axis=(0, 1))
        slope += (here.intercepts * way.intercepts).sum(axis=0)
        size = -slope / np.maximum(self._bend(along) + squared, 1e-30)
        there = _probabilities(self._z + size * along)
        change = (self._weights * (there - self._p) * along).sum(axis=(0, 1)) + size * squared
        # past the lowest point, it points up again: back to where the line between crosses 0
        past = slope + change > 0
        size = np.where(past, size * -slope / np.where(past, change, 1), size)
        size = np.where(going, size, 0).astype(np.float32)
        self._z += size * along
        self.slopes += size * way.slopes
        self.intercepts += size * way.intercepts
        self._p = _probabilities(self._z) if past.any() or not going.all() else there

    def _gradient(self) -> _Both:
        off = (self._p - self._targets) * self._weights
        slopes = _product(self._rows.T, off)
        slopes += self._penalty * self.slopes
        return _Both(slopes=slopes, intercepts=off.sum(axis=0))

    def _downhill(self, here: _Both) -> _Both:
        return _Both(slopes=-here.slopes / self._scale, intercepts=-here.intercepts / self._scale0)

    def _product(self, one: _Both, other: _Both) -> Singles:
        """(M,) of two gradients; of one with itself, about twice what is left to go, in nats."""
        return (one.slopes * other.slopes / self._scale).sum(axis=(0, 1)) + (
            one.intercepts * other.intercepts / self._scale0
        ).sum(axis=0)

    def _bend(self, along: Singles) -> Singles:
        """(M,) second derivative of the loss along a way."""
        if self._p.shape[1] == 1:
            bent = self._p * (1 - self._p) * along**2
        else:
            mean = (self._p * along).sum(axis=1, keepdims=True)
            bent = self._p * (along - mean) ** 2
        return (self._weights * bent).sum(axis=(0, 1))


@dataclass(frozen=True, kw_only=True)
class _Both:
    """A gradient, or a way to go."""

    slopes: Singles  # (D, J, M)
    intercepts: Singles  # (J, M)


def _product(left: Singles, right: Singles) -> Singles:
    """(A, B) times (B, J, M), as one product of matrices."""
    b, j, m = right.shape
    product = left @ right.reshape(b, j * m)
    return np.asarray(product, dtype=np.float32).reshape(-1, j, m)


def _probabilities(z: Singles) -> Singles:
    """Of the second label where there are two, else of every label: (N, J, M)."""
    if z.shape[1] == 1:
        return np.asarray(1 / (1 + np.exp(-np.clip(z, -30, 30))), dtype=np.float32)
    odds = np.exp(z - z.max(axis=1, keepdims=True))
    return np.asarray(odds / odds.sum(axis=1, keepdims=True), dtype=np.float32)
