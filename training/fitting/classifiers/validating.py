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
        self._best: tuple[float, float] | None = None
        self._weights: dict[str, Any] = {}
        self._misses = 0
        self.curve: list[dict[str, float]] = []

    @property
    def stopped(self) -> bool:
        """Patience has run out."""
        return 0 < self._patience <= self._misses

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
        best = max(self.curve, key=_rank, default=None)
        return {
            "validation": self.curve,
            "best_step": best and best["step"],
            "stopped_early": self.stopped,
        }

    def state(self) -> dict[str, Any]:
        """All of it, for a checkpoint."""
        return {
            "curve": self.curve, "misses": self._misses, "best": self._best,
            "weights": self._weights,
        }  # fmt: skip

    def restore(self, state: dict[str, Any]) -> None:
        """Go on from what `state` gave."""
        self.curve, self._misses = state["curve"], state["misses"]
        self._best, self._weights = state["best"], state["weights"]

    def _measure(self, step: int, model: Any) -> None:
        found = self._scores(step)
        self.curve.append(found)
        if self._best is None or _rank(found) > self._best:
            self._best, self._misses = _rank(found), 0
            self._weights = {
                name: weights.detach().to("cpu", copy=True)
                for name, weights in _bare(model).named_parameters()
                if weights.requires_grad
            }
        else:
            self._misses += 1

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
