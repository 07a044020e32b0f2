"""The loss of each step: passed on, remembered, and no number no longer than one step."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from transformers import TrainerCallback

from training.fitting.classifiers.base import Reporter
from training.fitting.errors import Diverged


class Steps(TrainerCallback):
    """Passes losses on.

    Raises:
        Diverged: from within training, at the first loss that is infinite or no number.
    """

    def __init__(self, report: Reporter, *, steps: int, learning_rate: float) -> None:
        self._report, self._total, self._rate = report, steps, learning_rate
        self._losses: list[float] = []

    def on_step_end(self, args: Any, state: Any, control: Any, **_: Any) -> None:
        control.should_log |= state.global_step == state.max_steps  # on a card not all are read

    def on_log(self, args: Any, state: Any, control: Any, logs: Any = None, **_: Any) -> None:
        if not logs or "loss" not in logs:
            return
        loss, step = float(logs["loss"]), state.global_step
        if not math.isfinite(loss):
            raise Diverged(loss=loss, step=step, steps=self._total, learning_rate=self._rate)
        self._losses.append(loss)
        self._report(step, self._total, loss)

    def final_loss(self) -> float | None:
        """Mean of the last tenth."""
        last = self._losses[-max(1, len(self._losses) // 10) :]
        return float(np.mean(last)) if last else None

    def state(self) -> dict[str, Any]:
        """For a checkpoint."""
        return {"losses": self._losses}

    def restore(self, state: dict[str, Any]) -> None:
        """Go on from what `state` gave."""
        self._losses = state["losses"]
