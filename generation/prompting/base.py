"""What a prompt is made from, and what every prompting method looks like."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from curation.errors import BadInput
from generation.providers.base import Message

WORDS = (8, 40)  # asked for when nothing is said


@dataclass(frozen=True, kw_only=True)
class LabelBrief:
    """One label as a prompt explains it."""

    name: str  # the code
    title: str
    definition: str = ""


@dataclass(frozen=True, kw_only=True)
class GenerationOptions:
    """What a researcher may say about the texts wanted, beyond the project's own words."""

    context: str = ""  # the whole context prompt: who writes, and what for; "" = from the project
    style: str = "texts"  # a plural: "tweets", "news headlines"
    words: tuple[int, int] = WORDS  # fewest and most words of a text
    n_texts: int = 10  # texts asked for in one call
    turns: int = 10  # calls in one conversation, where the method holds conversations
    shots: int = 5  # real examples shown in one call, where the method shows any
    temperature: float = 1.0  # in [0, 2]
    max_tokens: int = 0  # of one answer; 0 = enough for what is asked

    def __post_init__(self) -> None:
        fewest, most = self.words
        if not 1 <= fewest <= most:
            raise BadInput(f"A text cannot have {fewest} to {most} words; write it as 8-28.")
        if not 0 <= self.temperature <= 2:
            raise BadInput(f"The temperature is {self.temperature}, but it must be 0 to 2.")
        if self.max_tokens < 0:
            raise BadInput(f"An answer cannot have {self.max_tokens} tokens at most.")
        for name, number in [("texts", self.n_texts), ("turns", self.turns), ("shots", self.shots)]:
            if number < 1:
                raise BadInput(f"The number of {name} is {number}, but it must be at least 1.")

    def answer_limit(self) -> int:
        """Tokens an answer may have: what was said, or three for each word asked for and some.

        >>> GenerationOptions(n_texts=10, words=(8, 20)).answer_limit()
        800
        """
        return self.max_tokens or 200 + 3 * self.n_texts * self.words[1]


@dataclass(frozen=True, kw_only=True)
class Brief:
    """Everything a prompt says, apart from the label asked for."""

    context: str
    style: str
    words: tuple[int, int]
    n_texts: int
    labels: tuple[LabelBrief, ...]


class Method(Protocol):
    """A way of asking for texts of one label, call by call."""

    version: str  # changes whenever the wording does; stored with the run
    converses: bool  # a call sees the calls before it in its conversation
    shows_examples: bool  # needs real examples of the label

    def messages(
        self, brief: Brief, label: LabelBrief, *, turn: int, shots: Sequence[str]
    ) -> list[Message]:
        """What call `turn` (from 0) adds to its conversation; ends with a user message.

        `shots`: real texts of the label, empty unless the method shows examples.
        """
        ...


def parse_words(given: str) -> tuple[int, int]:
    """A word range as people write it.

    >>> parse_words("8-28")
    (8, 28)
    """
    fewest, dash, most = given.replace("–", "-").partition("-")
    if not (dash and fewest.strip().isdecimal() and most.strip().isdecimal()):
        raise BadInput(f"{given!r} is not a word range; write it as 8-28.")
    return int(fewest), int(most)
