"""Texts about which the votes so far do not decide keep or drop."""

from __future__ import annotations

from curation import frames
from curation.agreement import vote_counts
from curation.models import AnnotationRound, Example


def undecided_examples(target: AnnotationRound) -> set[int]:
    """Keys of pool texts whose decision at the round's threshold is open, those without a vote too.

    Decided by a stopping plan that is fitted on all votes of the project.
    """
    from curation.adaptive import OverlapRule, fit_plan

    project = target.project
    pool = Example.objects.filter(project=project).pool()
    everything = set(pool.values_list("pk", flat=True))
    judged = frames.project_votes(project, split=Example.Split.POOL)
    votes = judged.votes
    if not votes.n_tasks:
        return everything
    counts = vote_counts(votes.task, votes.label, n_tasks=votes.n_tasks, n_labels=votes.n_labels)
    rule = OverlapRule(
        gamma=target.gamma or project.threshold,
        first=target.first_overlap or min(2, target.overlap),
        most=target.overlap,
        confidence=target.confidence,
    )
    decided = fit_plan(counts, rule).verdicts(counts).decision != "open"
    return everything - set(judged.example_keys[decided].tolist())
