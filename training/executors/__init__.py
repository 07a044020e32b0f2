"""Where run folders are fitted: on this machine, or on many through Ray.

To add an executor: write `training/executors/<name>.py` with a class like `base.Executor` that
takes `parallel` (fits at a time, or None for as many as fit in), then name it below.

Classes are named as strings, so that reading the registry loads nothing heavy.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from training.executors.base import Executor

EXECUTORS: dict[str, str] = {
    "local": "training.executors.local.LocalExecutor",
    "ray": "training.executors.ray.RayExecutor",
}


def open_executor(name: str, *, parallel: int | None = None) -> Executor:
    """The executor called `name`, a key of EXECUTORS; close it after use."""
    module, _, cls = EXECUTORS[name].rpartition(".")
    executor: Executor = getattr(import_module(module), cls)(parallel)
    return executor
