"""Grammars: patterns with slots, in families, for texts without a language model.

A file in YAML (or JSON) says, for each label,

    joke:
      families:
        question: ["Why did the {animal} {deed}?"]
      slots:
        animal: [duck, goose]
    slots:
      deed: [sing, "leave {place}"]
      place: [home]

Slots at the top are shared by all labels; a label's own come first. A slot may hold slots.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from math import gcd, prod
from pathlib import Path

from curation.errors import BadInput
from generation.prompting.grammar_file import SLOT, LabelRules, read_rules

MOST_COUNTED = 10_000  # texts that are written out to count the different ones
LARGEST_SIZE = 10**9


class Grammar:
    """The patterns of every label of a file."""

    def __init__(self, rules: Mapping[str, LabelRules]) -> None:
        self._patterns = {label: _Patterns(rule) for label, rule in rules.items()}

    @classmethod
    def read(cls, path: Path) -> Grammar:
        """Read a grammar file.

        Raises:
            BadInput: the file is missing or not YAML, a label has no families, a slot is unknown,
                empty or holds itself.
        """
        return cls(read_rules(path))

    def labels(self) -> list[str]:
        """Codes of the labels that have patterns."""
        return list(self._patterns)

    def expand(self, label: str, *, n: int, seed: int) -> list[tuple[str, str]]:
        """`n` texts with the names of their families, which take turns.

        The same label and seed give the same texts, and a larger `n` only adds more. A family
        whose patterns have been filled in every way waits until all others have been, too; then
        all start again.

        >>> question = LabelRules(families={"question": ["Why {deed}?"]}, slots={"deed": ["sing"]})
        >>> Grammar({"joke": question}).expand("joke", n=1, seed=0)
        [('Why sing?', 'question')]
        """
        rng = random.Random(f"{seed}/{label}")  # noqa: S311 - a draw, not a secret
        return list(islice(self._of(label).endless(rng), n))

    def size(self, label: str) -> int:
        """Different texts of the label, at most 10⁹.

        Above 10,000 the ways to fill the patterns are counted instead, so that it stays cheap;
        two ways that read the same then count twice.
        """
        patterns = self._of(label)
        ways = sum(patterns.ways(family) for family in patterns.families)
        if ways > MOST_COUNTED:
            return min(ways, LARGEST_SIZE)
        return len(
            {
                patterns.text(family, at)
                for family in patterns.families
                for at in range(patterns.ways(family))
            }
        )

    def _of(self, label: str) -> _Patterns:
        if label not in self._patterns:
            raise BadInput(
                f"The grammar has no patterns for label {label!r}, only for "
                f"{', '.join(self._patterns)}; add the label to the file."
            )
        return self._patterns[label]


@dataclass(frozen=True, kw_only=True)
class _Walk:
    """A mixed order of the numbers below `n`."""

    n: int
    start: int
    step: int  # without a common factor with n, so that every number comes once

    @classmethod
    def drawn(cls, n: int, rng: random.Random) -> _Walk:
        step = 0
        while gcd(step, n) != 1:
            step = rng.randrange(n) or 1
        return cls(n=n, start=rng.randrange(n), step=step)

    def at(self, turn: int) -> int:
        return (self.start + turn * self.step) % self.n


class _Patterns:
    """One label's patterns, with a number for every way to fill them."""

    def __init__(self, rules: LabelRules) -> None:
        self.families = rules.families
        self._slots = rules.slots
        self._ways_of_slot: dict[str, int] = {}

    def endless(self, rng: random.Random) -> Iterator[tuple[str, str]]:
        """All texts with their families, which take turns, again and again."""
        families = rng.sample(list(self.families), k=len(self.families))
        n_ways = {family: self.ways(family) for family in families}
        walks = {family: _Walk.drawn(n_ways[family], rng) for family in families}
        while True:
            for turn in range(max(n_ways.values())):
                for family in families:
                    if turn < n_ways[family]:
                        yield self.text(family, walks[family].at(turn)), family

    def ways(self, family: str) -> int:
        return sum(self._ways_of(pattern) for pattern in self.families[family])

    def text(self, family: str, at: int) -> str:
        """The text number `at` of a family."""
        return self._choose(self.families[family], at)

    def _choose(self, patterns: list[str], at: int) -> str:
        for pattern in patterns:
            if at < (n_ways := self._ways_of(pattern)):
                return self._fill(pattern, at)
            at -= n_ways
        raise IndexError(at)

    def _fill(self, pattern: str, at: int) -> str:
        """The pattern with its slots filled: `at` has one digit per slot."""
        parts = []
        end = 0
        for slot in SLOT.finditer(pattern):
            at, digit = divmod(at, self._ways_of_the_slot(slot[1]))
            parts += [pattern[end : slot.start()], self._choose(self._slots[slot[1]], digit)]
            end = slot.end()
        return "".join([*parts, pattern[end:]])

    def _ways_of(self, pattern: str) -> int:
        return prod(self._ways_of_the_slot(slot[1]) for slot in SLOT.finditer(pattern))

    def _ways_of_the_slot(self, slot: str) -> int:
        if slot not in self._ways_of_slot:
            self._ways_of_slot[slot] = sum(self._ways_of(value) for value in self._slots[slot])
        return self._ways_of_slot[slot]
