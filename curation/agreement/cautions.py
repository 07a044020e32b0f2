"""What makes a project's agreement hard to read, as sentences with numbers."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from curation.aggregation.result import Votes
from curation.agreement.counts import Counts
from curation.agreement.formulas import pairable

SKEWED = 0.85  # share of votes for one label, at least
FEW_VOTES = 3.0  # votes per example, at most
DOMINANT = 0.25  # share of votes of one annotator, at least, and
TIMES_AN_EQUAL_PART = 2.0  # that many times what each would have given
FEW_EXAMPLES = 50  # with two votes or more
FEW_SHARED = 10.0  # examples a pair of annotators shares, in the median


@dataclass(frozen=True, kw_only=True)
class Caution:
    """One reason to read the numbers with care."""

    kind: str  # "skew", "few votes", "dominant annotator", "few examples", "few shared"
    sentence: str


@dataclass(frozen=True, kw_only=True)
class Seen:
    """What the checks look at."""

    votes: Votes
    counts: Counts  # (N, K) of examples with votes
    median_shared: float  # examples a pair of annotators shares; NaN where nobody shares one
    label_names: Sequence[str]
    annotator_names: Sequence[str]


def cautions(seen: Seen) -> list[Caution]:
    """All that apply, in the order of CHECKS; none for a project without votes."""
    if not len(seen.counts):
        return []
    return [
        Caution(kind=kind, sentence=sentence)
        for kind, check in CHECKS.items()
        for sentence in check(seen)
    ]


def _skew(seen: Seen) -> Iterator[str]:
    per_label = seen.counts.sum(axis=0)
    top, share = int(per_label.argmax()), float(per_label.max() / per_label.sum())
    if share < SKEWED or len(per_label) < 2:
        return
    rows = pairable(seen.counts)
    if not len(rows):
        return
    votes = rows.sum(axis=1)
    agreeing = float(((rows * (rows - 1)).sum(axis=1) / (votes * (votes - 1))).mean())
    yield (
        f"{_percent(share)} of the votes name “{seen.label_names[top]}”, so two votes would often "
        f"agree by chance: α and κ come out low although {_percent(agreeing)} of the pairs of "
        "votes on an example agree. Read AC1 beside them."
    )


def _few_votes(seen: Seen) -> Iterator[str]:
    votes = seen.counts.sum(axis=1)
    mean, single = float(votes.mean()), int((votes == 1).sum())
    if single:
        yield (
            f"{single:,} of {len(votes):,} examples have one vote, which says nothing about "
            "agreement: their a_i is 1 whatever people think."
        )
    if mean <= FEW_VOTES:
        yield (
            f"An example has {mean:.1f} votes on average, so a_i takes few values and is too high; "
            "read the posterior, which allows for it."
        )


def _dominant(seen: Seen) -> Iterator[str]:
    answered = np.bincount(seen.votes.worker)
    people = int((answered > 0).sum())
    if people == 1:
        yield "One annotator gave all votes, so there is nobody to agree with."
        return
    share = float(answered.max() / answered.sum())
    if share < max(DOMINANT, TIMES_AN_EQUAL_PART / people):
        return
    for worker in np.flatnonzero(answered == answered.max()).tolist():
        yield (
            f"{seen.annotator_names[worker]} gave {_percent(share)} of all votes, "
            f"{share * people:.1f} times an equal part of {people} annotators; agreement is "
            "largely agreement with that one person."
        )


def _few_examples(seen: Seen) -> Iterator[str]:
    number = len(pairable(seen.counts))
    if number < FEW_EXAMPLES:
        which = "1 example has" if number == 1 else f"{number} examples have"
        yield (f"Only {which} two votes or more; the intervals are wide, and themselves uncertain.")


def _few_shared(seen: Seen) -> Iterator[str]:
    if seen.median_shared < FEW_SHARED:
        yield (
            f"Half of the pairs of annotators with examples in common have {_at_most(seen)}, so "
            "pairwise κ rests on few of them; α does not need the same people."
        )


def _at_most(seen: Seen) -> str:
    number = int(seen.median_shared)
    return "a single one" if number == 1 else f"{number} or fewer"


CHECKS: dict[str, Callable[[Seen], Iterator[str]]] = {
    "skew": _skew,
    "few votes": _few_votes,
    "dominant annotator": _dominant,
    "few examples": _few_examples,
    "few shared": _few_shared,
}


def _percent(share: float) -> str:
    return f"{100 * share:.0f} %"
