"""Judged examples for tests of the explorer: few votes, many ties, some mismatches."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from curation.agreement import agreement_share, vote_counts, vote_entropy
from curation.agreement.posterior import fit_agreement
from curation.datasets.keeping import Judged
from curation.explorer.evidence import Evidence, Facts, Floats, Ints, lay_out

LABELS = ("joke", "news", "plea")


@dataclass(frozen=True, kw_only=True)
class Crowd:
    judged: Judged
    facts: Facts
    counts: Ints
    evidence: Evidence


def make_crowd(seed: int, *, n: int = 40, topics: int = 2) -> Crowd:
    """n examples with 1 to 5 votes of 6 annotators, most on the first label."""
    rng = np.random.default_rng(seed)
    n_votes = rng.integers(1, 6, size=n)
    row = np.repeat(np.arange(n), n_votes)
    voter = np.concatenate([rng.permutation(6)[:m] for m in n_votes])
    leaning = rng.dirichlet([2.0, 1.0, 0.4], size=n)
    label = np.array([rng.choice(3, p=leaning[one]) for one in row])
    counts = vote_counts(row, label, n_tasks=n, n_labels=3)
    return crowd_of(
        counts,
        row=row,
        voter=voter,
        intended=rng.integers(-1, 3, size=n),
        noise=rng.choice([0.0, 0.05], size=n).astype(np.float64),
        length=rng.integers(10, 200, size=n),
        topic=rng.integers(-1, topics, size=n),
        topics=topics,
    )


def crowd_of(
    counts: Ints,
    *,
    row: Ints,
    voter: Ints,
    intended: Ints,
    noise: Floats,
    length: Ints,
    topic: Ints,
    topics: int,
) -> Crowd:
    n = len(counts)
    share, posterior = agreement_share(counts), fit_agreement(counts)
    judged = Judged(
        external_id=[f"example-{place}" for place in range(n)],
        label=counts.argmax(axis=1).astype(np.int64),
        agreement=share,
        entropy=vote_entropy(counts),
        probability=np.clip(share - noise, 0, 1),
        n_votes=counts.sum(axis=1),
        label_names=LABELS,
        intended=intended,
        posterior=posterior,
    )
    facts = Facts(
        key=np.arange(n) + 100,
        length=length,
        vote_row=row,
        voter=voter,
        annotator_names=tuple(f"ann-{place}" for place in range(6)),
        topic=topic,
        topic_words=tuple(f"topic {place}" for place in range(topics)),
    )
    evidence = lay_out(judged, counts, posterior, facts)
    return Crowd(judged=judged, facts=facts, counts=counts, evidence=evidence)
