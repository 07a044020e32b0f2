"""How far each project's own annotators agree, beside what people think of the task."""

from __future__ import annotations

from dataclasses import dataclass

from curation import frames
from curation.agreement import agreement_share, alpha_interval, nominal_alpha, vote_counts
from curation.models import Example, Project
from curation.services.agreement import is_simulated, number


@dataclass(frozen=True, kw_only=True)
class MeasuredAgreement:
    """A project's agreement over the pool. Numbers that do not exist are None, never NaN."""

    examples: int  # with two votes or more; one vote cannot agree
    votes: int  # on those
    labels: int
    mean_agreement: float  # mean a_i; depends on the number of votes and of labels
    alpha: float | None  # Krippendorff's, corrected for chance
    alpha_low: float | None  # 95 % bootstrap interval over examples
    alpha_high: float | None
    simulated: bool  # any vote came from a program


def measured_agreement(project: Project) -> MeasuredAgreement | None:
    """Agreement on the examples that have two votes or more; None where there is none."""
    votes = frames.project_votes(project, split=Example.Split.POOL).votes
    counts = vote_counts(votes.task, votes.label, n_tasks=votes.n_tasks, n_labels=votes.n_labels)
    counts = counts[counts.sum(axis=1) >= 2]
    if not len(counts):
        return None
    interval = alpha_interval(counts)
    return MeasuredAgreement(
        examples=len(counts),
        votes=int(counts.sum()),
        labels=votes.n_labels,
        mean_agreement=float(agreement_share(counts).mean()),
        alpha=number(nominal_alpha(counts)),
        alpha_low=number(interval.low),
        alpha_high=number(interval.high),
        simulated=is_simulated(project),
    )
