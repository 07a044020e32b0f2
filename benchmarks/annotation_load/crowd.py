"""The load: people at the built-in page, in a process of their own.

`python -m benchmarks.annotation_load.crowd SETTING.json RESULT.json`. Each person is a thread that
sleeps most of the time and keeps one connection, as a browser does. No Django here.
"""

from __future__ import annotations

import json
import random
import resource
import sys
import threading
import time
from collections import Counter
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.annotation_load.browser import Browser, NoAnswer

LABELS = ("joke", "news", "other")
PAUSE = 1.0  # seconds until something that failed is sent again
JITTER = 0.33  # share by which the time between two answers varies


@dataclass(frozen=True, kw_only=True)
class Setting:
    """What the crowd does."""

    port: int
    link: str  # the token of an entry link
    parameter: str  # of the link, that names the person
    round: str  # its key
    people: int
    every: float  # seconds between two answers of a person
    asks: float  # share of answers before which they ask for their texts anew, as on a reload
    warm_up: float  # seconds that are not measured
    seconds: float  # that are


@dataclass(kw_only=True)
class Noted:
    """What happened to one person. Times are seconds."""

    next: list[float] = field(default_factory=list)
    answer: list[float] = field(default_factory=list)
    late: list[float] = field(default_factory=list)  # from when they wanted to answer until sent
    troubles: Counter[str] = field(default_factory=Counter)
    acknowledged: dict[str, str] = field(default_factory=dict)  # lease key → label
    in_doubt: list[str] = field(default_factory=list)


class Person(threading.Thread):
    """Comes by the link, agrees, and answers until the time is over."""

    def __init__(self, number: int, setting: Setting, *, start: float) -> None:
        super().__init__(daemon=True)
        self.noted = Noted()
        self._number, self._setting = number, setting
        self._begin, self._end = start + setting.warm_up, start + setting.warm_up + setting.seconds
        self._dice = random.Random(number)
        self._browser = Browser(setting.port)
        self._home = f"/annotate/{setting.round}/"
        self._due = start + setting.every * self._dice.random()

    def run(self) -> None:
        self._wait()
        self._come_in()
        tasks: list[dict[str, Any]] = []
        while time.monotonic() < self._end:
            if not tasks or self._dice.random() < self._setting.asks:
                tasks = self._ask("next", "GET", f"{self._home}next/").get("tasks", [])
            self._due += self._setting.every * self._dice.uniform(1 - JITTER, 1 + JITTER)
            self._wait()
            if tasks:
                tasks = self._answer(str(tasks[0]["key"]))

    def _come_in(self) -> None:
        worker = f"{self._setting.parameter}=worker{self._number}"
        self._try("GET", f"/annotate/join/{self._setting.link}/?{worker}")
        self._try("GET", self._home)
        self._try("POST", self._home, form={"do": "agree"})

    def _answer(self, key: str) -> list[dict[str, Any]]:
        """Send an answer until the server has said something; the next texts, if it told."""
        label = self._dice.choice(LABELS)
        seconds = round(self._setting.every, 2)
        self.noted.in_doubt.append(key)
        body = {"key": key, "label": label, "seconds": seconds}
        told = self._ask("answer", "POST", f"{self._home}answer/", body=body)
        if told.get("saved"):
            self.noted.acknowledged[key] = label
        self.noted.in_doubt.remove(key)
        return list(told.get("next", []))

    def _ask(self, what: str, method: str, path: str, **sent: Any) -> dict[str, Any]:
        """The reply; its time is noted if it came at the first try and after the warm-up."""
        started = time.monotonic()
        tries, reply = self._try(method, path, **sent)
        if tries == 1 and self._begin <= started < self._end:
            getattr(self.noted, what).append(time.monotonic() - started)
            if what == "answer":
                self.noted.late.append(max(0.0, started - self._due))
        return json.loads(reply or "{}")

    def _try(self, method: str, path: str, **sent: Any) -> tuple[int, str]:
        """Send until the server says something; what it refuses is a trouble, too."""
        for tries in range(1, 1_000):
            try:
                reply = self._browser.send(method, path, **sent)
            except NoAnswer as error:
                self.noted.troubles[str(error)] += 1
            else:
                if reply.status < 400:
                    return tries, reply.text
                self.noted.troubles[f"{reply.status} {reply.text[:120]}"] += 1
                if reply.status < 500:
                    return tries, ""
            time.sleep(PAUSE)
        raise SystemExit("the server is gone")

    def _wait(self) -> None:
        time.sleep(max(0.0, self._due - time.monotonic()))


def play(setting: Setting) -> dict[str, Any]:
    """Let the crowd work; everything that was noted, as plain values."""
    start = time.monotonic()
    people = [Person(number, setting, start=start) for number in range(setting.people)]
    for person in people:
        person.start()
    for person in people:
        person.join(setting.warm_up + setting.seconds + 60)
    used = resource.getrusage(resource.RUSAGE_SELF)
    together: dict[str, Any] = {
        "elapsed": time.monotonic() - start,
        "processor_seconds": used.ru_utime + used.ru_stime,
    }
    noted = [asdict(person.noted) for person in people]
    for name in ("next", "answer", "late", "in_doubt"):
        together[name] = [value for one in noted for value in one[name]]
    together["acknowledged"] = {k: v for one in noted for k, v in one["acknowledged"].items()}
    together["troubles"] = sum((person.noted.troubles for person in people), Counter())
    return together


if __name__ == "__main__":
    given = json.loads(Path(sys.argv[1]).read_text())
    Path(sys.argv[2]).write_text(json.dumps(play(Setting(**given))))
