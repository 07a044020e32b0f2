"""Annotators with abilities and biases, examples with difficulties, all drawn from one seed.

Every draw hashes the seed with names, so an answer depends on who answers what and on nothing
else: not on the order of questions, not on how often the program was stopped and started.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Self

from curation.simulation.kinds import KINDS, Kind, check_kinds

USUAL_LENGTH = 100  # characters that are read in a kind's typical time
RECALLS = 0.7  # share of texts seen again on which a reader repeats the first answer unthinking


@dataclass(frozen=True, kw_only=True)
class SimulatedAnnotator:
    """One program that answers like a person of some skill."""

    name: str
    ability: float  # 0 guesses, 1 never errs on an easy example
    leaning: str  # the label taken when unsure
    seconds: float  # typical time per answer
    kind: str = "ordinary"  # one of KINDS
    minority: bool = False  # sees subjective examples otherwise than most


@dataclass(frozen=True, kw_only=True)
class Answer:
    """One answer of one simulated annotator."""

    external_id: str
    annotator: str
    label: str  # "" when skipped
    seconds: float
    skip: str = ""  # the reason given, "" when answered


class SimulatedCrowd:
    """`size` annotators who agree on easy examples and differ on hard ones.

    An annotator of ability b gives the intended label of an example of difficulty d with
    probability b · (1 - d) + (1 - b · (1 - d)) · g, where g is what a guess hits: otherwise the
    annotator's own leaning, or another label. Difficulties follow the intended label: the first
    label's examples are harder (mean 0.30) than the others' (mean 0.12), because on real votes
    one label is usually the disputed one. A crowd of several kinds is made by `of`.
    """

    def __init__(self, *, size: int, labels: Sequence[str], seed: int) -> None:
        self.labels = list(labels)
        self.seed = seed
        self.hardness = 1.0
        self.subjective = self.minority = self.skips = 0.0
        self.annotators = [self._annotator(number, "ordinary") for number in range(1, size + 1)]

    @classmethod
    def of(
        cls,
        kinds: Mapping[str, int],
        *,
        labels: Sequence[str],
        seed: int,
        hardness: float = 1.0,
        subjective: float = 0.0,
        minority: float = 0.3,
        skips: float = 0.0,
    ) -> Self:
        """A crowd of several kinds, on examples that may be harder or matters of opinion.

        Args:
            kinds: kind → how many annotators, see `parse_kinds` and `KINDS`.
            hardness: multiplies the difficulty of every example, at least 0.
            subjective: share of examples, in [0, 1], on which the minority sees another label
                than the intended one, all of them the same.
            minority: share of annotators, in [0, 1], who belong to the minority.
            skips: share of the guesses of annotators who read that become a skip ("unclear").

        Raises:
            BadInput: the kinds make no crowd.

        >>> crowd = SimulatedCrowd.of({"expert": 1, "careless": 1}, labels=["a", "b"], seed=0)
        >>> [(person.name, person.kind) for person in crowd.annotators]
        [('sim-01', 'expert'), ('sim-02', 'careless')]
        """
        check_kinds(dict(kinds))
        crowd = cls(size=0, labels=labels, seed=seed)
        crowd.hardness, crowd.subjective = hardness, subjective
        crowd.minority, crowd.skips = minority, skips
        named = [kind for kind, number in kinds.items() for _ in range(number)]
        crowd.annotators = [crowd._annotator(i, kind) for i, kind in enumerate(named, start=1)]
        return crowd

    def _annotator(self, number: int, kind: str) -> SimulatedAnnotator:
        name = f"sim-{number:02d}"
        lowest, spread = KINDS[kind].ability
        quickest, slower = KINDS[kind].pace
        return SimulatedAnnotator(
            name=name,
            ability=lowest + spread * self._draw("ability", name),
            leaning=self.labels[int(self._draw("leaning", name) * len(self.labels))],
            seconds=quickest + slower * self._draw("pace", name),
            kind=kind,
            minority=self._draw("minority", name) < self.minority,
        )

    def difficulty(self, external_id: str, intended: str) -> float:
        """From 0, everybody sees it, to 1, everybody guesses."""
        mean = (0.30 if intended == self.labels[0] else 0.12) * self.hardness
        return min(1.0, -mean * math.log(1 - self._draw("difficulty", external_id)))

    def is_subjective(self, external_id: str) -> bool:
        """Whether the minority sees another label here."""
        return self._draw("subjective", external_id) < self.subjective

    def assigned(self, external_id: str, overlap: int) -> list[SimulatedAnnotator]:
        """The `overlap` different annotators who get this example, loads nearly equal."""
        ranked = sorted(
            self.annotators, key=lambda person: self._draw("turn", external_id, person.name)
        )
        return ranked[:overlap]

    def answer(
        self,
        person: SimulatedAnnotator,
        external_id: str,
        intended: str,
        *,
        length: int | None = None,
        position: int | None = None,
        again: int = 0,
    ) -> Answer:
        """What this annotator says to this example: always the same.

        Args:
            length: characters of the text; one of the usual length when not given.
            position: how many answers the annotator gave before; only those who take the labels
                in turn look at it, and without it they take one by chance.
            again: how often the annotator was asked about this example before.
        """
        kind = KINDS[person.kind]
        repeat = (str(again),) if again else ()
        recalls = kind.reads and self._draw("recalls", external_id, person.name) < RECALLS
        example = (external_id,) if recalls else (external_id, *repeat)
        label, skip = self._label(person, kind, example, intended, position)
        pace = 0.5 + self._draw("seconds", external_id, person.name, *repeat)
        if length is not None and kind.reads:
            pace *= 0.4 + 0.6 * length / USUAL_LENGTH
        return Answer(
            external_id=external_id,
            annotator=person.name,
            label="" if skip else label,
            seconds=round(person.seconds * pace, 1),
            skip=skip,
        )

    def _label(
        self,
        person: SimulatedAnnotator,
        kind: Kind,
        example: tuple[str, ...],
        intended: str,
        position: int | None,
    ) -> tuple[str, str]:
        """The label, and the reason if it is skipped instead."""
        if kind.alternates:
            return self._in_turn(person, example, position), ""
        if kind.habit and self._draw("habit", *example, person.name) < kind.habit:
            return person.leaning, ""
        sees_it = person.ability * (1 - self.difficulty(example[0], intended))
        if self._draw("sees", *example, person.name) < sees_it:
            seen = self._view(person, example[0], intended)
            return self._another(seen, *example, person.name) if kind.opposes else seen, ""
        unclear = kind.reads and self._draw("skips", *example, person.name) < self.skips
        return self._guess(person, example), "unclear" if unclear else ""

    def _view(self, person: SimulatedAnnotator, external_id: str, intended: str) -> str:
        """The label this annotator holds right; the minority shares one view."""
        if person.minority and self.is_subjective(external_id):
            return self._another(intended, "view", external_id)
        return intended

    def _another(self, label: str, *names: str) -> str:
        others = [other for other in self.labels if other != label]
        return others[int(self._draw("another", *names) * len(others))]

    def _in_turn(
        self, person: SimulatedAnnotator, example: tuple[str, ...], position: int | None
    ) -> str:
        if position is None:
            position = int(self._draw("turns", *example, person.name) * len(self.labels))
        return self.labels[(self.labels.index(person.leaning) + position) % len(self.labels)]

    def _guess(self, person: SimulatedAnnotator, example: tuple[str, ...]) -> str:
        if self._draw("leans", *example, person.name) < 0.5:
            return person.leaning
        return self.labels[int(self._draw("guess", *example, person.name) * len(self.labels))]

    def _draw(self, *names: str) -> float:
        """A number in [0, 1) that depends on the seed and the names only."""
        digest = hashlib.sha256("\x1f".join((str(self.seed), *names)).encode()).digest()
        return int.from_bytes(digest[:7]) / 2**56
