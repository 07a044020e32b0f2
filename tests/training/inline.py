"""An executor for tests: fits in this process, at once, and loses what it is told to lose."""

from __future__ import annotations

from collections import Counter
from typing import ClassVar

from training.executors.base import Ended
from training.fitting.child import Step
from training.fitting.errors import FitError
from training.fitting.run import run
from training.fitting.run_folder import RunFolder


class InlineHandle:
    def __init__(self, folder: RunFolder, ended: Ended | None) -> None:
        self.folder = folder
        self._ended = ended

    def ended(self) -> Ended | None:
        return self._ended

    def step(self) -> Step | None:
        return None

    def cancel(self) -> None:
        self._ended = self._ended or Ended(complaint="It was cancelled.")


class InlineExecutor:
    """Name it in EXECUTORS; what it is to do, and what it has done, is kept on the class."""

    started: ClassVar[list[str]] = []  # names of folders, in order
    lose: ClassVar[Counter[str]] = Counter()  # start of a folder's name → times it is lost
    endless: ClassVar[set[str]] = set()  # starts of names of folders that never end
    refuse: ClassVar[set[str]] = set()  # starts of names of folders that cannot be started

    def __init__(self, parallel: int | None = None) -> None:
        self.capacity = parallel or 1

    @classmethod
    def reset(cls) -> None:
        for kept in (cls.started, cls.lose, cls.endless, cls.refuse):
            kept.clear()

    def start(self, folder: RunFolder) -> InlineHandle:
        name = folder.path.name
        self.started.append(name)
        if any(name.startswith(start) for start in self.refuse):
            raise OSError(28, "No space left on device")
        for start, times in self.lose.items():
            if name.startswith(start) and times > 0:
                self.lose[start] -= 1
                return InlineHandle(folder, Ended(complaint="It was killed.", lost=True))
        if any(name.startswith(start) for start in self.endless):
            return InlineHandle(folder, None)
        try:
            run(folder)
        except FitError as error:
            return InlineHandle(folder, Ended(complaint=str(error)))
        return InlineHandle(folder, Ended())

    def close(self) -> None:
        """Nothing is left to end."""
