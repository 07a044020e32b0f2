"""What a prompt is made from, and what every prompting method looks like."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from curation.errors import BadInput
from generation.providers.base import Message

WORDS = (8, 40)  # asked for when nothing is said
LEAST_DEGREE, MOST_DEGREE = 0.5, 0.95  # a coin, and almost everybody


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
    seed_share: float = 0.0  # of a label's real training texts that prompts may show; 0 = usual
    degree: float = 0.6  # borderline texts: share of readers who would give this label
    label_last: bool = False  # label the finished texts in a call of its own
    attributes: tuple[str, ...] = ("topic",)  # drawn for each call, where the method draws any

    def __post_init__(self) -> None:
        self._check_form()
        self._check_counts()
        self._check_shares()
        self._check_attributes()

    def _check_form(self) -> None:
        fewest, most = self.words
        if not 1 <= fewest <= most:
            raise BadInput(f"A text cannot have {fewest} to {most} words; write it as 8-28.")
        if not 0 <= self.temperature <= 2:
            raise BadInput(f"The temperature is {self.temperature}, but it must be 0 to 2.")
        if self.max_tokens < 0:
            raise BadInput(f"An answer cannot have {self.max_tokens} tokens at most.")

    def _check_counts(self) -> None:
        for name, number in [("texts", self.n_texts), ("turns", self.turns), ("shots", self.shots)]:
            if number < 1:
                raise BadInput(f"The number of {name} is {number}, but it must be at least 1.")

    def _check_shares(self) -> None:
        if not 0 <= self.seed_share <= 1:
            raise BadInput(
                f"The share of real texts shown is {self.seed_share}, but it must be above 0 and "
                "at most 1 (0: what the method usually shows)."
            )
        if not LEAST_DEGREE <= self.degree <= MOST_DEGREE:
            raise BadInput(
                f"The degree is {self.degree}, but it must be {LEAST_DEGREE} (a coin) to "
                f"{MOST_DEGREE}: the share of readers who would give a borderline text its label."
            )

    def _check_attributes(self) -> None:
        if not self.attributes:
            raise BadInput("Name at least one attribute to draw, such as topic.")
        for name in self.attributes:
            if not name.strip():
                raise BadInput("An attribute has no name; name it, such as topic or style.")
            if self.attributes.count(name) > 1:
                raise BadInput(f"Attribute {name!r} is named more than once.")

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
    degree: float = 0.6  # share of readers who would give a borderline text its label


@dataclass(frozen=True, kw_only=True)
class Material:
    """What one call is given besides the brief; each method reads its own part."""

    shots: tuple[str, ...] = ()  # real training texts of the label: to imitate, or to rewrite
    cell: Mapping[str, str] = field(default_factory=dict)  # attribute → value drawn for the call
    regions: tuple[str, ...] = ()  # sentences that say where a classifier fails on the label


class Method(Protocol):
    """A way of asking for texts of one label, call by call."""

    version: str  # changes whenever the wording does; stored with the run
    converses: bool  # a call sees the calls before it in its conversation
    needs: frozenset[str]  # the parts of `Material` that must be there: shots, cell, regions
    usual_share: float = 0.1  # of a label's real training texts that prompts may show, in (0, 1]

    def n_shots(self, options: GenerationOptions) -> int:
        """Real texts that one call shows; 0 where the method shows none."""
        return 0

    def messages(
        self, brief: Brief, label: LabelBrief, *, turn: int, material: Material
    ) -> list[Message]:
        """What call `turn` (from 0) adds to its conversation; ends with a user message."""
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
