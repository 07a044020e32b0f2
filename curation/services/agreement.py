"""How far the votes agree: per example and for the project."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from curation import frames
from curation.aggregation import Aggregated
from curation.agreement import (
    agreement_share,
    alpha_interval,
    nominal_alpha,
    vote_counts,
    vote_entropy,
)
from curation.datasets import Judged
from curation.datasets.keeping import TrueAgreement
from curation.errors import NothingToDo
from curation.models import Example, Project
from curation.services.aggregating.applying import aggregate, check_name
from curation.services.answer_counts import answer_counts


@dataclass(frozen=True, kw_only=True)
class JudgedProject:
    """Every example of a split that has votes, with what its votes say."""

    judged: Judged
    counts: npt.NDArray[np.int64]  # (N, K) votes per label
    aggregated: Aggregated
    example_keys: npt.NDArray[np.int64]  # (N,) primary keys
    annotators: int
    label_names: list[str]


@dataclass(frozen=True, kw_only=True)
class AgreementSummary:
    """A project's agreement in one row. Numbers that do not exist are None, never NaN."""

    examples: int  # with at least one vote
    annotations: int  # votes; skips not counted
    annotators: int
    skips: int
    strays: int  # answers kept aside because they cannot become votes
    aggregator: str
    alpha: float | None  # Krippendorff's, nominal
    alpha_low: float | None  # 95 % bootstrap interval over examples
    alpha_high: float | None
    mean_agreement: float  # mean a_i
    unanimous: int  # examples on which all agree
    labels: dict[str, int]  # aggregated label → examples
    accuracy: float | None  # of aggregated labels against gold, where gold is known
    gold: int  # examples with gold
    simulated: bool  # any vote came from a program

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def judge(
    project: Project,
    *,
    aggregator: str = "majority",
    split: str = Example.Split.POOL,
    posterior: bool = False,
) -> JudgedProject:
    """Aggregate the votes on the examples of `split`.

    Args:
        posterior: also what the votes say about the agreement that more votes would show.

    Raises:
        BadInput: no such aggregator.
        NothingToDo: nobody has voted yet.
        AggregatorRefused: the aggregator cannot work on these votes.
    """
    check_name(aggregator)
    found = frames.project_votes(project, split=split)
    votes = found.votes
    if not votes.n_tasks:
        raise _no_votes(project)
    counts = vote_counts(votes.task, votes.label, n_tasks=votes.n_tasks, n_labels=votes.n_labels)
    aggregated = aggregate(project, found, aggregator)
    judged = Judged(
        external_id=frames.external_ids(found.example_keys, project),
        label=aggregated.labels,
        agreement=agreement_share(counts),
        entropy=vote_entropy(counts),
        probability=aggregated.confidence,
        n_votes=counts.sum(axis=1),
        label_names=project.label_names(),
        intended=frames.intended_positions(found.example_keys, project),
        by_hand=frames.set_aside(found.example_keys, project),
        posterior=_posterior(counts) if posterior else None,
    )
    return JudgedProject(
        judged=judged,
        counts=counts,
        aggregated=aggregated,
        example_keys=found.example_keys,
        annotators=len(found.annotator_keys),
        label_names=project.label_names(),
    )


def _no_votes(project: Project) -> NothingToDo:
    return NothingToDo(
        f"Project {project.slug!r} has no votes yet; let people judge with manage.py rounds "
        f"{project.slug} open, or bring votes in with manage.py pull {project.slug} or "
        f"manage.py import_votes {project.slug} FILE."
    )


def _posterior(counts: npt.NDArray[np.int64]) -> TrueAgreement:
    from curation.agreement.posterior import fit_agreement

    return fit_agreement(counts)


def summarise(project: Project, *, aggregator: str = "majority") -> AgreementSummary:
    """The project's agreement over its pool."""
    return summary_of(project, judge(project, aggregator=aggregator), aggregator=aggregator)


def summary_of(project: Project, result: JudgedProject, *, aggregator: str) -> AgreementSummary:
    judged, counts = result.judged, result.counts
    interval = alpha_interval(counts)
    accuracy, gold = _accuracy(project, result)
    per_label = np.bincount(judged.label, minlength=len(result.label_names))
    return AgreementSummary(
        examples=len(judged.label),
        annotations=int(counts.sum()),
        annotators=result.annotators,
        skips=answer_counts(project).skips,
        strays=sum(round.strays.count() for round in project.rounds.all()),
        aggregator=aggregator,
        alpha=number(nominal_alpha(counts)),
        alpha_low=number(interval.low),
        alpha_high=number(interval.high),
        mean_agreement=float(judged.agreement.mean()),
        unanimous=int((judged.agreement == 1).sum()),
        labels={name: int(n) for name, n in zip(result.label_names, per_label, strict=True)},
        accuracy=accuracy,
        gold=gold,
        simulated=is_simulated(project),
    )


def is_simulated(project: Project) -> bool:
    """Whether any vote of the project was given by a program."""
    if not project.annotators.filter(simulated=True).exists():
        return False  # without a look at each of the votes
    return answer_counts(project).simulated


def number(value: float) -> float | None:
    """A float for JSON: None where it is not a number."""
    return None if math.isnan(value) else value


def _accuracy(project: Project, result: JudgedProject) -> tuple[float | None, int]:
    gold = frames.gold_positions(project, split=Example.Split.POOL)
    pairs = [
        (gold[key], label)
        for key, label in zip(
            result.example_keys.tolist(), result.judged.label.tolist(), strict=True
        )
        if key in gold
    ]
    if not pairs:
        return None, 0
    return sum(true == label for true, label in pairs) / len(pairs), len(pairs)
