"""`python -m training.fitting.forking CLASSIFIER FD`: fits that start with their imports done.

A process that has loaded what a classifier imports, and forks for each run: a fit then begins in
milliseconds instead of the seconds that torch and transformers take to load. It computes nothing
itself, so there are no threads and no card in use when it forks.

Through the socket FD, one JSON object a line:

    in     {"run": 3, "folder": "RUN_DIR", "extra": {}}    fork for it
           {"end": 3}                                      end it; it need not have begun
           {"over": 3}                                     its process may be forgotten
    out    {"run": 3, "pid": 4711}                         once it runs
           {"run": 3, "code": 0}                           once it ended; negative for a signal

A process that ended stays a zombie until it may be forgotten, so that nobody else gets its number
while somebody may still send it a signal. Everything ends when standard input does.
"""

from __future__ import annotations

import argparse
import json
import os
import select
import signal
import socket
import sys
from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import Any

from training.fitting import environment
from training.fitting.__main__ import main as fit
from training.fitting.classifiers import load_classifier
from training.fitting.config import FitConfig
from training.fitting.processes import WEAK_CHECK
from training.fitting.run_folder import RunFolder

LATER = (  # what every fit loads when it comes to its scores
    "pandas", "pyarrow.parquet", "training.evaluation.calibration", "training.evaluation.collapse",
    "training.evaluation.scores",
)  # fmt: skip
LATER_OF = {  # and what a classifier loads once it begins
    "tfidf": ("sklearn.feature_extraction.text", "sklearn.linear_model", "sklearn.pipeline"),
    "probe": ("sklearn.linear_model",),
    "transformer": ("transformers.models.bert.modeling_bert",),
}
BLOCK = 65_536  # bytes read at a time
POLL_SECONDS = 0.02  # between two looks at the processes that run


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m training.fitting.forking")
    parser.add_argument("classifier")
    parser.add_argument("socket", type=int, metavar="FD")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--hub", action="store_true")
    options = parser.parse_args(arguments)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)  # who starts us may not want to know of its own
    environment.prepare(FitConfig(threads=options.threads, hub=options.hub))
    with suppress(Exception):  # whatever it is, each fit says it in its own log
        load_classifier(options.classifier)
        for name in (*LATER_OF[options.classifier], *LATER):
            import_module(name)
    asked = Server(socket.socket(fileno=options.socket)).serve()
    return 0 if asked is None else _fit(asked)


@dataclass
class Server:
    """Forks where it is asked to, and tells how the forks end."""

    control: socket.socket
    running: dict[int, int] = field(default_factory=dict)  # run → process, not yet ended
    ended: dict[int, int] = field(default_factory=dict)  # run → process, not yet forgotten

    def serve(self) -> dict[str, Any] | None:
        """None when the owner is gone; in a fork, what it is asked for."""
        rest = b""
        while True:
            timeout = POLL_SECONDS if self.running else None
            if select.select([self.control], [], [], timeout)[0]:
                block = self.control.recv(BLOCK)
                if not block:
                    return None
                *lines, rest = (rest + block).split(b"\n")
                several = [json.loads(line) for line in lines]
                not_wanted = {one["end"] for one in several if "end" in one}
                for asked in several:
                    if self._is_fork(asked, not_wanted):
                        return dict(asked)
            self._tell_of_ends()

    def _is_fork(self, asked: Mapping[str, Any], not_wanted: Collection[int]) -> bool:
        """Do what is asked; True in the process that is to fit."""
        if "over" in asked:
            os.waitpid(self.ended.pop(asked["over"]), 0)
        elif "end" in asked:
            if asked["end"] in self.running:
                os.kill(self.running[asked["end"]], signal.SIGTERM)
        elif asked["run"] in not_wanted:
            self._say(run=asked["run"], code=-signal.SIGTERM)
        else:
            return self._fork(asked)
        return False

    def _fork(self, asked: Mapping[str, Any]) -> bool:
        """True in the new process; one that cannot be made is told as a fit that failed."""
        try:
            pid = os.fork()
        except OSError as error:
            with suppress(OSError):
                log = RunFolder(Path(asked["folder"])).log
                log.write_text(f"No process could be started: {error}.")
            self._say(run=asked["run"], code=1)
            return False
        if pid == 0:
            self.control.close()
            return True
        self.running[asked["run"]] = pid
        self._say(run=asked["run"], pid=pid)
        return False

    def _tell_of_ends(self) -> None:
        for run, pid in tuple(self.running.items()):
            found = os.waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG | os.WNOWAIT)
            if found is not None:
                self.ended[run] = self.running.pop(run)
                by_itself = found.si_code == os.CLD_EXITED
                self._say(run=run, code=found.si_status if by_itself else -found.si_status)

    def _say(self, **values: int) -> None:
        with suppress(BrokenPipeError):  # the next read ends us
            self.control.sendall(json.dumps(values).encode() + b"\n")


def _fit(asked: Mapping[str, Any]) -> int:
    """One fit, in a session of its own and with a log of its own."""
    os.setsid()
    folder = RunFolder(Path(asked["folder"]))
    with folder.log.open("wb") as log:
        os.dup2(log.fileno(), sys.stderr.fileno())
    os.environ.pop(WEAK_CHECK, None)
    os.environ.update(asked["extra"])
    return fit([str(folder.path), "--die-with-parent"])


if __name__ == "__main__":
    sys.exit(main())
