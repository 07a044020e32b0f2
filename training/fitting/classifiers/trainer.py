"""The `Trainer` of a run: whose loss it takes, and who is told what it said. Loads torch.

A batch names its rows by their places in the training rows, so a loss finds every column of
theirs (soft labels, weights, quality, diversity) without the columns passing through the collator.
"""

from __future__ import annotations

from typing import Any, Protocol

import numpy as np
import numpy.typing as npt
from transformers import Trainer

ROWS = "rows"  # the key of a batch under which the places of its rows are


class RowLoss(Protocol):
    """Made by `training.fitting.losses.loss_of(config, rows)`.

    Args of a call:
        logits: (B, K) float32 tensor, on any device.
        rows: (B,) int64 tensor on the same device, places in the rows it was made with.

    Returns a scalar tensor, the mean over the batch, nats.
    """

    def __call__(self, logits: Any, rows: Any, /) -> Any: ...


class Watcher(Protocol):
    """Told what the model said about training rows while it learned from them; see `dynamics`."""

    def seen(self, rows: npt.NDArray[np.int64], probs: npt.NDArray[np.float32]) -> None:
        """A batch: (B,) places in the training rows and (B, K) probabilities, dropout on."""

    def state(self) -> dict[str, npt.NDArray[Any]]:
        """All it has heard, as arrays; a checkpoint keeps it."""

    def restore(self, state: dict[str, npt.NDArray[Any]]) -> None:
        """Go on from what `state` gave."""


class RowTrainer(Trainer):
    """A `Trainer` with a loss over rows."""

    def __init__(self, *, loss: RowLoss, watcher: Watcher | None = None, **options: Any) -> None:
        super().__init__(**options)
        self._loss_of_rows = loss
        self._watcher = watcher
        self.loss_is_scaled_for_ga = False  # a mean over the batch

    def compute_loss(
        self,
        model: Any,
        inputs: dict[str, Any],
        return_outputs: bool = False,
        num_items_in_batch: Any = None,
    ) -> Any:
        """See `Trainer.compute_loss`."""
        inputs = dict(inputs)
        rows = inputs.pop(ROWS)
        outputs = model(**inputs)
        logits = outputs.logits.float()
        if self._watcher is not None:
            self._tell(rows, logits.detach())
        loss = self._loss_of_rows(logits, rows)
        return (loss, outputs) if return_outputs else loss

    def _tell(self, rows: Any, logits: Any) -> None:
        assert self._watcher is not None
        rows, logits = self.accelerator.gather((rows, logits))
        self._watcher.seen(rows.cpu().numpy(), logits.softmax(dim=1).cpu().numpy())
