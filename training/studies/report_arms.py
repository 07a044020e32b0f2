"""Scores of every arm on one board."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from training.evaluation.intervals import Interval, LabelEstimate, estimate
from training.studies.report_input import ArmRuns, BoardInput
from training.studies.report_shape import ArmScores, Band, LabelScore

Reference = Mapping[str, float]  # of one arm: {"macro_f1": 0.953, "accuracy": 0.953}


def arm_scores(
    board: BoardInput, runs: ArmRuns, *, resamples: int, reference: Reference
) -> ArmScores:
    """One arm's row of the table, with what is missing of it."""
    outcomes = list(runs.by_seed.values())
    scores: ArmScores = {
        "arm": runs.name,
        "seeds": len(outcomes),
        "train_rows": extent(one.train_rows for one in outcomes),
        "steps": extent(one.steps for one in outcomes if one.steps is not None),
        "macro_f1": None,
        "macro_f1_std": None,
        "accuracy": None,
        "accuracy_std": None,
        "collapsed": sum(one.collapsed for one in outcomes),
        "labels": [],
        "unfinished": list(runs.unfinished),
        "reference": dict(reference),
    }
    if not outcomes:
        return scores
    found = estimate(
        board.gold, runs.predicted(), n_labels=board.project.n_labels, resamples=resamples
    )
    several = len(outcomes) > 1
    return {
        **scores,
        "macro_f1": band(found.macro_f1),
        "macro_f1_std": found.macro_f1.std if several else None,
        "accuracy": band(found.accuracy),
        "accuracy_std": found.accuracy.std if several else None,
        "labels": _labels(board, found.labels),
    }


def _labels(board: BoardInput, found: Sequence[LabelEstimate]) -> list[LabelScore]:
    return [
        {
            "name": name,
            "title": title,
            "support": one.support,
            "f1": band(one.f1),
            "precision": one.precision,
            "recall": one.recall,
        }
        for (name, title), one in zip(board.project.labels, found, strict=True)
    ]


def band(interval: Interval) -> Band:
    """Mean and ends; a bootstrap of skewed scores may miss its own mean, the band does not."""
    return {
        "mean": interval.mean,
        "low": min(interval.low, interval.mean),
        "high": max(interval.high, interval.mean),
    }


def extent(numbers: Iterable[int]) -> list[int] | None:
    """Least and most; None without numbers.

    >>> extent([300, 298, 301])
    [298, 301]
    """
    seen = list(numbers)
    return [min(seen), max(seen)] if seen else None
