"""A ranking of items by what people said of their pairs."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from curation.agreement.spearman import NORMAL_95, mean_ranks
from curation.comparisons.answers import Comparisons
from curation.comparisons.bradley_terry import many_scores, scores_of
from curation.comparisons.noisy import noisy_scores
from curation.comparisons.topological import majority_order

RESAMPLES = 1_000
MOST_STARS = 5


@dataclass(frozen=True, kw_only=True)
class RankedTask:
    """One item's place."""

    item: int
    score: float  # Bradley-Terry, log odds, 0 on average
    low: float  # 95 % interval
    high: float
    noisy_score: float  # the same when annotators differ in reliability
    copeland: int  # items beaten by majority, less those that beat it
    stars: int  # 1 (first of the ranking) to 5 (last)
    majority_stars: int  # the same by the first study's own order, see `majority_order`
    n: int  # comparisons that decided it


@dataclass(frozen=True, kw_only=True)
class Ranking:
    """Items by score, the one that wins most first."""

    rows: list[RankedTask]
    dropped: list[tuple[int, int]]  # majorities (winner, loser) that `majority_stars` give up


def rank_tasks(comparisons: Comparisons, *, seed: int, resamples: int = RESAMPLES) -> Ranking:
    """Rank the items by Bradley-Terry, with intervals, noisy Bradley-Terry and Copeland beside it.

    The ends of an interval are the outer ones of two: other people from the same crowd (bootstrap
    over annotators), and other answers of the same people (by the information in the answers, so
    that three of three is not taken for certain).

    Args:
        comparisons: at least one that names a winner; those that do not are left out.
        seed: of the draws; the same seed gives the same intervals.
        resamples: R ≥ 1, of the bootstrap.

    Item 0 wins three times of four:

    >>> said = Comparisons(annotator=np.arange(4), left=np.zeros(4, int), right=np.ones(4, int),
    ...                    winner=np.array([0, 0, 0, 1]), n_items=2)
    >>> first, second = rank_tasks(said, seed=0).rows
    >>> (first.item, first.copeland, first.stars, first.n), second.stars
    ((0, 1, 1, 4), 5)
    """
    said = comparisons.decided()
    wins = said.wins()
    scores = scores_of(wins)
    low, high = _interval(said, scores, seed=seed, resamples=resamples)
    noisy = noisy_scores(said, seed=seed)
    beats = wins > wins.T
    copeland = beats.sum(axis=1) - beats.sum(axis=0)
    stars, order = stars_of(scores), majority_order(wins)
    majority_stars = stars_of(-order.place.astype(np.float64))
    played = (wins + wins.T).sum(axis=1)
    rows = [
        RankedTask(
            item=item,
            score=float(scores[item]),
            low=float(min(low[item], scores[item])),
            high=float(max(high[item], scores[item])),
            noisy_score=float(noisy[item]),
            copeland=int(copeland[item]),
            stars=int(stars[item]),
            majority_stars=int(majority_stars[item]),
            n=int(played[item]),
        )
        for item in np.argsort(-scores, kind="stable").tolist()
    ]
    return Ranking(rows=rows, dropped=order.dropped)


def stars_of(scores: npt.NDArray[np.float64]) -> npt.NDArray[np.int64]:
    """Five groups by place: 1 star for the highest score, 5 for the lowest; equals share.

    >>> stars_of(np.array([2.0, 0.5, -1.0, 0.5])).tolist()
    [1, 3, 5, 3]
    """
    if len(scores) < 2:
        return np.ones(len(scores), dtype=np.int64)
    place = mean_ranks(-scores) - 1
    share = place / (len(scores) - 1)
    return 1 + np.floor(share * (MOST_STARS - 1) + 0.5).astype(np.int64)


def _interval(
    said: Comparisons, scores: npt.NDArray[np.float64], *, seed: int, resamples: int
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    drawn = many_scores(_other_people(said, np.random.default_rng(seed), resamples))
    low, high = np.percentile(drawn, [2.5, 97.5], axis=0)
    reach = NORMAL_95 * standard_errors(said.wins(), scores)
    return np.minimum(low, scores - reach), np.maximum(high, scores + reach)


def standard_errors(
    wins: npt.NDArray[np.int64], scores: npt.NDArray[np.float64]
) -> npt.NDArray[np.float64]:
    """(N,) standard errors of the scores if answers are independent; by Fisher's information.

    The win and the loss against the average item count as one comparison with score 0.

    Four comparisons, two each way: the information is 4/4 between the two and 1/4 in each, so each
    score has the variance 1 / (2 · (2 · 1 + 1/4)):

    >>> standard_errors(np.array([[0, 2], [2, 0]]), np.zeros(2)).round(2).tolist()
    [0.47, 0.47]
    """
    likely = 1 / (1 + np.exp(scores[None, :] - scores[:, None]))
    each = (wins + wins.T) * likely * (1 - likely)
    own = 1 / (1 + np.exp(-scores))
    information = np.diag(each.sum(axis=1) + own * (1 - own)) - each
    centred = np.eye(len(scores)) - 1 / len(scores)
    covariance = centred @ np.linalg.inv(information) @ centred
    return np.asarray(np.sqrt(np.maximum(np.diag(covariance), 0)), dtype=np.float64)


def _other_people(
    said: Comparisons, random: np.random.Generator, resamples: int
) -> npt.NDArray[np.int64]:
    """(R, N, N) wins when as many annotators are drawn from those there are."""
    people, who = np.unique(said.annotator, return_inverse=True)
    cells = said.winner * said.n_items + said.loser
    per_person = np.zeros((len(people), said.n_items**2), dtype=np.int64)
    np.add.at(per_person, (who, cells), 1)
    times = random.multinomial(len(people), np.full(len(people), 1 / len(people)), size=resamples)
    return np.asarray((times @ per_person).reshape(-1, said.n_items, said.n_items))
