"""What a classifier is trained on, as text: "real@100+method:zero_shot@1000".

A source is parts joined by +. A part is one of `BASES`, and may end in @N, so many of its rows, or
@Neach, so many of each label.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

LONGEST = 200  # characters; what the database holds
ALLOWED = (
    "use real, synthetic, judged, method:NAME, version:N, random:N, agreed:SHARE, share:SHARE, "
    "random-agreed:SHARE or random-share:SHARE, each with @N for so many rows or @Neach for so "
    "many of each label, joined by +"
)
NAME = r"[A-Za-z][A-Za-z0-9_-]*"
WHOLE = r"[1-9][0-9]{0,8}"
SHARE = r"(?:0?\.[0-9]{1,6}|1(?:\.0{1,6})?)"

BASES: dict[str, str] = {  # name → pattern of what follows its colon; "" where nothing does
    "real": "",
    "synthetic": "",
    "judged": "",
    "method": NAME,
    "version": WHOLE,
    "random": WHOLE,
    "agreed": SHARE,
    "share": SHARE,
    "random-agreed": SHARE,
    "random-share": SHARE,
}
CHOSEN = ("version", "agreed", "share")  # some of what there is
DRAWN = ("random", "random-agreed", "random-share")  # another seed, other rows
_PART = re.compile(rf"({'|'.join(BASES)})(?::([^@]+))?(?:@({WHOLE})(each)?)?")


class SourceError(ValueError):
    """A source that cannot be meant; the message is a sentence for the user."""


@dataclass(frozen=True, kw_only=True)
class Part:
    """One ingredient of a source."""

    base: str  # a key of BASES
    argument: str = ""  # what follows its colon
    amount: int | None = None  # rows at most asked for; None: all
    each: bool = False  # the amount is of each label

    @property
    def whole(self) -> str:
        """The part without its amount."""
        return f"{self.base}:{self.argument}" if self.argument else self.base

    @property
    def number(self) -> int:
        """Of "version" and "random"."""
        return int(self.argument)

    @property
    def share(self) -> float:
        """Of those that take a γ or a share to keep; in (0, 1]."""
        return float(self.argument)

    @property
    def is_drawn(self) -> bool:
        """Whether another seed may give other rows."""
        return self.amount is not None or self.base in DRAWN

    @property
    def is_chosen(self) -> bool:
        """Whether its rows are, or are drawn from, one choice among texts for all seeds."""
        return self.base in CHOSEN

    def __str__(self) -> str:
        if self.amount is None:
            return self.whole
        return f"{self.whole}@{self.amount}{'each' if self.each else ''}"

    def sentence(self) -> str:
        """The part in words."""
        words = _WORDS[self.base](self.argument)
        if self.amount is None:
            return words
        return f"{self.amount:,}{' of each label' if self.each else ''} of {words}"


_WORDS: dict[str, Callable[[str], str]] = {
    "real": lambda _: "the real training texts",
    "synthetic": lambda _: "the synthetic texts",
    "judged": lambda _: "all judged texts",
    "method": lambda name: f"the synthetic texts by {name.replace('_', '-')}",
    "version": lambda number: f"dataset version {number}",
    "random": lambda number: f"a random set of the size of version {number}",
    "agreed": lambda gamma: f"the judged texts with agreement of at least {gamma}",
    "share": lambda share: f"the most agreed {float(share):.4g} of each label",
    "random-agreed": lambda gamma: f"as many random judged texts as have agreement ≥ {gamma}",
    "random-share": lambda share: f"a random {float(share):.4g} of each label of the judged texts",
}


def parse_source(source: str) -> tuple[Part, ...]:
    """The parts of a source, in its order.

    Raises:
        SourceError: it is not a source, or one part stands in it twice.

    >>> parse_source("real@100+method:zero_shot@5each")[1]
    Part(base='method', argument='zero_shot', amount=5, each=True)
    >>> parse_source("agreed:2")
    Traceback (most recent call last):
    curation.datasets.sources.SourceError: 'agreed:2' is not a training source; use real, \
synthetic, judged, method:NAME, version:N, random:N, agreed:SHARE, share:SHARE, \
random-agreed:SHARE or random-share:SHARE, each with @N for so many rows or @Neach for so many of \
each label, joined by +.
    """
    if len(source) > LONGEST:
        raise SourceError(
            f"The training source {source[:40]!r}… has {len(source)} characters; "
            f"{LONGEST} are the most."
        )
    parts = tuple(_part(text, source) for text in source.split("+"))
    wholes = [part.whole for part in parts]
    if twice := [whole for whole in wholes if wholes.count(whole) > 1]:
        raise SourceError(f"The training source {source!r} names {twice[0]} twice; name it once.")
    return parts


def describe_source(source: str) -> str:
    """The source in words.

    >>> describe_source("real@100+method:zero_shot")
    '100 of the real training texts, and the synthetic texts by zero-shot'
    """
    return ", and ".join(part.sentence() for part in parse_source(source))


def draws_by_seed(source: str) -> bool:
    """Whether another seed may give other rows.

    >>> draws_by_seed("real"), draws_by_seed("real@100"), draws_by_seed("random:3")
    (False, True, True)
    """
    return any(part.is_drawn for part in parse_source(source))


def chosen_against_drawn(first: str, second: str) -> bool:
    """Whether one source has one choice of texts for all seeds where the other draws its own.

    What both have in common does not count: it is as lucky for one as for the other. Nor does all
    there is of a kind, which is no choice.

    >>> chosen_against_drawn("version:3", "random:3"), chosen_against_drawn("real", "real@100")
    (True, False)
    >>> chosen_against_drawn("real@100+version:3", "real@100")
    False
    >>> chosen_against_drawn("agreed:0.8@100", "random-agreed:0.8@100")
    True
    """
    mine, theirs = set(parse_source(first)), set(parse_source(second))
    sides = (mine - theirs, theirs - mine)
    return any(
        any(part.is_chosen for part in own)
        and any(part.is_drawn and not part.is_chosen for part in others)
        for own, others in (sides, sides[::-1])
    )


def first_rows(
    ids: Sequence[str], labels: Sequence[str], part: Part, *, seed: int
) -> list[int] | None:
    """Places of the rows that a part's amount asks for; None where there are too few.

    Within each label, rows stand by a hash of seed and id. Across labels, the j-th of the n rows
    of a label stands at (j + ½) / n, so that the first N rows hold the labels in proportion,
    and the first 100 are among the first 1,000 of the same seed.

    Args:
        ids: N distinct ids.
        labels: (N,) the label of each.

    >>> part = Part(base="real", amount=3)
    >>> places = first_rows(["a", "b", "c", "d", "e", "f"], list("xxxxyy"), part, seed=0)
    >>> sorted("xxxxyy"[place] for place in places or [])
    ['x', 'x', 'y']
    >>> first_rows(["a", "b"], ["x", "y"], part, seed=0) is None
    True
    """
    assert part.amount is not None
    tickets = [hashlib.sha256(f"amount:{seed}:{key}".encode()).hexdigest() for key in ids]
    within: dict[str, list[int]] = {}
    for place in sorted(range(len(ids)), key=tickets.__getitem__):
        within.setdefault(labels[place], []).append(place)
    if part.each:
        if any(len(places) < part.amount for places in within.values()):
            return None
        return [place for places in within.values() for place in places[: part.amount]]
    if len(ids) < part.amount:
        return None
    # twelve digits: 0.5 / 1 and 1.5 / 3 are one place, whatever the last bit of a float says
    ranked = sorted(
        (round((j + 0.5) / len(places), 12), tickets[place], place)
        for places in within.values()
        for j, place in enumerate(places)
    )
    return [place for _, _, place in ranked[: part.amount]]


def _part(text: str, source: str) -> Part:
    match = _PART.fullmatch(text)
    pattern = BASES[match[1]] if match else ""
    argument = (match[2] or "") if match else ""
    if match is None or not re.fullmatch(pattern, argument) or _is_zero(match[1], argument):
        raise SourceError(f"{source!r} is not a training source; {ALLOWED}.")
    amount = int(match[3]) if match[3] else None
    return Part(base=match[1], argument=argument, amount=amount, each=match[4] is not None)


def _is_zero(base: str, argument: str) -> bool:
    return BASES[base] == SHARE and float(argument) == 0
