"""A fit as a process of its own, and what it may see of the process that starts it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from training.fitting.errors import BadConfig
from training.fitting.run_folder import RunFolder

ROOT = Path(__file__).resolve().parent.parent.parent  # where `python -m training.fitting` is found

# All a child may inherit: variables of servers, keys and debuggers stay out of it.
INHERITED = (
    "PATH", "HOME", "LANG", "LC_ALL", "TZ", "TMPDIR", "LD_LIBRARY_PATH",
    "CUDA_VISIBLE_DEVICES", "OMP_WAIT_POLICY", "HF_HOME", "HF_HUB_CACHE", "HF_ENDPOINT",
)  # fmt: skip
THREADS = ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS")
WEAK_CHECK = "PYTORCH_NVML_BASED_CUDA_CHECK"  # for a card, without beginning to use it
GRACE_SECONDS = 2.0  # between asking a child to end and killing it


class Alone:
    """A fit that starts from nothing; it ends when its owner does."""

    complaint = ""  # how it ended, where neither its code nor its log says so

    def __init__(self, folder: RunFolder, extra: Mapping[str, str]) -> None:
        with folder.log.open("wb") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "training.fitting", str(folder.path), "--die-with-parent"],
                cwd=ROOT,
                env={**clean_environment(_threads_of(folder)), **extra},
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                stderr=log,
                start_new_session=True,
            )

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def returncode(self) -> int | None:
        return self._process.returncode

    def poll(self) -> int | None:
        return self._process.poll()

    def wait(self, timeout: float | None = None) -> int:
        return self._process.wait(timeout)

    def wait_killed(self) -> None:
        self._process.wait()

    def signal_group(self, number: signal.Signals) -> None:
        os.killpg(self._process.pid, number)

    def close(self) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()


def clean_environment(threads: int | None = None) -> dict[str, str]:
    """All that a child may see of this process's environment.

    Args:
        threads: of its numerical libraries, some of which look here as soon as they are loaded.
    """
    inherited = {name: os.environ[name] for name in INHERITED if name in os.environ}
    limits = {} if threads is None else dict.fromkeys(THREADS, str(threads))
    return {
        **inherited,
        **limits,
        "PYTHONPATH": str(ROOT),
        "PYTHONHASHSEED": "0",
    }


def _threads_of(folder: RunFolder) -> int | None:
    try:
        return folder.read_config().threads
    except BadConfig:  # the fit itself says what is wrong
        return None
