"""Annotators with abilities and biases, examples with difficulties, all drawn from one seed.

Every draw hashes the seed with names, so an answer depends on who answers what and on nothing
else: not on the order of questions, not on how often the program was stopped and started.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class SimulatedAnnotator:
    """One program that answers like a person of some skill."""

    name: str
    ability: float  # 0 guesses, 1 never errs on an easy example
    leaning: str  # the label taken when unsure
    seconds: float  # typical time per answer


@dataclass(frozen=True, kw_only=True)
class Answer:
    """One answer of one simulated annotator."""

    external_id: str
    annotator: str
    label: str
    seconds: float


class SimulatedCrowd:
    """`size` annotators who agree on easy examples and differ on hard ones.

    An annotator of ability b gives the intended label of an example of difficulty d with
    probability b · (1 - d) + (1 - b · (1 - d)) · g, where g is what a guess hits: otherwise the
    annotator's own leaning, or another label. Difficulties follow the intended label: the first
    label's examples are harder (mean 0.30) than the others' (mean 0.12), because on real votes
    one label is usually the disputed one.
    """

    def __init__(self, *, size: int, labels: Sequence[str], seed: int) -> None:
        self.labels = list(labels)
        self.seed = seed
        self.annotators = [self._annotator(number) for number in range(1, size + 1)]

    def _annotator(self, number: int) -> SimulatedAnnotator:
        name = f"sim-{number:02d}"
        return SimulatedAnnotator(
            name=name,
            ability=0.70 + 0.28 * self._draw("ability", name),
            leaning=self.labels[int(self._draw("leaning", name) * len(self.labels))],
            seconds=2.0 + 6.0 * self._draw("pace", name),
        )

    def difficulty(self, external_id: str, intended: str) -> float:
        """From 0, everybody sees it, to 1, everybody guesses."""
        mean = 0.30 if intended == self.labels[0] else 0.12
        return min(1.0, -mean * math.log(1 - self._draw("difficulty", external_id)))

    def assigned(self, external_id: str, overlap: int) -> list[SimulatedAnnotator]:
        """The `overlap` different annotators who get this example, loads nearly equal."""
        ranked = sorted(
            self.annotators, key=lambda person: self._draw("turn", external_id, person.name)
        )
        return ranked[:overlap]

    def answer(self, person: SimulatedAnnotator, external_id: str, intended: str) -> Answer:
        """What this annotator says to this example: always the same."""
        sees_it = person.ability * (1 - self.difficulty(external_id, intended))
        label = intended
        if self._draw("sees", external_id, person.name) >= sees_it:
            label = self._guess(person, external_id)
        pace = 0.5 + self._draw("seconds", external_id, person.name)
        return Answer(
            external_id=external_id,
            annotator=person.name,
            label=label,
            seconds=round(person.seconds * pace, 1),
        )

    def _guess(self, person: SimulatedAnnotator, external_id: str) -> str:
        if self._draw("leans", external_id, person.name) < 0.5:
            return person.leaning
        return self.labels[int(self._draw("guess", external_id, person.name) * len(self.labels))]

    def _draw(self, *names: str) -> float:
        """A number in [0, 1) that depends on the seed and the names only."""
        digest = hashlib.sha256("\x1f".join((str(self.seed), *names)).encode()).digest()
        return int.from_bytes(digest[:7]) / 2**56
