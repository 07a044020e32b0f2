"""One fit on a host of a Ray cluster: what runs there. Imports neither Django nor torch.

Its folder is a temporary one beside those of other fits, with which it shares cached tokens. It
goes when the fit is done; what killed workers left is swept away by the next one on that host.
"""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import curation
import training
from training.executors.fetching import PIECE
from training.fitting.child import Child, Step
from training.fitting.run_folder import RunFolder

INPUTS = ("config.json", "origin.json", "dataset/*.jsonl")


@dataclass(frozen=True, kw_only=True)
class Polled:
    """How a fit is doing."""

    pid: int  # of the worker, so that tests can kill it
    host: str
    step: Step | None = None
    code: int | None = None  # exit status of the fit; None while it runs
    complaint: str = ""  # when it broke off
    manifest: bytes = b""  # when it ended well
    sizes: Mapping[str, int] = field(default_factory=dict)  # bytes of each output


class RemoteFit:
    """Owns a temporary folder and the process that fits it; both go with it."""

    def __init__(self, inputs: Mapping[str, bytes]) -> None:
        home = Path(tempfile.gettempdir()) / f"concord-fits-{os.getuid()}"
        home.mkdir(mode=0o700, exist_ok=True)
        sweep(home)
        self.folder = RunFolder(Path(tempfile.mkdtemp(prefix=f"{os.getpid()}-", dir=home)))
        for name, content in inputs.items():
            path = self.folder.path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        self._child = Child(self.folder, {"PYTHONPATH": os.pathsep.join(_code())})

    def poll(self) -> Polled:
        pid, host = os.getpid(), os.uname().nodename
        code = self._child.exit_code()
        if code is None:
            return Polled(pid=pid, host=host, step=self._child.step())
        if code or not self.folder.is_finished():
            return Polled(pid=pid, host=host, code=code or 1, complaint=self._child.complaint())
        manifest = self.folder.manifest.read_bytes()
        names = json.loads(manifest)["files"]
        sizes = {name: (self.folder.path / name).stat().st_size for name in names}
        return Polled(pid=pid, host=host, code=code, manifest=manifest, sizes=sizes)

    def read(self, name: str, offset: int) -> bytes:
        """At most PIECE bytes of an output."""
        with (self.folder.path / name).open("rb") as file:
            file.seek(offset)
            return file.read(PIECE)

    def end(self) -> None:
        """Stop the fit and remove its folder."""
        self._child.end()
        shutil.rmtree(self.folder.path, ignore_errors=True)


def read_inputs(folder: RunFolder) -> dict[str, bytes]:
    """What a fit needs, by name within the folder."""
    paths = sorted(path for pattern in INPUTS for path in folder.path.glob(pattern))
    return {path.relative_to(folder.path).as_posix(): path.read_bytes() for path in paths}


def sweep(home: Path) -> None:
    """Remove the folders of workers that are gone; their names begin with the worker's id."""
    for left in home.iterdir():
        owner = left.name.partition("-")[0]
        if owner.isdecimal() and not _runs(int(owner)):
            shutil.rmtree(left, ignore_errors=True)


def _runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:  # somebody else's
        return True
    return True


def _code() -> list[str]:
    """Where the packages lie here; Ray unpacks each into a folder of its own."""
    return [str(Path(package.__path__[0]).resolve().parent) for package in (training, curation)]
