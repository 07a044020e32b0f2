"""Fits as processes of this machine: one per graphics processor, or as many as asked for."""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path

from training.executors.base import Ended
from training.fitting.child import Child, Step
from training.fitting.errors import BadConfig
from training.fitting.fork_server import ForkServer, server_for
from training.fitting.run_folder import RunFolder

VISIBLE = "CUDA_VISIBLE_DEVICES"
Kind = tuple[str, int, bool]  # of fits: classifier, threads, whether it may ask the hub
DRIVER = Path("/proc/driver/nvidia/gpus")  # one folder per graphics processor


class LocalExecutor:
    """Child processes of this one; they end when it does.

    Fits of a kind are forked from one process that has loaded what they import.
    """

    def __init__(
        self, parallel: int | None = None, *, devices: tuple[str, ...] | None = None
    ) -> None:
        """
        Args:
            parallel: fits at a time; None: one per graphics processor, or else one per core.
            devices: names for CUDA_VISIBLE_DEVICES; None: those this machine has. Fits are spread
                over them evenly, so more fits than devices share them.
        """
        self.devices = own_devices() if devices is None else devices
        self._capacity = parallel or len(self.devices) or own_cores()
        self._running: dict[LocalHandle, str] = {}
        self._servers: dict[Kind, ForkServer | None] = {}

    @property
    def capacity(self) -> int:
        return self._capacity

    def start(self, folder: RunFolder) -> LocalHandle:
        device = self._free_device()
        extra = {VISIBLE: device} if device else {}
        handle = LocalHandle(Child(folder, extra, server=self._server(folder)))
        self._running[handle] = device
        return handle

    def close(self) -> None:
        for handle in self._running:
            handle.cancel()
        self._running.clear()
        for server in filter(None, self._servers.values()):
            server.close()
        self._servers.clear()

    def _server(self, folder: RunFolder) -> ForkServer | None:
        """What has loaded the imports of such fits; None where they have to start from nothing."""
        try:
            config = folder.read_config()
        except BadConfig:  # the fit itself says what is wrong
            return None
        kind = (config.classifier, config.threads, config.hub)
        server = self._servers.get(kind)
        if server is not None and server.gone:
            server.close()
            server = None
        if server is None:
            server = self._servers[kind] = server_for(config)
        return server

    def _free_device(self) -> str:
        """The device with the fewest fits; "" when there is none."""
        self._running = {
            handle: device for handle, device in self._running.items() if handle.ended() is None
        }
        taken = Counter(self._running.values())
        return min(self.devices, key=lambda device: taken[device], default="")


class LocalHandle:
    """One child process."""

    def __init__(self, child: Child) -> None:
        self._child = child
        self._ended: Ended | None = None

    @property
    def folder(self) -> RunFolder:
        return self._child.folder

    def ended(self) -> Ended | None:
        if self._ended is None:
            code = self._child.exit_code()
            if code is not None:
                complaint = "" if code == 0 else self._child.complaint()
                self._ended = Ended(complaint=complaint, lost=code < 0)
        return self._ended

    def step(self) -> Step | None:
        return self._child.step()

    def cancel(self) -> None:
        self._child.end()


def own_devices() -> tuple[str, ...]:
    """Graphics processors a child may use, as CUDA_VISIBLE_DEVICES names them.

    Asked of the driver's files, so that no torch is loaded; on systems without them it is ().
    """
    stated = os.environ.get(VISIBLE)
    if stated is not None:
        return tuple(name.strip() for name in stated.split(",") if name.strip() not in {"", "-1"})
    try:
        found = len(list(DRIVER.iterdir()))
    except OSError:
        found = 0
    return tuple(str(at) for at in range(found))


def own_cores() -> int:
    """Cores that this process may use, 1 or more."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
