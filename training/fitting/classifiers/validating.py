"""Judging the validation rows now and then: when to stop, and which weights were best."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt
from accelerate.utils import broadcast_object_list
from transformers import TrainerCallback

from training.evaluation.scores import score

Judging = Callable[[], npt.NDArray[np.float64]]


class Validation(TrainerCallback):
    """Scores after every so many steps and after the last one; keeps the best weights.

    Better is a higher macro-F1, or at the same macro-F1 a lower cross-entropy. Training stops
    after `patience` evaluations in a row that are not better; 0 never stops it.
    """

    def __init__(
        self, judge: Judging, gold: npt.NDArray[np.int64], *, every: int, patience: int
    ) -> None:
        """Args:
        judge: gives (N, K) probabilities of the validation rows as the model is now.
        gold: (N,) int in [0, K).
        every: steps; 0 judges after the last step only.
        """
        self._judge, self._gold = judge, gold
        self._every, self._patience = every, patience
        self._weights: dict[str, Any] = {}  # of the best evaluation
        self.curve: list[dict[str, float]] = []

    @property
    def stopped(self) -> bool:
        """Patience has run out."""
        misses = len(self.curve) - 1 - self._best() if self.curve else 0
        return 0 < self._patience <= misses

    def on_step_end(self, args: Any, state: Any, control: Any, **given: Any) -> None:
        step = state.global_step
        if step == state.max_steps or (self._every and step % self._every == 0):
            self._measure(step, given["model"])
            control.should_training_stop |= self.stopped

    def restore_best(self, model: Any) -> None:
        """Put the best weights back."""
        model.load_state_dict(self._weights, strict=False)

    def facts(self) -> dict[str, Any]:
        """For metrics.json."""
        return {
            "validation": self.curve,
            "best_step": self.curve[self._best()]["step"] if self.curve else None,
            "stopped_early": self.stopped,
        }

    def state(self) -> dict[str, Any]:
        """All of it, for a checkpoint."""
        return {"curve": self.curve, "weights": self._weights}

    def restore(self, state: dict[str, Any]) -> None:
        """Go on from what `state` gave."""
        self.curve, self._weights = state["curve"], state["weights"]

    def _measure(self, step: int, model: Any) -> None:
        self.curve.append(self._scores(step))
        if self._best() == len(self.curve) - 1:
            self._weights = {
                name: weights.detach().to("cpu", copy=True)
                for name, weights in _bare(model).named_parameters()
                if weights.requires_grad
            }

    def _best(self) -> int:
        """The place of the best evaluation in the curve, of the earliest where several are."""
        return max(range(len(self.curve)), key=lambda at: _rank(self.curve[at]))

    def _scores(self, step: int) -> dict[str, float]:
        """The same in every process, so that all stop at once."""
        probs = self._judge()
        given = np.maximum(probs[np.arange(len(self._gold)), self._gold], 1e-12)
        macro = score(self._gold, probs.argmax(axis=1), n_labels=probs.shape[1]).macro_f1
        found = {
            "step": step,
            "macro_f1": round(float(macro), 6),
            "loss": round(float(-np.log(given).mean()), 6),
        }
        shared: list[dict[str, float]] = broadcast_object_list([found])
        return shared[0]


def _rank(found: dict[str, float]) -> tuple[float, float]:
    loss = found["loss"]
    return found["macro_f1"], -math.inf if math.isnan(loss) else -loss


def _bare(model: Any) -> Any:
    """The model inside what spreads it over processes."""
    return getattr(model, "module", model)
