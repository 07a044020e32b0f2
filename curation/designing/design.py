"""How large a study must be, what it would find, and what it costs."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from curation.aggregation.result import Votes
from curation.agreement import vote_counts
from curation.agreement.counts import Counts
from curation.designing.futures import Futures, Grid, play_futures
from curation.designing.wording import pilot_notes, sentence_of

ASSURANCE = 0.8  # share of simulated studies in which the wishes must come true
FEWEST_EXAMPLES = 5  # of a pilot, with two votes or more


class PilotTooSmall(ValueError):
    """A pilot that nothing can be planned from; the message is a sentence for the user."""


@dataclass(frozen=True)
class Wishes:
    """What the study shall reach. Half-widths are of 95 % intervals over examples."""

    gamma: float  # in (0, 1]: keep an example where its votes agree at least so much
    half_width: float  # of α's interval
    kept_half_width: float | None = None  # of the kept share's interval
    most_wrong: float | None = None  # share of the examples


@dataclass(frozen=True)
class Prices:
    """What answers take and cost; None where it is not known."""

    seconds_per_answer: float | None = None
    price_per_answer: float | None = None  # in any currency
    fee_share: float = 0.0  # what a platform takes on top, as a share of the price
    most_per_annotator: int | None = None  # answers
    most_hours: float | None = None  # of work per annotator


@dataclass(frozen=True, kw_only=True)
class Design:
    """One study size: what it takes, and what 200 simulated studies of that size found.

    `…_low` and `…_high` hold 95 % of the simulated studies between them, so they widen with a
    small pilot; shares are of the examples. "Wrong" is a decision to keep or drop at γ other than
    many votes would make.
    """

    examples: int
    votes: int  # per example
    answers: int
    annotators: int  # at least
    hours: float | None  # of work, all annotators together
    money: float | None
    alpha: float | None  # median; None where all votes name one label
    alpha_low: float | None
    alpha_high: float | None
    half_width: float | None  # of α's interval, median
    half_width_low: float | None
    half_width_high: float | None
    kept: float  # share kept at γ, median
    kept_low: float
    kept_high: float
    kept_half_width: float  # of that share's interval in one study, median
    wrong: float  # mean share of decisions
    wrong_low: float
    wrong_high: float
    wrongly_kept: float  # mean
    wrongly_dropped: float  # mean
    chance: float  # share of the simulated studies in which all wishes came true


@dataclass(frozen=True, kw_only=True)
class StudyDesign:
    """What studies of many sizes would give, and the cheapest that gives what is wished."""

    rows: tuple[Design, ...]  # every size looked at, fewest examples first
    recommended: Design | None  # None: no size looked at is enough
    pilot_examples: int
    pilot_annotators: int
    wishes: Wishes
    notes: tuple[str, ...]  # what weakens the forecast, in plain words

    def is_enough(self, row: Design) -> bool:
        """Whether all wishes come true in 4 of 5 simulated studies of that size."""
        return row.chance >= ASSURANCE

    @property
    def sentence(self) -> str:
        """The recommendation in plain words."""
        best = max(self.rows, key=lambda row: (row.chance, -(row.half_width or math.inf)))
        return sentence_of(self.recommended, best=best, wishes=self.wishes)

    def as_json(self) -> dict[str, Any]:
        recommended = None if self.recommended is None else asdict(self.recommended)
        return {
            "sentence": self.sentence,
            "recommended": recommended,
            "notes": list(self.notes),
            "pilot": {"examples": self.pilot_examples, "annotators": self.pilot_annotators},
            "wishes": asdict(self.wishes),
            "rows": [asdict(row) for row in self.rows],
        }


def design_study(
    votes: Votes,
    *,
    gamma: float,
    half_width: float,
    seconds_per_answer: float | None = None,
    price_per_answer: float | None = None,
    most_per_annotator: int | None = None,
    kept_half_width: float | None = None,
    most_wrong: float | None = None,
    fee_share: float = 0.0,
    most_hours: float | None = None,
    grid: Grid | None = None,
    many: int | None = None,
    studies: int = 200,
    seed: int = 0,
) -> StudyDesign:
    """Say how many examples, votes per example and annotators a study needs.

    A study is recommended if in 4 of 5 simulated ones all wishes come true; of those the one with
    the fewest answers, and of equals the one with fewer wrong decisions.

    Args:
        votes: the pilot's; examples with a single vote say nothing about agreement and are left
            out.
        gamma, half_width, kept_half_width, most_wrong: see `Wishes`.
        seconds_per_answer, price_per_answer, fee_share, most_per_annotator, most_hours: see
            `Prices`.
        grid: sizes to look at.
        many: how many votes decide what is a right decision; None: no end of them.
        studies: simulated per size; 200 take some seconds.
        seed: of the simulation.

    Raises:
        PilotTooSmall: fewer than 5 examples with two votes, or all votes name one label.
    """
    counts = _pairable(votes)
    wishes = Wishes(gamma, half_width, kept_half_width, most_wrong)
    prices = Prices(seconds_per_answer, price_per_answer, fee_share, most_per_annotator, most_hours)
    grid = grid or Grid()
    futures = play_futures(counts, gamma=gamma, grid=grid, studies=studies, seed=seed, many=many)
    rows = _rows(futures, grid, wishes, prices)
    enough = [row for row in rows if row.chance >= ASSURANCE]
    annotators = len(np.unique(votes.worker))
    return StudyDesign(
        rows=rows,
        recommended=min(enough, key=lambda row: (row.answers, row.wrong), default=None),
        pilot_examples=len(counts),
        pilot_annotators=annotators,
        wishes=wishes,
        notes=pilot_notes(counts, annotators=annotators),
    )


def _pairable(votes: Votes) -> Counts:
    """(T, K) the counts of the examples with two votes or more."""
    counts = vote_counts(votes.task, votes.label, n_tasks=votes.n_tasks, n_labels=votes.n_labels)
    counts = counts[counts.sum(axis=1) >= 2]
    if len(counts) < FEWEST_EXAMPLES:
        raise PilotTooSmall(
            f"The pilot has {len(counts)} examples with two votes or more, but {FEWEST_EXAMPLES} "
            "are needed, and 50 or more with three votes each are better; collect more votes first."
        )
    if (counts.sum(axis=0) > 0).sum() < 2:
        raise PilotTooSmall(
            "All votes of the pilot name one label, so nothing can be said about agreement; choose "
            "other examples."
        )
    return counts


def _rows(futures: Futures, grid: Grid, wishes: Wishes, prices: Prices) -> tuple[Design, ...]:
    return tuple(
        Design(
            examples=n,
            votes=votes,
            answers=n * votes,
            **_cost(n, votes, prices),
            **_found(futures, row, column),
            chance=float(_come_true(futures, wishes)[:, row, column].mean()),
        )
        for row, n in enumerate(grid.examples)
        for column, votes in enumerate(grid.votes)
    )


def _cost(examples: int, votes: int, prices: Prices) -> dict[str, Any]:
    answers = examples * votes
    seconds, price = prices.seconds_per_answer, prices.price_per_answer
    return {
        "annotators": annotators_needed(answers, votes, prices),
        "hours": None if seconds is None else answers * seconds / 3600,
        "money": None if price is None else answers * price * (1 + prices.fee_share),
    }


def annotators_needed(answers: int, votes: int, prices: Prices) -> int:
    """The fewest annotators: as many as votes on an example, and nobody above the load limit.

    Nobody answers more than `most_per_annotator` questions, nor works more than `most_hours` at
    `seconds_per_answer`.

    >>> annotators_needed(300, 3, Prices(most_per_annotator=50))
    6
    >>> annotators_needed(300, 3, Prices(seconds_per_answer=36, most_hours=1))
    3
    """
    limits = [prices.most_per_annotator] if prices.most_per_annotator else []
    if prices.most_hours and prices.seconds_per_answer:
        limits.append(max(1, int(prices.most_hours * 3600 / prices.seconds_per_answer)))
    return max(votes, *(math.ceil(answers / limit) for limit in limits), 1)


def _come_true(futures: Futures, wishes: Wishes) -> Any:
    """(S, examples, votes) bool: whether every wish came true; an undefined α is no interval."""
    fine = np.nan_to_num(futures.half_width, nan=np.inf) <= wishes.half_width
    if wishes.kept_half_width is not None:
        fine &= futures.kept_half_width <= wishes.kept_half_width
    if wishes.most_wrong is not None:
        fine &= futures.wrongly_kept + futures.wrongly_dropped <= wishes.most_wrong
    return fine


def _found(futures: Futures, row: int, column: int) -> dict[str, Any]:
    wrongly_kept = futures.wrongly_kept[:, row, column]
    wrongly_dropped = futures.wrongly_dropped[:, row, column]
    wrong = wrongly_kept + wrongly_dropped
    return {
        **_spread("alpha", futures.alpha[:, row, column]),
        **_spread("half_width", futures.half_width[:, row, column]),
        **_spread("kept", futures.kept[:, row, column]),
        "kept_half_width": float(np.median(futures.kept_half_width[:, row, column])),
        **_spread("wrong", wrong),
        "wrong": float(wrong.mean()),
        "wrongly_kept": float(wrongly_kept.mean()),
        "wrongly_dropped": float(wrongly_dropped.mean()),
    }


def _spread(name: str, values: Any) -> dict[str, float | None]:
    """Median and the middle 95 % of simulated studies; None where no study has the number."""
    known = values[~np.isnan(values)]
    middle = np.percentile(known, [50, 2.5, 97.5]).tolist() if len(known) else [None] * 3
    return dict(zip((name, f"{name}_low", f"{name}_high"), middle, strict=True))
