"""The surroundings of a fit: set before torch is loaded, and written down afterwards."""

from __future__ import annotations

import os
import platform
import sys
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from training.fitting.config import FitConfig
from training.fitting.processes import THREADS

PACKAGES = ("torch", "transformers", "accelerate", "tokenizers", "scikit-learn", "numpy")


def prepare(config: FitConfig) -> None:
    """Fix threads and switches in this process; call it before anything numerical is imported."""
    os.environ.update(
        dict.fromkeys(THREADS, str(config.threads)),
        TOKENIZERS_PARALLELISM="false",
        CUBLAS_WORKSPACE_CONFIG=":4096:8",  # repeatable sums on a GPU
        HF_HUB_DISABLE_TELEMETRY="1",
        TRANSFORMERS_VERBOSITY="error",
    )
    # Waiting threads sleep instead of spinning: on a shared host spinning doubles a step's time.
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    if not config.hub:
        os.environ.update(HF_HUB_OFFLINE="1", TRANSFORMERS_OFFLINE="1")


def is_main_process() -> bool:
    """Whether this is the process that writes: the only one, or the first that was launched.

    `accelerate launch` and `torchrun` number the processes of a run in RANK.
    """
    return os.environ.get("RANK", "0") == "0"


def describe(config: FitConfig) -> dict[str, Any]:
    """What a reader needs to repeat the run elsewhere."""
    return {
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.machine()}",
        "processor": _processor(),
        "cores": os.cpu_count(),
        "threads": config.threads,
        "processes": int(os.environ.get("WORLD_SIZE", "1")),
        "accelerator": _accelerator(),
        "packages": {name: _version(name) for name in PACKAGES},
    }


def _accelerator() -> str | None:
    """Name of the card that was computed on; None without one, or where torch was not needed."""
    torch = sys.modules.get("torch")
    if torch is None or not torch.cuda.is_available():
        return None
    return str(torch.cuda.get_device_name())


def _version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor()
    models = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return models[0] if models else platform.processor()
