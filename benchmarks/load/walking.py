"""The load: a fixed number of requests a second, whatever the server does.

`python -m benchmarks.load.walking SETTING.json RESULT.json`, a process of its own. Every request
has its time on a schedule, and its seconds are counted from there: a server that stalls makes all
wait that were due meanwhile. No Django here.
"""

from __future__ import annotations

import http.client
import itertools
import json
import queue
import random
import resource
import sys
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.load.annotating import Annotator, newcomer
from benchmarks.load.reader import Place, Reader, signed_in

RESEARCHERS, ANNOTATORS, THREADS = 8, 60, 64
MIX = {"answer": 40, "table": 24, "page": 16, "program": 12, "texts": 4, "example": 4}  # per cent
GOES_ON = 0.5  # share of visits to the table that ask for the next page
OFTEN = (  # pages that people open all day
    "projects/{slug}/", "projects/{slug}/jobs/", "projects/{slug}/agreement/",
    "projects/{slug}/explore/", "projects/{slug}/versions/", "projects/{slug}/versions/{number}/",
    "projects/{slug}/rounds/", "projects/{slug}/rounds/{number}/", "projects/{slug}/annotators/",
    "projects/{slug}/generation/", "projects/{slug}/training/", "studies/{slug}/", "/",
)  # fmt: skip


@dataclass(kw_only=True)
class Noted:
    """What happened; seconds by kind, counted from the schedule."""

    seconds: dict[str, list[float]] = field(default_factory=lambda: {kind: [] for kind in MIX})
    late: list[float] = field(default_factory=list)  # from the schedule until sent
    troubles: Counter[str] = field(default_factory=Counter)


class Walk:
    """What is asked for, and by whom."""

    def __init__(self, setting: dict[str, Any]) -> None:
        port, self._scene = setting["port"], setting["scene"]
        self._port, self._dice = port, random.Random(1)
        self._sessions = [
            signed_in(port, f"researcher-{number}", setting["password"]).cookies
            for number in range(RESEARCHERS)
        ]
        self.annotators: queue.SimpleQueue[Annotator] = queue.SimpleQueue()
        for number in range(ANNOTATORS):
            self.annotators.put(newcomer(port, self._scene, number))
        places = {
            group: [Place(**one) for one in some] for group, some in setting["places"].items()
        }
        self._pages = [place for place in places["pages"] if place.name in OFTEN]
        self._table = [place for place in places["table"] if "after" not in place.query]
        self._programs = places["programs"]

    def reader(self, number: int) -> Reader:
        return Reader(self._port, cookies=self._sessions[number % RESEARCHERS])

    def program(self) -> Reader:
        return Reader(self._port, key=self._scene["token"])

    def place(self, kind: str) -> Place:
        if kind == "example":
            number = self._dice.randrange(self._scene["examples"] // 2)
            return Place(name=kind, path=f"/projects/jokes/examples/joke-{number}/")
        if kind == "program":
            return self._dice.choice(self._programs)
        if kind == "page":
            return self._dice.choice(self._pages)
        place = self._dice.choice(self._table)
        if self._dice.random() < GOES_ON and "order" not in place.query:
            key = self._dice.randrange(self._scene["end"], self._scene["middle"])
            return Place(name="", path=place.path, query={**place.query, "after": f"{key}~{key}"})
        return place


class Walker(threading.Thread):
    """Takes the next request of the schedule, waits for its time, and sends it."""

    def __init__(self, number: int, walk: Walk, plan: Plan) -> None:
        super().__init__(daemon=True)
        self.noted = Noted()
        self._walk, self._plan = walk, plan
        self._reader, self._program = walk.reader(number), walk.program()

    def run(self) -> None:
        for at in self._plan.places:
            if at >= len(self._plan.kinds):
                return
            due = self._plan.start + at / self._plan.rate
            time.sleep(max(0.0, due - time.monotonic()))
            self.noted.late.append(time.monotonic() - due)
            self._send(self._plan.kinds[at])
            self.noted.seconds[self._plan.kinds[at]].append(time.monotonic() - due)

    def _send(self, kind: str) -> None:
        try:
            status, where = self._ask(kind)
        except (OSError, http.client.HTTPException, ValueError) as error:
            self.noted.troubles[f"{kind}: {type(error).__name__}"] += 1
            return
        if status >= 400:
            self.noted.troubles[f"{kind}: {status} {where}"] += 1

    def _ask(self, kind: str) -> tuple[int, str]:
        if kind in {"answer", "texts"}:
            someone = self._walk.annotators.get()
            try:
                return (someone.answer() if kind == "answer" else someone.next()), kind
            finally:
                self._walk.annotators.put(someone)
        place = self._walk.place(kind)
        reader = self._program if place.program else self._reader
        return reader.get(place)[0], f"{place.path} {place.query}"


@dataclass(frozen=True, kw_only=True)
class Plan:
    """The schedule."""

    start: float  # of the monotonic clock
    rate: float  # requests a second
    kinds: list[str]
    places: itertools.count[int]  # whoever takes a number sends that request


def walk(setting: dict[str, Any]) -> dict[str, Any]:
    """Keep the rate up for so many seconds; everything that was noted, as plain values."""
    scene, dice = Walk(setting), random.Random(2)
    count = int(setting["rate"] * setting["seconds"])
    kinds = dice.choices(list(MIX), weights=list(MIX.values()), k=count)
    plan = Plan(
        start=time.monotonic() + 1, rate=setting["rate"], kinds=kinds, places=itertools.count()
    )
    walkers = [Walker(number, scene, plan) for number in range(THREADS)]
    for walker in walkers:
        walker.start()
    for walker in walkers:
        walker.join()
    used = resource.getrusage(resource.RUSAGE_SELF)
    noted = [walker.noted for walker in walkers]
    return {
        "elapsed": time.monotonic() - plan.start,
        "processor_seconds": used.ru_utime + used.ru_stime,
        "seconds": {kind: [one for mine in noted for one in mine.seconds[kind]] for kind in MIX},
        "late": [one for mine in noted for one in mine.late],
        "troubles": sum((mine.troubles for mine in noted), Counter()),
    }


if __name__ == "__main__":
    Path(sys.argv[2]).write_text(json.dumps(walk(json.loads(Path(sys.argv[1]).read_text()))))
