"""The vote strip: an example's votes as small squares in label colours."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from curation.reporting.palette import LabelStyle

SHOWN = 24  # squares at most; the rest is said as a number


@dataclass(frozen=True, kw_only=True)
class CastVote:
    """One answer: a label's position, or None for a skip."""

    label: int | None
    annotator: str  # pseudonym; "" where only the count is known


@dataclass(frozen=True, kw_only=True)
class Square:
    kind: str  # "vote", "skip" or "due"
    css: str  # the label's class; "" unless a vote
    title: str


@dataclass(frozen=True, kw_only=True)
class VoteStrip:
    squares: list[Square]
    more: int  # votes beyond what is drawn
    intended: LabelStyle | None
    sentence: str  # the strip in words


def vote_strip(
    votes: Sequence[CastVote],
    labels: Sequence[LabelStyle],
    *,
    due: int = 0,
    intended: LabelStyle | None = None,
) -> VoteStrip:
    """Squares sorted by how often their label was chosen, then skips, then votes still due.

    >>> joke, news = LabelStyle(name="j", title="Joke", position=0), LabelStyle(
    ...     name="n", title="News", position=1)
    >>> cast = [CastVote(label=0, annotator="ann"), CastVote(label=None, annotator="bob"),
    ...         CastVote(label=1, annotator="cy"), CastVote(label=1, annotator="di")]
    >>> strip = vote_strip(cast, [joke, news], due=1, intended=joke)
    >>> [square.title for square in strip.squares]
    ['News: cy', 'News: di', 'Joke: ann', 'skipped: bob', 'still due']
    >>> strip.sentence
    '2 News, 1 Joke, 1 skipped, 1 still due; intended: Joke'
    """
    chosen = Counter(vote.label for vote in votes if vote.label is not None)
    ordered = sorted(
        votes,
        key=lambda vote: (
            vote.label is None,
            -chosen.get(-1 if vote.label is None else vote.label, 0),
            -1 if vote.label is None else vote.label,
            vote.annotator,
        ),
    )
    squares = [_square(vote, labels) for vote in ordered]
    squares += [Square(kind="due", css="", title="still due")] * due
    return VoteStrip(
        squares=squares[:SHOWN],
        more=max(0, len(squares) - SHOWN),
        intended=intended,
        sentence=_sentence(votes, labels, due, intended),
    )


def _square(vote: CastVote, labels: Sequence[LabelStyle]) -> Square:
    who = f": {vote.annotator}" if vote.annotator else ""
    if vote.label is None:
        return Square(kind="skip", css="", title=f"skipped{who}")
    label = labels[vote.label]
    return Square(kind="vote", css=label.css, title=f"{label.title}{who}")


def _sentence(
    votes: Sequence[CastVote],
    labels: Sequence[LabelStyle],
    due: int,
    intended: LabelStyle | None,
) -> str:
    chosen = Counter(vote.label for vote in votes if vote.label is not None)
    ranked = sorted(chosen.items(), key=lambda pair: (-pair[1], pair[0]))
    parts = [f"{n} {labels[position].title}" for position, n in ranked]
    skips = len(votes) - chosen.total()
    parts += [f"{n} {what}" for n, what in ((skips, "skipped"), (due, "still due")) if n]
    words = ", ".join(parts) or "no votes yet"
    return f"{words}; intended: {intended.title}" if intended else words
