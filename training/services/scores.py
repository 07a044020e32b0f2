"""What came of training: scores per source with their uncertainty, and paired comparisons."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt
from django.core.cache import cache
from django.db.models import Count, Max

from curation.datasets.sources import chosen_against_drawn
from curation.models import Project
from curation.reporting import wording
from training.errors import NoScores
from training.evaluation.compare import Difference, compare, corrected
from training.evaluation.intervals import Estimate, estimate
from training.evaluation.scores import Codes
from training.fitting.predictions import Predictions, read_predictions
from training.fitting.run_folder import RunFolder
from training.models import TrainingRun

CALIBRATION = ("ece", "by_chance", "brier")
KEPT_SECONDS = 3600  # run folders may be taken away
AGREED_FROM = 0.8  # a_i from which on a test row counts as agreed


@dataclass(frozen=True, kw_only=True)
class SourceScores:
    """How classifiers trained on one source do on the test rows."""

    source: str
    scores: Estimate
    agreed: Estimate | None  # on test rows with agreement ≥ γ; None where none carries agreement
    seeds: int
    train_rows: int
    collapsed: int  # runs whose predictions nearly all name one label
    recipe: str  # sources that share it had the same config and the same test rows
    calibration: dict[str, float] | None = None  # means over seeds; see `evaluation.calibration`

    def as_json(self) -> dict[str, Any]:
        return {
            "macro_f1": self.scores.macro_f1.as_json(),
            "accuracy": self.scores.accuracy.as_json(),
            "test_rows": self.scores.rows,
            "seeds": self.seeds,
            "train_rows": self.train_rows,
            "collapsed": self.collapsed,
            "agreed": None if self.agreed is None else self.agreed.as_json(),
            "recipe": self.recipe,
            "calibration": self.calibration,
        }


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """Is `first` better than `second`? Over their common seeds, on the same test rows."""

    first: str
    second: str
    macro_f1: Difference
    agreed: Difference | None  # on test rows with agreement ≥ γ

    def sentence(self) -> str:
        """What came of it, claiming no more than the test does."""
        found = self.macro_f1
        return wording.comparison(
            self.first,
            self.second,
            difference=found.mean,
            low=found.low,
            high=found.high,
            seeds=found.seeds,
            p=found.p,
            p_holm=found.p_holm,
        )

    def as_json(self) -> dict[str, Any]:
        return {
            "first": self.first,
            "second": self.second,
            "macro_f1": self.macro_f1.as_json(),
            "agreed": None if self.agreed is None else self.agreed.as_json(),
        }


@dataclass(frozen=True, kw_only=True)
class ScoreTable:
    """Everything training has to say about a project."""

    sources: tuple[SourceScores, ...]
    comparisons: tuple[Comparison, ...]
    agreed_from: float  # γ of the agreed test rows
    missing: tuple[str, ...]  # finished runs whose folder has gone: train again to have them back

    def of(self, source: str) -> SourceScores | None:
        return next((one for one in self.sources if one.source == source), None)

    def as_json(self) -> dict[str, Any]:
        return {
            "scores": {one.source: one.as_json() for one in self.sources},
            "comparisons": [one.as_json() for one in self.comparisons],
            "agreed_from": self.agreed_from,
            "missing": list(self.missing),
        }


def kept_scores(project: Project, *, sources: Sequence[str] | None = None) -> ScoreTable:
    """As `project_scores`; those of all sources are kept until another run finishes.

    They take most of a second, since intervals are bootstrapped, and every page of a project
    tells something of them.
    """
    if sources is not None:
        return project_scores(project, sources=sources)
    runs = TrainingRun.objects.of(project).successful()
    state = runs.aggregate(n=Count("pk"), asked=Max("asked_at"), ended=Max("finished_at"))
    made = project.created_at.timestamp()
    key = (
        f"training-scores-tested:{project.pk}:{made}:{state['n']}:{state['asked']}:{state['ended']}"
    )
    key = key.replace(" ", "_")
    known: ScoreTable | None = cache.get(key)
    if known is None:
        known = project_scores(project)
        if not known.missing:
            cache.set(key, known, KEPT_SECONDS)
    return known


def project_scores(
    project: Project,
    *,
    sources: Sequence[str] | None = None,
    pairs: Sequence[tuple[str, str]] | None = None,
    agreed_from: float = AGREED_FROM,
) -> ScoreTable:
    """Scores of the newest request of every source, with 95 % intervals over rows and seeds.

    Args:
        sources: in the order wanted; all that were trained when None.
        pairs: to compare; every version:N with its random:N when None.
        agreed_from: γ; the scores are also given on the test rows with agreement ≥ γ.

    Raises:
        NoScores: none of the sources has a finished run.
    """
    runs = TrainingRun.objects.of(project).successful()
    trained = runs.order_by("created_at").values_list("source", flat=True)
    missing: list[str] = []
    groups = {
        source: _group(runs.newest(source), missing, agreed_from=agreed_from)
        for source in dict.fromkeys(trained if sources is None else sources)
    }
    found = {source: group for source, group in groups.items() if group is not None}
    if not found and not missing:
        raise NoScores(project.slug)
    return ScoreTable(
        sources=tuple(_scores(source, group) for source, group in found.items()),
        comparisons=tuple(_comparisons(found, pairs)),
        agreed_from=agreed_from,
        missing=tuple(missing),
    )


@dataclass(frozen=True, kw_only=True)
class _Group:
    """Runs of one source that were asked for together, and what they predicted."""

    runs: list[TrainingRun]
    gold: Codes  # (N,)
    predicted: dict[int, Codes]  # seed → (N,)
    agreed: npt.NDArray[np.bool_]  # (N,)

    @property
    def n_labels(self) -> int:
        return len(self.runs[0].config["labels"])

    def stacked(self, seeds: Sequence[int]) -> Codes:
        return np.stack([self.predicted[seed] for seed in seeds])


def _group(runs: Sequence[TrainingRun], missing: list[str], *, agreed_from: float) -> _Group | None:
    read: dict[TrainingRun, Predictions] = {}
    for run in runs:
        try:
            read[run] = read_predictions(RunFolder(run.path()), run.config["labels"])
        except OSError:
            missing.append(str(run))
    if not read:
        return None
    first = next(iter(read.values()))
    return _Group(
        runs=list(read),
        gold=first.gold,
        predicted={run.seed: predictions.predicted for run, predictions in read.items()},
        agreed=np.nan_to_num(first.agreement, nan=-1.0) >= agreed_from,
    )


def _scores(source: str, group: _Group) -> SourceScores:
    predicted = group.stacked(sorted(group.predicted))
    rows = group.agreed
    agreed = (
        estimate(group.gold[rows], predicted[:, rows], n_labels=group.n_labels)
        if rows.any()
        else None
    )
    return SourceScores(
        source=source,
        scores=estimate(group.gold, predicted, n_labels=group.n_labels),
        agreed=agreed,
        seeds=len(group.runs),
        train_rows=group.runs[0].train_rows,
        collapsed=sum(run.collapsed for run in group.runs),
        recipe=group.runs[0].recipe,
        calibration=_calibration(group.runs),
    )


def _calibration(runs: Sequence[TrainingRun]) -> dict[str, float] | None:
    """Means over those runs that measured it; None for runs from before."""
    found = [run.metrics["calibration"] for run in runs if run.metrics.get("calibration")]
    if not found:
        return None
    return {name: float(np.mean([one[name] for one in found])) for name in CALIBRATION}


def _comparisons(
    groups: dict[str, _Group], pairs: Sequence[tuple[str, str]] | None
) -> list[Comparison]:
    if pairs is None:
        pairs = [
            (source, source.replace("version:", "random:", 1))
            for source in groups
            if source.startswith("version:")
        ]
    compared = [
        _comparison(first, groups[first], second, groups[second])
        for first, second in pairs
        if first in groups and second in groups
    ]
    return _corrected([comparison for comparison in compared if comparison is not None])


def _corrected(found: Sequence[Comparison]) -> list[Comparison]:
    """For how many there are; those on the agreed test rows among themselves."""
    everywhere = corrected([one.macro_f1 for one in found])
    agreed = iter(corrected([one.agreed for one in found if one.agreed is not None]))
    return [
        replace(one, macro_f1=macro_f1, agreed=None if one.agreed is None else next(agreed))
        for one, macro_f1 in zip(found, everywhere, strict=True)
    ]


def _comparison(first: str, one: _Group, second: str, other: _Group) -> Comparison | None:
    """None when the two cannot be compared: another config, other test rows, no common seed."""
    seeds = sorted(one.predicted.keys() & other.predicted.keys())
    if not seeds or one.runs[0].recipe != other.runs[0].recipe:
        return None
    ours, theirs = one.stacked(seeds), other.stacked(seeds)
    test = partial(compare, n_labels=one.n_labels, one_draw=chosen_against_drawn(first, second))
    rows = one.agreed
    return Comparison(
        first=first,
        second=second,
        macro_f1=test(one.gold, ours, theirs),
        agreed=test(one.gold[rows], ours[:, rows], theirs[:, rows]) if rows.any() else None,
    )
