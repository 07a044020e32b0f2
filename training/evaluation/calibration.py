"""Does a classifier that says 0.8 have it right eight times in ten?"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from curation.quality.classes import normalised
from training.evaluation import resampling
from training.evaluation.intervals import central
from training.evaluation.scores import Codes, Floats

BINS = 15  # as Guo et al. (2017)
RESAMPLES = 500  # every run is calibrated; 2,000 would take as long as fitting a small one
COLDEST, HOTTEST = 0.05, 20.0  # ends of the temperatures looked at
HALVINGS = 60
SMALLEST = 1e-12  # a probability of 0 has no logarithm


@dataclass(frozen=True, kw_only=True)
class Bin:
    """Rows of about the same confidence: one point of the reliability curve."""

    confidence: float  # mean p of the predicted label, in [0, 1]
    accuracy: float  # share that is right, in [0, 1]
    rows: int


@dataclass(frozen=True, kw_only=True)
class Calibration:
    """How far confidence and accuracy are apart."""

    ece: float  # expected calibration error, in [0, 1]
    low: float  # ends of the central 95 % of the bootstrap over rows, within the same bins
    high: float
    by_chance: float  # the mean ECE of as many rows if every confidence were exactly right
    brier: float  # in [0, 2]
    curve: tuple[Bin, ...]  # by confidence
    rows: int

    def as_json(self) -> dict[str, Any]:
        return {**asdict(self), "curve": [asdict(one) for one in self.curve]}


@dataclass(frozen=True, kw_only=True)
class Temperature:
    """What the logits are divided by so that confidences fit the validation rows."""

    value: float  # in [COLDEST, HOTTEST]; above 1 the classifier was too sure
    rows: int  # validation rows it was fitted on

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def calibrate(
    gold: Codes,
    probs: Floats,
    *,
    bins: int = BINS,
    resamples: int = RESAMPLES,
    seed: int = 0,
) -> Calibration:
    """Expected calibration error, Brier score and reliability curve.

    ECE = Σ_b n_b / N · |accuracy_b − confidence_b| (Guo et al., "On Calibration of Modern Neural
    Networks", ICML 2017, eq. 3) over bins of equal mass (Nguyen and O'Connor, "Posterior
    Calibration and Exploratory Analysis for NLP Models", EMNLP 2015). Rows of one confidence
    share a bin, so bins differ in size where there are ties. A few rows have a large ECE by
    chance alone: `by_chance` says how large (consistency resampling; Bröcker and Smith, "Increasing
    the Reliability of Reliability Diagrams", 2007). The draws behind the interval add such chance
    once more, so it lies a little high, and with a small ECE above it.

    Args:
        gold: (N,) int in [0, K), N ≥ 1.
        probs: (N, K), rows sum to 1.
        bins: at most as many.
        resamples: B draws, of rows for the interval and of outcomes for `by_chance`.

    >>> gold = np.array([0, 0, 0, 1])  # 0.9 said twice, right twice; 0.6 twice, right once
    >>> probs = np.array([[0.9, 0.1], [0.9, 0.1], [0.6, 0.4], [0.6, 0.4]])
    >>> found = calibrate(gold, probs)
    >>> [(one.confidence, one.accuracy, one.rows) for one in found.curve]
    [(0.6, 0.5, 2), (0.9, 1.0, 2)]
    >>> round(found.ece, 3)  # half of 0.1 and half of 0.1
    0.1
    """
    said = probs.argmax(axis=1)
    confidence, right = probs.max(axis=1), (said == gold).astype(np.float64)
    order = np.lexsort((right, confidence))  # draws must not depend on the order of rows
    confidence, right = confidence[order], right[order]
    members = _members(confidence, bins)
    low, high = central(_resampled(confidence, right, members, resamples=resamples, seed=seed))
    return Calibration(
        ece=float(_ece(right - confidence, members)),
        low=low,
        high=high,
        by_chance=_by_chance(confidence, members, resamples=resamples, seed=seed),
        brier=brier_score(gold, probs),
        curve=_curve(confidence, right, members),
        rows=len(gold),
    )


def calibration_as_json(
    gold: Codes, probs: Floats, *, temperature: Temperature | None = None
) -> dict[str, Any]:
    """`calibrate` in plain values, and what is left of the error at the temperature.

    >>> said = calibration_as_json(np.array([0, 1]), np.array([[1.0, 0.0], [0.0, 1.0]]))
    >>> said["ece"], said["temperature"]
    (0.0, None)
    """
    values = calibrate(gold, probs).as_json()
    if temperature is None:
        return {**values, "temperature": None}
    after = calibrate(gold, rescaled(probs, temperature.value)).as_json()
    kept = {name: after[name] for name in ("ece", "low", "high", "by_chance", "brier")}
    return {**values, "temperature": {**temperature.as_json(), **kept}}


def brier_score(gold: Codes, probs: Floats) -> float:
    """Mean over rows of Σ_k (p_k − y_k)², in [0, 2]; 0 is certain and right (Brier, 1950).

    >>> brier_score(np.array([0, 0]), np.array([[1.0, 0.0], [0.5, 0.5]]))
    0.25
    """
    truth = np.eye(probs.shape[1])[gold]
    return float(np.sort(((probs - truth) ** 2).sum(axis=1)).mean())


def fit_temperature(gold: Codes, probs: Floats) -> Temperature:
    """The temperature of least cross-entropy on validation rows (Guo et al. 2017, section 4.2).

    Cross-entropy is convex in 1 / T, so its slope is halved upon. Rows that are all right pull
    T to COLDEST, rows that are all wrong to HOTTEST.

    Args:
        gold: (N,) int in [0, K), N ≥ 1. Never the rows that the classifier is scored on.
        probs: (N, K), rows sum to 1.

    >>> gold = np.array([0, 0, 0, 1])  # says 0.9 and is right three times in four: too sure
    >>> found = fit_temperature(gold, np.tile([0.9, 0.1], (4, 1)))
    >>> found.value, np.round(rescaled(np.array([[0.9, 0.1]]), found.value), 3).tolist()
    (2.0, [[0.75, 0.25]])
    """
    logits = np.log(np.maximum(probs, SMALLEST))
    of_gold = logits[np.arange(len(gold)), gold]
    low, high = 1 / HOTTEST, 1 / COLDEST
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        expected = (normalised(middle * logits) * logits).sum(axis=1)
        if np.sort(expected - of_gold).sum() > 0:
            high = middle
        else:
            low = middle
    return Temperature(value=round(2 / (low + high), 6), rows=len(gold))


def rescaled(probs: Floats, temperature: float) -> Floats:
    """Probabilities at another temperature, (N, K): the same label first, more or less surely.

    A label that is impossible stays so.

    >>> rescaled(np.array([[0.8, 0.2]]), 1.0).round(6).tolist()
    [[0.8, 0.2]]
    """
    with np.errstate(divide="ignore"):
        return normalised(np.log(probs) / temperature)


def _members(confidence: Floats, bins: int) -> Floats:
    """(N, B) one-hot: the bin of each row, by the middle rank of rows as confident as it."""
    values, place, counts = np.unique(confidence, return_inverse=True, return_counts=True)
    middle = np.cumsum(counts) - counts / 2
    of_value = np.minimum((middle * bins / len(confidence)).astype(np.int64), bins - 1)
    _, dense = np.unique(of_value, return_inverse=True)  # without empty bins
    assert len(dense) == len(values)
    return np.eye(int(dense.max()) + 1)[dense[place]]


def _ece(gaps: Floats, members: Floats) -> Floats:
    """Σ_b |Σ of the bin's gaps| / N: (..., N) differences of right and confidence → (...)."""
    return np.asarray(np.abs(gaps @ members).sum(axis=-1) / gaps.shape[-1])


def _resampled(
    confidence: Floats, right: Floats, members: Floats, *, resamples: int, seed: int
) -> Floats:
    """ECE of B draws of the rows, (B,)."""
    gaps = right - confidence
    blocks = resampling.row_weights(len(gaps), resamples=resamples, seed=seed)
    return np.concatenate([_ece(weights * gaps, members) for weights in blocks])


def _by_chance(confidence: Floats, members: Floats, *, resamples: int, seed: int) -> float:
    """Mean ECE if each row were right with the probability that it claims."""
    rng = np.random.default_rng([seed, 2])
    size = max(1, resampling.BLOCK_CELLS // len(confidence))
    found = []
    for start in range(0, resamples, size):
        shape = (min(size, resamples - start), len(confidence))
        found.append(_ece((rng.random(shape) < confidence) - confidence, members))
    return float(np.concatenate(found).mean())


def _curve(confidence: Floats, right: Floats, members: Floats) -> tuple[Bin, ...]:
    rows = members.sum(axis=0)
    sums = zip(confidence @ members, right @ members, rows, strict=True)
    return tuple(
        Bin(confidence=float(said / n), accuracy=float(hits / n), rows=int(n))
        for said, hits, n in sums
    )
