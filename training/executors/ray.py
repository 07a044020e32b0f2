"""Fits on any host of a Ray cluster; several small ones may share a graphics processor.

Each fit is an actor there with a process of its own (`ray_fit`). This project's code travels with
it; what requirements.txt names must be installed there, for the same Python. A worker that is lost
is reported as lost, and whoever started the fit starts it again, wherever there is room then. When
this process ends, Ray ends its actors, and they their fits.
"""

from __future__ import annotations

import logging
import os
import signal
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from training.executors.base import Ended
from training.executors.errors import NoCluster
from training.executors.fetching import Fetching, Wanted
from training.executors.ray_fit import Polled, RemoteFit, read_inputs
from training.fitting.child import Step
from training.fitting.config import FitConfig
from training.fitting.errors import first_line
from training.fitting.processes import GRACE_SECONDS, ROOT
from training.fitting.run_folder import RunFolder

ADDRESS = "RAY_ADDRESS"  # host:port of the cluster's head, or auto on one of its hosts
CPUS, GPUS = "CONCORD_RAY_CPUS", "CONCORD_RAY_GPUS"  # of one fit; 0.25: four share one
CONNECT_SECONDS = 5.0
ROOM_SECONDS = 5.0  # between two questions how many hosts there are
ON_GPU = ("transformer",)  # classifiers that use a graphics processor


class RayExecutor:
    """Actors on the cluster at RAY_ADDRESS; this process must run on one of its hosts."""

    def __init__(
        self,
        parallel: int | None = None,
        *,
        address: str | None = None,
        cpus: float | None = None,
        gpus: float | None = None,
    ) -> None:
        """
        Args:
            parallel: fits at a time; None: as many as the cluster's processors hold.
            address: of the head, instead of RAY_ADDRESS.
            cpus: processors of one fit; None: CONCORD_RAY_CPUS, or as many as it has threads.
            gpus: graphics processors of one fit, such as 0.25; None: CONCORD_RAY_GPUS, or 1 where
                the cluster has some. Ray counts them but does not divide their memory.

        Raises:
            NoCluster: Ray is not installed, or no cluster answers.
        """
        self._cpus = _stated(CPUS, cpus)
        self._gpus = _stated(GPUS, gpus)
        self._parallel = parallel
        self._ray, self._owner = connect(address or os.environ.get(ADDRESS, ""))
        self._handles: list[RayHandle] = []
        self._room, self._room_at = 1, float("-inf")

    @property
    def capacity(self) -> int:
        if self._parallel:
            return self._parallel
        if time.monotonic() - self._room_at > ROOM_SECONDS:
            with suppress(self._ray.exceptions.RayError, ConnectionError):
                self._room = max(1, sum(map(self._room_of, self._hosts())))
            self._room_at = time.monotonic()
        return self._room

    def start(self, folder: RunFolder) -> RayHandle:
        cpus, gpus = self._share(folder.read_config())
        actor = self._ray.remote(RemoteFit).options(
            num_cpus=cpus, num_gpus=gpus, max_restarts=0, max_task_retries=0
        )
        handle = RayHandle(folder, actor.remote(read_inputs(folder)), self._ray)
        self._handles = [one for one in self._handles if one.ended() is None] + [handle]
        return handle

    def close(self) -> None:
        for handle in self._handles:
            handle.cancel()
        self._handles.clear()
        if self._owner:
            self._ray.shutdown()

    def _share(self, config: FitConfig) -> tuple[float, float]:
        """Processors and graphics processors of one fit."""
        cpus = config.threads if self._cpus is None else self._cpus
        return cpus, self._gpus_of_a_fit() if config.classifier in ON_GPU else 0

    def _gpus_of_a_fit(self) -> float:
        if self._gpus is not None:
            return self._gpus
        return 1.0 if any(host.get("GPU") for host in self._hosts()) else 0.0

    def _hosts(self) -> list[dict[str, float]]:
        return [host["Resources"] for host in self._ray.nodes() if host["Alive"]]

    def _room_of(self, host: dict[str, float]) -> int:
        room = host.get("CPU", 0.0) / (self._cpus or 1.0)
        if gpus := self._gpus_of_a_fit():
            room = min(room, host.get("GPU", 0.0) / gpus)
        return int(room)


class RayHandle:
    """One actor, asked again whenever it has answered."""

    def __init__(self, folder: RunFolder, actor: Any, ray: Any) -> None:
        self._folder = folder
        self._actor = actor
        self._ray = ray
        self._step: Step | None = None
        self._ended: Ended | None = None
        self._fetching: Fetching | None = None
        self._piece: Wanted | None = None  # that was asked for
        self._asked = actor.poll.remote()
        self.last: Polled | None = None  # what it said last

    @property
    def folder(self) -> RunFolder:
        return self._folder

    def ended(self) -> Ended | None:
        if self._ended is None:
            self._ended = self._look()
            if self._ended is not None:
                self._let_go()
        return self._ended

    def step(self) -> Step | None:
        return self._step

    def cancel(self) -> None:
        if self._ended is None:
            self._ended = Ended(complaint="It was stopped.")
            self._let_go()

    def _look(self) -> Ended | None:
        """Take its answer, if there is one."""
        errors = self._ray.exceptions
        try:
            if not self._ray.wait([self._asked], timeout=0)[0]:
                return None
            answer = self._ray.get(self._asked)
            return self._polled(answer) if self._fetching is None else self._fetched(answer)
        except errors.ActorUnavailableError:  # for a moment, or for good: asking again tells
            self._asked = self._actor.poll.remote()
            self._fetching = None
            return None
        except errors.RayTaskError as error:
            return Ended(complaint=f"Its host could not go on: {error.cause!r}")
        except (errors.RayError, ConnectionError) as error:
            return Ended(complaint=f"Its Ray worker was lost: {first_line(error)}", lost=True)
        except OSError as error:
            return Ended(complaint=f"What it wrote could not be fetched: {error}.")

    def _polled(self, answer: Polled) -> Ended | None:
        self.last, self._step = answer, answer.step or self._step
        if answer.code is None:
            self._asked = self._actor.poll.remote()
            return None
        if answer.code != 0:
            return Ended(complaint=answer.complaint, lost=answer.code < 0)
        self._fetching = Fetching(self._folder, manifest=answer.manifest, sizes=answer.sizes)
        return self._next_piece(self._fetching)

    def _fetched(self, piece: bytes) -> Ended | None:
        assert self._fetching is not None
        assert self._piece is not None
        self._fetching.take(self._piece, piece)
        return self._next_piece(self._fetching)

    def _next_piece(self, fetching: Fetching) -> Ended | None:
        self._piece = fetching.wanted()
        if self._piece is not None:
            self._asked = self._actor.read.remote(self._piece.name, self._piece.offset)
            return None
        if fetching.settle():
            return Ended()
        return Ended(complaint="What it wrote came back damaged.", lost=True)

    def _let_go(self) -> None:
        """End its process, then the actor itself; either may have gone already."""
        if self._fetching is not None:
            self._fetching.drop()
        with suppress(self._ray.exceptions.RayError, ConnectionError):
            if self.last is not None:  # it was placed on a host
                self._ray.get(self._actor.end.remote(), timeout=3 * GRACE_SECONDS)
        with suppress(self._ray.exceptions.RayError, ConnectionError, ValueError):
            self._ray.kill(self._actor)


def connect(address: str) -> tuple[Any, bool]:
    """Ray, connected; and whether that was done here, so that it must be undone here.

    Raises:
        NoCluster: it is not installed, or nothing answers at the address.
    """
    try:
        import ray
    except ImportError as error:
        raise NoCluster(
            "Ray is not installed; install it on every host with: "
            "pip install -r requirements-scale.txt -c constraints.txt"
        ) from error
    if ray.is_initialized():
        return ray, False
    _check_answers(address)
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
    code = [str(ROOT / name) for name in ("training", "curation")]
    environment = {"py_modules": code, "excludes": ["__pycache__", "static", "templates"]}
    try:
        with _own_signals():
            ray.init(
                address=address,
                runtime_env=environment,
                log_to_driver=False,
                logging_level=logging.ERROR,
            )
    except (ConnectionError, RuntimeError, ValueError) as error:
        raise NoCluster(
            f"The Ray cluster at {address!r} cannot be used: {first_line(error)}"
        ) from error
    return ray, True


def _check_answers(address: str) -> None:
    """Ray itself would wait for minutes."""
    host, _, port = address.rpartition(":")
    if address == "auto":
        return
    if not host or not port.isdecimal() or "//" in host:
        raise NoCluster(
            f"{ADDRESS} is {address!r}; name the cluster's head as HOST:PORT, "
            'or "auto" on one of its hosts.'
        )
    try:
        socket.create_connection((host, int(port)), CONNECT_SECONDS).close()
    except OSError as error:
        raise NoCluster(
            f"No Ray cluster answers at {address} ({error.strerror or error}); start one with: "
            f"ray start --head --port={port}"
        ) from error


@contextmanager
def _own_signals() -> Iterator[None]:
    """Ray takes SIGTERM over, by which workers of ours are asked to put their work down."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _stated(name: str, given: float | None) -> float | None:
    """The number given, or that of the environment variable, if there is one."""
    if given is not None or not os.environ.get(name):
        return given
    try:
        number = float(os.environ[name])
    except ValueError:
        number = -1
    if number < 0:
        raise NoCluster(f"{name} is {os.environ[name]!r}; use a number such as 0.25.")
    return number
