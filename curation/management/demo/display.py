"""What a person sees while the main job runs: a line per stage, a bar on a terminal."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.progress import Progress as Bars

from curation.progress import Progress

QUIET_SECONDS = 15.0  # without a terminal, a stage says this often how far it is


class Display:
    """Shows stages on stderr and keeps the seconds each took."""

    def __init__(self, *, stages: int, quiet: bool) -> None:
        self._console = Console(stderr=True, quiet=quiet, highlight=False)
        self._stages = stages
        self._number = 0
        self.seconds: dict[str, float] = {}

    @contextmanager
    def stage(self, key: str, title: str) -> Iterator[Progress]:
        """Run one stage under its title. Stages of one key add up."""
        self._number += 1
        head = f"[{self._number}/{self._stages}] {title}"
        started = time.monotonic()
        with self._bar(head) as progress:
            yield progress
        took = time.monotonic() - started
        self.seconds[key] = round(self.seconds.get(key, 0.0) + took, 2)
        self._console.print(f"[green]✓[/green] {head}  [dim]{took:.1f} s[/dim]")

    def say(self, text: str) -> None:
        self._console.print(text)

    @contextmanager
    def _bar(self, head: str) -> Iterator[Progress]:
        if not sys.stderr.isatty():
            self._console.print(f"… {head}")
            yield self._lines()
            return
        columns = (
            SpinnerColumn(),
            TextColumn("{task.description}"),
            BarColumn(bar_width=24),
            TextColumn("{task.fields[count]}"),
            TimeElapsedColumn(),
        )
        with Bars(*columns, console=self._console, transient=True) as bars:
            task = bars.add_task(head, total=None, count="")

            def show(done: int, total: int, note: str = "") -> None:
                count = f"{done}/{total}" if total else (str(done) if done else "")
                text = f"{head}  {note}" if note else head
                bars.update(
                    task, completed=done, total=total or None, description=text, count=count
                )

            yield show

    def _lines(self) -> Progress:
        said, last = time.monotonic(), ""

        def show(done: int, total: int, note: str = "") -> None:
            nonlocal said, last
            step = note if not (done or total) else ""  # a step that cannot be counted
            if step and step.split(":")[0] != last.split(":")[0]:
                last = step
                self._console.print(f"    {step}")
            elif time.monotonic() - said >= QUIET_SECONDS:
                said = time.monotonic()
                count = f"{done} of {total}" if total else str(done)
                self._console.print(f"    {count} {note}")

        return show
