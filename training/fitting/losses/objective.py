"""The loss of a batch. Loads torch."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import torch

from training.fitting.config import FitConfig
from training.fitting.losses import targets_of
from training.fitting.rows import Row, label_codes
from training.fitting.weighting import FLOOR, WeightSummary, summary_of


class Objective:
    """-mean over a batch of weight · Σ_k shares_k · log P(k|x), and what the weights have been.

    Args:
        config: of the run; its loss and the options of weights are read.
        rows: N training rows.

    Raises:
        BadDataset: a column that the loss reads is missing or out of range.
    """

    def __init__(self, config: FitConfig, rows: Sequence[Row]) -> None:
        targets = targets_of(rows, config)
        self._config = config
        self._shares = torch.from_numpy(targets.shares)
        self._weights = torch.from_numpy(targets.weights)
        self._given = torch.from_numpy(label_codes(rows, config.labels))
        self._quality = None if targets.quality is None else torch.from_numpy(targets.quality)
        self._last = torch.full_like(self._weights, math.nan)  # weights when last seen

    def __call__(self, logits: Any, rows: Any) -> Any:
        """The loss of a batch, a scalar tensor that gradients flow through.

        Args:
            logits: (B, K), on any device.
            rows: (B,) places in the training rows, on the same.
        """
        self._move(logits.device)
        log_probs = torch.log_softmax(logits.double(), dim=-1)
        weights, shares = self._weights[rows], self._shares[rows]
        if self._quality is not None:
            given = log_probs.detach().gather(1, self._given[rows][:, None])[:, 0]
            weights = weights * self._ratio(self._quality[rows], given)
            self._last[rows] = weights * shares.sum(dim=1)
        weights = self._normalised(weights, shares)
        return -(weights * (shares * log_probs).sum(dim=1)).mean()

    def summary(self) -> WeightSummary | None:
        """Of the rows' weights, class weights included, before they are normalised.

        Where they move with the classifier, as in DIMP, each as it was when last seen; None before
        the first step.
        """
        known = self._last if self._quality is not None else self._weights * self._shares.sum(dim=1)
        weights = known.cpu().numpy()
        weights = weights[~np.isnan(weights)]
        return summary_of(weights) if len(weights) else None

    def state(self) -> dict[str, npt.NDArray[Any]]:
        """What `summary` speaks of, for a checkpoint."""
        return {"last": self._last.cpu().numpy()}

    def restore(self, state: dict[str, npt.NDArray[Any]]) -> None:
        """Go on from what `state` gave."""
        self._last = torch.from_numpy(state["last"].copy()).to(self._last.device)

    def _move(self, device: Any) -> None:
        if self._shares.device == device:
            return
        for name in ("_shares", "_weights", "_given", "_quality", "_last"):
            column = getattr(self, name)
            setattr(self, name, None if column is None else column.to(device))

    def _ratio(self, quality: Any, given: Any) -> Any:
        """(P'/P)^γ, clipped: (B,), (B,) log P → (B,)."""
        config = self._config
        probs = given.clamp(min=math.log(FLOOR)).exp()
        ratio = (quality / probs) ** config.weight_exponent
        if (config.weight_low, config.weight_high) != (0, 0):
            ratio = ratio.clamp(config.weight_low, config.weight_high)
        return ratio

    def _normalised(self, weights: Any, shares: Any) -> Any:
        if not self._config.weight_normalise:
            return weights
        mean = (weights * shares.sum(dim=1)).mean()
        return torch.where(mean > 0, weights / mean.clamp(min=FLOOR), weights)
