"""An annotator at the built-in page, one answer after another."""

from __future__ import annotations

import json
import random
from dataclasses import dataclass, field
from typing import Any

from benchmarks.load.filling.size import LABELS
from benchmarks.load.reader import Place, Reader


@dataclass(kw_only=True)
class Annotator:
    """Who it is, and the texts in their hands."""

    reader: Reader
    page: str  # address of the round's page
    tasks: list[str] = field(default_factory=list)  # keys of leases
    dice: random.Random

    def next(self) -> int:
        """Ask for texts; the answer's status."""
        status, text = self.reader.get(Place(name="", path=f"{self.page}next/"))
        self._take(text, "tasks")
        return status

    def answer(self) -> int:
        """Answer the first text in hand, or ask for texts where there is none."""
        if not self.tasks:
            return self.next()
        body = {"key": self.tasks[0], "label": self.dice.choice(LABELS), "seconds": 2.5}
        status, text = self.reader.send(
            "POST", f"{self.page}answer/", json.dumps(body), "application/json"
        )
        self._take(text, "next")
        return status

    def _take(self, text: str, name: str) -> None:
        told: dict[str, Any] = json.loads(text)
        self.tasks = [str(task["key"]) for task in told.get(name, [])]


def newcomer(port: int, scene: dict[str, Any], number: int) -> Annotator:
    """Somebody who came by the round's link and agreed."""
    reader = Reader(port)
    page = f"/annotate/{scene['page']}/"
    link = Place(name="", path=f"/annotate/join/{scene['entry']}/", query={"WORKER": f"w{number}"})
    reader.get(link)
    reader.send("GET", page)
    reader.post(page, do="agree")
    someone = Annotator(reader=reader, page=page, dice=random.Random(number))
    someone.next()
    if not someone.tasks:
        raise SystemExit("An annotator gets no text; is the open round used up? Fill it anew.")
    return someone
