"""What every classifier takes and gives back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
import numpy.typing as npt

from training.fitting.config import FitConfig
from training.fitting.rows import Row

if TYPE_CHECKING:
    from training.fitting.dynamics import Recorder


class Reporter(Protocol):
    """Told after each step; `loss` is the mean cross-entropy of that step's rows, in nats."""

    def __call__(self, step: int, steps: int, loss: float | None = None) -> None: ...


@dataclass(frozen=True, kw_only=True)
class Workplace:
    """Where a fit may put things aside; without a folder it does without."""

    checkpoints: Path | None = None  # from which the same fit goes on after it was killed
    cache: Path | None = None  # of tokens and vectors by content, shared with other runs


NOWHERE = Workplace()


@dataclass(frozen=True, kw_only=True)
class Fitted:
    """What a fit leaves behind."""

    probs: npt.NDArray[np.float64]  # (N, K) over the test rows, in their order; rows sum to 1
    validation_probs: npt.NDArray[np.float64] | None = None  # (V, K) over the validation rows
    loss: float | None = None  # of the last tenth of the steps, mean, nats
    cut: dict[str, int] = field(default_factory=dict)  # texts longer than max_length, per split
    seconds: dict[str, float] = field(default_factory=dict)  # per phase, by the wall clock
    facts: Mapping[str, Any] = field(default_factory=dict)  # plain values for metrics.json
    resumed_at: int | None = None  # the step of the checkpoint that it went on from
    dynamics: Recorder | None = None  # when the config asks for it; `run` writes it


class Classifier(Protocol):
    """Fits on `train`, judges `test`, and writes itself into `model_folder` when there is one."""

    def __call__(
        self,
        train: Sequence[Row],
        test: Sequence[Row],
        config: FitConfig,
        *,
        report: Reporter,
        model_folder: Path | None,
        validation: Sequence[Row] = (),
        workplace: Workplace = NOWHERE,
    ) -> Fitted: ...


class Judge(Protocol):
    """A kept model: N texts → (N, K) probabilities, rows sum to 1, labels as in the config."""

    def __call__(self, texts: Sequence[str]) -> npt.NDArray[np.float64]: ...


class Loader(Protocol):
    """Reads what a `Classifier` wrote into its model folder."""

    def __call__(self, model_folder: Path, config: FitConfig) -> Judge: ...
