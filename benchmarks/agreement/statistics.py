"""a_i, entropy and α of five million votes: at most one second together."""

from __future__ import annotations

from typing import Any

from benchmarks.agreement.crowd import Wish, load, made_votes, seconds
from curation.agreement import agreement_share, nominal_alpha, vote_counts, vote_entropy

TARGET_S = 1.0


def measure(wish: Wish) -> dict[str, Any]:
    votes = made_votes(wish.statistics_votes, n_labels=wish.labels)

    def counted() -> Any:
        return vote_counts(votes.task, votes.label, n_tasks=votes.n_tasks, n_labels=votes.n_labels)

    def together() -> None:
        counts = counted()
        agreement_share(counts)
        vote_entropy(counts)
        nominal_alpha(counts)

    before, counts = load(), counted()
    each = {
        "counting": counted,
        "share": lambda: agreement_share(counts),
        "entropy": lambda: vote_entropy(counts),
        "alpha": lambda: nominal_alpha(counts),
    }
    return {
        "votes": len(votes.task),
        "examples": votes.n_tasks,
        "labels": votes.n_labels,
        "load_before": before,
        "together_s": round(seconds(together, repeats=wish.repeats), 3),
        "target_s": TARGET_S,
        "each_s": {
            name: round(seconds(work, repeats=wish.repeats), 3) for name, work in each.items()
        },
    }
