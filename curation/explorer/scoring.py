"""The expected score of a classifier trained on what is kept, over thresholds.

A classifier here is a linear head on frozen sentence vectors; fine-tuning can confirm what it
says later. See `curves` for what comes out and `crossfitting` for what is trained on what.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

import numpy as np

from curation.explorer.agreement_figure import accuracy_over_agreement
from curation.explorer.candidates import Candidate, candidates
from curation.explorer.crossfitting import Round, rounds
from curation.explorer.curves import (
    HELD_OUT,
    KEEP_ALL,
    TEST,
    Band,
    Curve,
    Point,
    Recommendation,
    Reference,
    TestCurve,
)
from curation.explorer.pool import Pool, TestSet, own_test
from curation.explorer.recommending import Tried, recommend
from curation.explorer.resampling import Draws, Scorer
from curation.explorer.selections import Floats
from curation.progress import Progress, silent

SEEDS = 5


@dataclass(frozen=True, kw_only=True)
class Measured:
    """What `measure` found; see `ScoreCurves` for the fields."""

    target: str
    scored_rows: int
    train_rows: int
    curves: tuple[Curve, ...]
    references: tuple[Reference, ...]
    test_curve: TestCurve | None
    recommendation: Recommendation


def measure(
    pool: Pool,
    test: TestSet | None = None,
    *,
    seeds: int = SEEDS,
    chosen: Sequence[Candidate] | None = None,
    progress: Progress = silent,
) -> Measured:
    """Scores of every candidate beside its random controls, with a recommendation.

    Intervals are over scored rows, and over rounds where there are several: in each resample
    rows and rounds are drawn once for all candidates, so that differences are paired. They hold
    for this pool; another pool of the same size would move all scores together.

    Args:
        test: a real test set; without one the pool is cross-fitted, all its rows scored.
        seeds: S ≥ 1; random subsets with a test set, folds without (5 make one round).
        chosen: what to try; `candidates(pool)` when not given. Holds `LINES` in any case.
        progress: told trainings done of all; may raise to stop.

    Raises:
        TooFewExamples: nothing can be trained and scored.
    """
    pool.check(crossed=test is None)
    pool = pool.by_id()
    scored = test.by_id() if test is not None else own_test(pool)
    tried = list(candidates(pool) if chosen is None else chosen)
    steps = list(rounds(pool, scored if test is not None else None, tried, seeds=seeds))
    found: list[Round] = []
    for done, step in enumerate(steps):
        progress(done, len(steps), "training on what is kept")
        found += [one for one in [step()] if one is not None]
    progress(len(steps), len(steps), "comparing")
    scorer = Scorer.of(scored.gold, n_labels=pool.n_labels, rounds=len(found))
    return _Report(tried, found, scorer).measured(scored, on_test=test is not None)


class _Report:
    """Rounds → curves."""

    def __init__(self, tried: list[Candidate], found: list[Round], scorer: Scorer) -> None:
        self._tried, self._found, self._scorer = tried, found, scorer
        self._own, self._random, self._within = (
            scorer.macro_f1([getattr(one, name) for one in found])
            for name in ("own", "random", "within")
        )
        self._accuracy = scorer.accuracy([one.own for one in found])
        self._kept = np.mean([one.kept for one in found], axis=0)
        self._labels = np.mean([one.labels for one in found], axis=0)
        self._rows = float(np.mean([one.train_rows for one in found]))
        self._all = Tried(candidates=tried, own=self._own, random=self._random, kept=self._kept)

    def measured(self, scored: TestSet, *, on_test: bool) -> Measured:
        keep_all = self._all.place(KEEP_ALL)
        figure = None
        if scored.agreement is not None:
            said = [one.own[keep_all : keep_all + 1] for one in self._found]
            figure = accuracy_over_agreement(
                said, scored.gold, scored.agreement, n_labels=self._scorer.n_labels
            )
        return Measured(
            target=TEST if on_test else HELD_OUT,
            scored_rows=len(scored.ids),
            train_rows=round(self._rows),
            curves=self._curves(),
            references=self._references(),
            test_curve=figure,
            recommendation=recommend(self._all, on_test=on_test),
        )

    def _curves(self) -> tuple[Curve, ...]:
        drops = [(at, one) for at, one in enumerate(self._tried) if one.drops]
        drops.sort(key=lambda pair: (_curve_of(pair[1]), pair[1].value))
        return tuple(
            Curve(
                kind=kind,
                agreement=agreement,
                balanced=balanced,
                points=tuple(self._point(at, one) for at, one in members),
            )
            for (kind, agreement, balanced), members in groupby(drops, lambda p: _curve_of(p[1]))
        )

    def _point(self, at: int, one: Candidate) -> Point:
        against_all = self._own - self._all.line(KEEP_ALL)
        rows = self._kept[at]
        return Point(
            value=one.value,
            kept=float(rows),
            share=float(rows / self._rows),
            labels=_shares(self._labels[at]),
            score=self._own.band(at),
            accuracy=self._accuracy.band(at),
            random=self._random.band(at),
            random_within=self._within.band(at),
            against_random=_difference(self._own, self._random, at),
            against_random_within=_difference(self._own, self._within, at),
            against_all=against_all.band(at),
        )

    def _references(self) -> tuple[Reference, ...]:
        against = self._own - self._all.line(KEEP_ALL)
        lines = []
        for at, one in enumerate(self._tried):
            score, accuracy = self._own.band(at), self._accuracy.band(at)
            if not one.drops and score and accuracy:
                lead = None if one.kind == KEEP_ALL else against.band(at)
                lines.append(
                    Reference(name=one.kind, score=score, accuracy=accuracy, against_all=lead)
                )
        return tuple(lines)


def _curve_of(one: Candidate) -> tuple[str, str, bool]:
    return one.kind, one.agreement, one.balanced


def _difference(one: Draws, other: Draws, at: int) -> Band | None:
    return (one.of(at) - other.of(at)).band(0)


def _shares(rows: Floats) -> tuple[float, ...]:
    return tuple((rows / max(rows.sum(), 1)).tolist())
