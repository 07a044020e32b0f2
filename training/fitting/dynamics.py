"""Training dynamics: how sure of each training row's label the classifier was while it learned.

Dataset cartography (Swayamdipta et al., EMNLP 2020) with the cut-offs of Hansen et al. (NeurIPS
2023, arXiv 2310.16981): p_e is the probability of the given label when the row was seen for the
e-th time, in the forward pass of the step, before the weights moved.

    confidence    mean_e p_e
    variability   sqrt(mean_e (p_e - confidence)²)
    correctness   share of e in which no other label was likelier
    easy          confidence ≥ 0.75 and variability ≤ 0.2
    hard          confidence ≤ 0.25 and variability ≤ 0.2
    ambiguous     the rest
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from training.fitting.config import FitConfig
from training.fitting.rows import Row, label_codes
from training.fitting.run_folder import write_whole

Floats = npt.NDArray[np.float64]
Codes = npt.NDArray[np.int64]

EASY, AMBIGUOUS, HARD, UNSEEN = "easy", "ambiguous", "hard", "unseen"
SURE, UNSURE, STEADY = 0.75, 0.25, 0.2  # confidence from, to; variability to
FEWEST = 3  # times a row must have been seen: two values say little about their spread


@dataclass(frozen=True, kw_only=True)
class Dynamics:
    """N training rows, by id."""

    ids: list[str]
    labels: list[str]  # the given ones
    seen: Codes  # (N,) times
    confidence: Floats  # (N,) in [0, 1], NaN where never seen
    variability: Floats  # (N,) in [0, 0.5], NaN where never seen
    correctness: Floats  # (N,) in [0, 1], NaN where never seen
    regions: list[str]  # EASY, AMBIGUOUS, HARD, or UNSEEN where seen fewer than FEWEST times

    def counts(self) -> dict[str, int]:
        """Rows per region."""
        found = Counter(self.regions)
        return {name: found[name] for name in (EASY, AMBIGUOUS, HARD, UNSEEN)}


class Recorder:
    """Hears what the classifier says about training rows, batch by batch. See `Watcher`.

    >>> rows = [Row(id="1", text="a", label="news")]
    >>> recorder = Recorder(FitConfig(labels=("joke", "news")), rows)
    >>> for p in (0.5, 0.9, 1.0):
    ...     recorder.seen(np.array([0]), np.array([[1 - p, p]], dtype=np.float32))
    >>> found = recorder.dynamics()
    >>> found.confidence.round(3).tolist(), found.variability.round(3).tolist(), found.regions
    ([0.8], [0.216], ['ambiguous'])
    """

    def __init__(self, config: FitConfig, rows: Sequence[Row]) -> None:
        self._ids = [row.id for row in rows]
        self._labels = [row.label for row in rows]
        self._given = label_codes(rows, config.labels)
        self._times = np.zeros(len(rows), dtype=np.int64)
        self._right = np.zeros(len(rows), dtype=np.int64)
        self._mean = np.zeros(len(rows))
        self._squares = np.zeros(len(rows))  # Σ (p - mean)²

    def seen(self, rows: Codes, probs: npt.NDArray[np.float32]) -> None:
        """A batch: (B,) places in the training rows and (B, K) probabilities.

        A place may come twice. Mean and squares are carried on as Welford (1962) does it, because
        sums of squares cancel where p hardly varies.
        """
        given = probs[np.arange(len(rows)), self._given[rows]].astype(np.float64)
        right = given >= probs.max(axis=1)
        for row, p, hit in zip(rows.tolist(), given.tolist(), right.tolist(), strict=True):
            self._times[row] += 1
            self._right[row] += hit
            away = p - self._mean[row]
            self._mean[row] += away / self._times[row]
            self._squares[row] += away * (p - self._mean[row])

    def state(self) -> dict[str, npt.NDArray[Any]]:
        """All it has heard, for a checkpoint."""
        return {name: getattr(self, f"_{name}").copy() for name in STATE}

    def restore(self, state: dict[str, npt.NDArray[Any]]) -> None:
        """Go on from what `state` gave."""
        for name in STATE:
            setattr(self, f"_{name}", state[name].copy())

    def dynamics(self) -> Dynamics:
        """What has been heard so far, in the order of ids."""
        order = sorted(range(len(self._ids)), key=self._ids.__getitem__)
        times = self._times[order]
        once = np.maximum(times, 1)
        never = times == 0
        confidence = np.where(never, np.nan, self._mean[order])
        variability = np.where(never, np.nan, np.sqrt(self._squares[order] / once))
        return Dynamics(
            ids=[self._ids[at] for at in order],
            labels=[self._labels[at] for at in order],
            seen=times,
            confidence=confidence,
            variability=variability,
            correctness=np.where(never, np.nan, self._right[order] / once),
            regions=regions(confidence, variability, times),
        )

    def write(self, path: Path) -> None:
        """Write what `dynamics` gives as Parquet, one row per training row."""
        write_dynamics(path, self.dynamics())


STATE = ("times", "right", "mean", "squares")


def regions(confidence: Floats, variability: Floats, seen: Codes) -> list[str]:
    """EASY, HARD or AMBIGUOUS for each row; UNSEEN below FEWEST times.

    >>> regions(np.array([0.9, 0.1, 0.5]), np.array([0.1, 0.1, 0.1]), np.array([5, 5, 2]))
    ['easy', 'hard', 'unseen']
    """
    steady = variability <= STEADY
    named = np.select(
        [seen < FEWEST, steady & (confidence >= SURE), steady & (confidence <= UNSURE)],
        [UNSEEN, EASY, HARD],
        default=AMBIGUOUS,
    )
    return [str(name) for name in named]


def write_dynamics(path: Path, found: Dynamics) -> None:
    """Columns id, label, seen, confidence, variability, correctness, region."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    numbers = {
        name: pa.array(getattr(found, name), pa.float64(), from_pandas=True)  # NaN becomes null
        for name in ("confidence", "variability", "correctness")
    }
    columns = {"id": found.ids, "label": found.labels, "seen": found.seen, **numbers}
    sink = pa.BufferOutputStream()
    pq.write_table(pa.table({**columns, "region": found.regions}), sink)
    write_whole(path, bytes(sink.getvalue()))


def read_dynamics(path: Path) -> Dynamics:
    """What `write_dynamics` wrote.

    Raises:
        OSError: the file has gone.
    """
    import pyarrow.parquet as pq

    columns = pq.read_table(path).to_pydict()
    return Dynamics(
        ids=columns["id"],
        labels=columns["label"],
        seen=np.array(columns["seen"], dtype=np.int64),
        confidence=np.array(columns["confidence"], dtype=np.float64),
        variability=np.array(columns["variability"], dtype=np.float64),
        correctness=np.array(columns["correctness"], dtype=np.float64),
        regions=columns["region"],
    )
