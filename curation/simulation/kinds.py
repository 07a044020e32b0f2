"""Kinds of simulated annotators. To add one: give it a line in `KINDS`."""

from __future__ import annotations

from dataclasses import dataclass

from curation.errors import BadInput


@dataclass(frozen=True, kw_only=True)
class Kind:
    """How annotators of one kind come by their answers."""

    # lowest value, and how far above it the highest lies
    ability: tuple[float, float]  # 0 guesses, 1 never errs on an easy example
    pace: tuple[float, float]  # typical seconds per answer
    habit: float = 0.0  # share of answers that are the annotator's favourite label, unread
    opposes: bool = False  # sees the label and gives another
    alternates: bool = False  # takes the labels in turn
    reads: bool = True  # longer texts take longer, and a text seen again is recognised


KINDS: dict[str, Kind] = {
    "expert": Kind(ability=(0.92, 0.08), pace=(3.0, 5.0)),
    "ordinary": Kind(ability=(0.70, 0.28), pace=(2.0, 6.0)),
    "careless": Kind(ability=(0.0, 0.1), pace=(0.6, 1.4), reads=False),
    "biased": Kind(ability=(0.70, 0.25), pace=(2.0, 6.0), habit=0.5),
    "adversarial": Kind(ability=(0.75, 0.23), pace=(2.0, 6.0), opposes=True),
    "one_button": Kind(ability=(0.70, 0.25), pace=(0.5, 1.0), habit=0.98, reads=False),
    "pattern": Kind(ability=(0.0, 0.0), pace=(0.5, 1.0), alternates=True, reads=False),
}
LARGEST = 10_000  # annotators


def parse_kinds(text: str) -> dict[str, int]:
    """How many annotators of each kind, from the form a person types.

    Raises:
        BadInput: a kind nobody knows, a number that is none, a kind named twice, nobody at all.

    >>> parse_kinds("expert:2, ordinary:6, careless:2")
    {'expert': 2, 'ordinary': 6, 'careless': 2}
    """
    kinds: dict[str, int] = {}
    for part in text.split(","):
        name, _, number = (piece.strip() for piece in part.partition(":"))
        if name in kinds:
            raise BadInput(f"The crowd {text!r} names {name!r} twice; name each kind once.")
        kinds[name] = _number(number, part=part.strip())
    check_kinds(kinds)
    return kinds


def _number(digits: str, *, part: str) -> int:
    if not (digits.isascii() and digits.isdecimal() and len(digits) <= len(str(LARGEST))):
        raise BadInput(
            f"{part!r} is no part of a crowd; write a kind, a colon and a number, "
            "separated by commas, like expert:2,ordinary:6,careless:2."
        )
    return int(digits)


def check_kinds(kinds: dict[str, int]) -> None:
    """
    Raises:
        BadInput: a kind nobody knows, a number below 0, nobody at all or too many.
    """
    for name, number in kinds.items():
        if name not in KINDS:
            raise BadInput(
                f"There is no kind of simulated annotator {name!r}; take one of {', '.join(KINDS)}."
            )
        if number < 0:
            raise BadInput(f"A crowd cannot have {number} annotators of kind {name!r}.")
    if not 1 <= sum(kinds.values()) <= LARGEST:
        raise BadInput(
            f"A simulated crowd has 1 to {LARGEST:,} annotators, not {sum(kinds.values()):,}."
        )
