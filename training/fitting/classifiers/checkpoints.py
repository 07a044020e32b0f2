"""What a killed fit goes on from. Loads torch.

A checkpoint is the `Trainer`'s own (weights, optimiser, schedule, random numbers), with what our
own parts know in a last file. That file is written when all others are on the disk, so where it
is missing the checkpoint is none.
"""

from __future__ import annotations

import io
import os
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import torch
from accelerate.utils import broadcast_object_list
from transformers import TrainerCallback

from training.fitting.run_folder import write_whole

ASIDE = "aside.pt"
SECONDS = 60.0  # a fit that is killed loses about so much work


class Stateful(Protocol):
    """A part of a fit that knows something."""

    def state(self) -> dict[str, Any]: ...

    def restore(self, state: dict[str, Any]) -> None: ...


class Checkpoints(TrainerCallback):
    """Asks for a checkpoint once a minute and at every evaluation, and completes it.

    When it is written changes nothing in the numbers. Several processes have clocks of their own,
    so they write at evaluations only.
    """

    def __init__(self, folder: Path, parts: Mapping[str, Stateful], *, every: int) -> None:
        """Args:
        folder: of the checkpoints of this very fit.
        parts: by name; what they know is kept, too.
        every: steps; 0 for the clock alone.
        """
        self._folder, self._parts, self._every = folder, parts, every
        self._saved = time.monotonic()

    def on_step_end(self, args: Any, state: Any, control: Any, **_: Any) -> None:
        due = args.world_size == 1 and time.monotonic() - self._saved >= SECONDS
        at_evaluation = self._every and state.global_step % self._every == 0
        control.should_save |= bool(due or at_evaluation)

    def on_save(self, args: Any, state: Any, control: Any, **_: Any) -> None:
        self._saved = time.monotonic()
        if state.is_world_process_zero:
            place = self._folder / f"checkpoint-{state.global_step}"
            for path in place.iterdir():
                _flush(path)
            content = io.BytesIO()
            known = {name: _as_tensors(part.state()) for name, part in self._parts.items()}
            torch.save(known, content)
            write_whole(place / ASIDE, content.getvalue())

    def restore(self) -> Path | None:
        """Tell the parts what the newest whole checkpoint knows; its folder, or None."""
        found = broadcast_object_list([self._newest()])[0]
        if found is None:
            return None
        known = torch.load(found / ASIDE, weights_only=True, map_location="cpu")
        for name, part in self._parts.items():
            part.restore(_as_arrays(known[name]))
        return Path(found)

    def _newest(self) -> Path | None:
        whole = [path.parent for path in self._folder.glob(f"checkpoint-*/{ASIDE}")]
        return max(whole, key=step_of, default=None)


def step_of(checkpoint: Path) -> int:
    """The number of steps made when it was written."""
    return int(checkpoint.name.rpartition("-")[2])


def _flush(path: Path) -> None:
    with path.open("rb") as file:
        os.fsync(file.fileno())


def _as_tensors(state: Mapping[str, Any]) -> dict[str, Any]:
    """numpy arrays as tensors, which `torch.load` takes without trusting the file."""
    return {
        name: ("array", torch.from_numpy(np.array(value)))
        if isinstance(value, np.ndarray)
        else ("plain", value)
        for name, value in state.items()
    }


def _as_arrays(state: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: value.numpy() if kind == "array" else value for name, (kind, value) in state.items()
    }
