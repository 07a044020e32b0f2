"""A project's agreement as plain numbers: what pages, commands and files say about it."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from curation.aggregation.result import Votes
from curation.agreement.cautions import Caution
from curation.agreement.confusion import LabelConfusion
from curation.agreement.counts import vote_counts
from curation.agreement.posterior import AgreementPosterior, fit_agreement
from curation.agreement.share import agreement_share
from curation.agreement.statistics import Statistic, project_statistics

Floats = npt.NDArray[np.float64]

BINS = 20  # per unit of agreement; a bin is centred on a multiple of 0.05
GAMMAS = (0.6, 0.7, 0.8, 0.9)  # no label would keep a share of 1 among endlessly many votes
NEARLY = 1e-9
MOST_LABELS = 20  # up to which every pair of labels is told


@dataclass(frozen=True, kw_only=True)
class Figure:
    """One statistic; None where it does not exist, with the reason."""

    name: str
    value: float | None
    low: float | None
    high: float | None
    n: int  # examples
    reason: str


@dataclass(frozen=True, kw_only=True)
class Reach:
    """How many examples reach a threshold, as their votes stand and as more would show."""

    gamma: float
    raw: int  # a_i ≥ γ
    expected: float  # sum of the probabilities that the true agreement is γ or more


@dataclass(frozen=True, kw_only=True)
class Meeting:
    """How two labels meet on the same example, or one meets itself."""

    first: int  # position of a label
    second: int
    share: float | None  # of the votes that stand beside one for `first`, those for `second`
    chance: float | None  # the share that chance would give
    examples: int  # on which both are named


@dataclass(frozen=True, kw_only=True)
class Confused:
    """Two labels that people take for one another."""

    first: int
    second: int
    ratio: float  # named together, over what chance would give
    examples: int


@dataclass(frozen=True, kw_only=True)
class Overview:
    """How far N ≥ 1 examples with votes agree."""

    examples: int
    votes: int
    annotators: int
    raw_mean: float  # of a_i
    posterior_mean: float
    half_width: float  # mean half width of the posterior's 95 % intervals
    fitted: bool  # whether the posterior could learn from examples with two votes
    figures: list[Figure]
    cautions: list[Caution]
    raw_bins: list[int]  # (21,) examples by a_i
    posterior_bins: list[int]  # (21,) by posterior mean
    reach: list[Reach]
    meetings: list[Meeting]  # label by label; empty with more than 20 labels
    confused: list[Confused]  # the hardest to tell apart first

    def figure(self, name: str) -> Figure | None:
        return next((one for one in self.figures if one.name == name), None)

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, plain: Mapping[str, Any]) -> Overview:
        """What `as_json` gave."""
        parts: dict[str, type] = {
            "figures": Figure,
            "cautions": Caution,
            "reach": Reach,
            "meetings": Meeting,
            "confused": Confused,
        }
        lists = {name: [kind(**one) for one in plain[name]] for name, kind in parts.items()}
        return cls(**{**plain, **lists})


def overview(
    votes: Votes, *, label_names: Sequence[str], annotator_names: Sequence[str], seed: int = 0
) -> Overview:
    """Everything there is to say about a project's agreement.

    The ordinal α is given with three labels or more; whether their order means something is for
    the reader to know.

    Args:
        votes: T ≥ 1 tasks, each with a vote.
        label_names: (K,)
        annotator_names: (W,)
    """
    counts = vote_counts(votes.task, votes.label, n_tasks=votes.n_tasks, n_labels=votes.n_labels)
    found = project_statistics(
        votes,
        ordinal=votes.n_labels > 2,
        seed=seed,
        label_names=label_names,
        annotator_names=annotator_names,
    )
    raw, posterior = agreement_share(counts), fit_agreement(counts, seed=seed)
    return Overview(
        examples=votes.n_tasks,
        votes=len(votes.task),
        annotators=len(annotator_names),
        raw_mean=float(raw.mean()),
        posterior_mean=float(posterior.mean.mean()),
        half_width=float((posterior.high - posterior.low).mean() / 2),
        fitted=posterior.fitted,
        figures=[_figure(one) for one in found.statistics.values()],
        cautions=found.cautions,
        raw_bins=_binned(raw),
        posterior_bins=_binned(posterior.mean),
        reach=[_reach(gamma, raw, posterior) for gamma in GAMMAS],
        meetings=_meetings(found.confusion),
        confused=[
            Confused(first=one.first, second=one.second, ratio=one.ratio, examples=one.examples)
            for one in found.confusion.most_confused()
        ],
    )


def _figure(one: Statistic) -> Figure:
    return Figure(
        name=one.name,
        value=_number(one.value),
        low=_number(one.low),
        high=_number(one.high),
        n=one.n,
        reason=one.reason,
    )


def _number(value: float) -> float | None:
    return None if math.isnan(value) else value


def _binned(values: Floats) -> list[int]:
    return np.bincount(np.rint(values * BINS).astype(np.int64), minlength=BINS + 1).tolist()


def _reach(gamma: float, raw: Floats, posterior: AgreementPosterior) -> Reach:
    return Reach(
        gamma=gamma,
        raw=int((raw >= gamma - NEARLY).sum()),
        expected=float(posterior.reaches(gamma).sum()),
    )


def _meetings(confusion: LabelConfusion) -> list[Meeting]:
    n_labels = len(confusion.observed)
    if n_labels > MOST_LABELS:
        return []
    total = confusion.expected.sum(axis=1, keepdims=True)
    empty = np.full(confusion.expected.shape, np.nan)
    chance = np.divide(confusion.expected, total, out=empty, where=total > 0)
    return [
        Meeting(
            first=a,
            second=b,
            share=_number(float(confusion.share[a, b])),
            chance=_number(float(chance[a, b])),
            examples=int(confusion.together[a, b]),
        )
        for a in range(n_labels)
        for b in range(n_labels)
    ]
