"""What an export says about a version, in counts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from django.db.models import Count

from curation.agreement import alpha_interval
from curation.datasets import CardFacts, Policy
from curation.datasets.card import Origin, VotesPerText
from curation.datasets.keeping import REASONS
from curation.datasets.splits import SPLITS
from curation.models import DatasetExample, DatasetVersion, Project
from curation.services.agreement import number
from curation.services.datasets.judging import rounds_of
from curation.services.datasets.known import known_of
from curation.services.exports.rows import vote_counts


def card_facts(version: DatasetVersion) -> CardFacts:
    """What a version's card says."""
    project: Project = version.project
    policy = Policy.from_json(version.policy)
    return CardFacts(
        project=project.slug,
        title=project.title,
        question=project.description,
        number=version.number,
        policy=policy.sentence(),
        fingerprint=version.fingerprint,
        created=version.created_at.date().isoformat(),
        label_meanings=dict(project.labels.values_list("name", "description")),
        labels=_in_order(version.labels, project.label_names()),
        dropped=_in_order(version.dropped, REASONS),
        annotations=known_of(version, "votes", lambda: int(vote_counts(version).sum())),
        annotators=version.annotators,
        alpha=version.alpha,
        mean_agreement=version.mean_agreement,
        sources=_sources(version),
        simulated=version.simulated,
        instructions=project.instructions,
        aggregator=policy.aggregator,
        splits=_in_order(version.splits, SPLITS),
        split_seed=version.split_plan.get("seed"),
        note=version.note,
        fronts=_fronts(version),
    )


def _fronts(version: DatasetVersion) -> list[str]:
    """Where the votes on its texts were given that were there when the version was frozen."""
    return sorted(set(rounds_of(version).values_list("front", flat=True)))


def _sources(version: DatasetVersion) -> dict[str, int]:
    kept = DatasetExample.objects.filter(version=version).kept()
    rows = kept.values_list("example__source").annotate(n=Count("pk")).order_by("example__source")
    return dict(known_of(version, "sources", lambda: list(rows)))


def full_facts(version: DatasetVersion, *, changed_examples: int) -> CardFacts:
    """The same with what takes longer to count: intervals, votes per text, how texts came about."""
    counts = vote_counts(version)
    votes = counts.sum(axis=1)
    interval = alpha_interval(counts)
    return replace(
        card_facts(version),
        alpha_low=number(interval.low),
        alpha_high=number(interval.high),
        votes_per_text=VotesPerText(
            least=int(votes.min()), median=float(np.median(votes)), most=int(votes.max())
        ),
        origins=_origins(version),
        changed_examples=changed_examples,
    )


def _origins(version: DatasetVersion) -> list[Origin]:
    """How the generated texts came about, most texts first."""
    inside = "example__provenance__"
    rows = version.rows.filter(example__provenance__has_key="model").order_by()
    groups = rows.values(f"{inside}model", f"{inside}method").annotate(n=Count("pk"))
    calls: dict[tuple[Any, Any], int] = {}
    place = [f"{inside}{name}" for name in ("model", "method", "run", "conversation", "turn")]
    for call in rows.values_list(*place, "example__intended_label").distinct().iterator():
        calls[call[:2]] = calls.get(call[:2], 0) + 1
    origins = [
        Origin(
            model=str(group[f"{inside}model"] or ""),
            method=str(group[f"{inside}method"] or ""),
            texts=group["n"],
            calls=calls.get((group[f"{inside}model"], group[f"{inside}method"]), 0),
        )
        for group in groups
    ]
    return sorted(origins, key=lambda one: (-one.texts, one.model, one.method))


def project_json(project: Project) -> Mapping[str, Any]:
    """The question and its labels, for the manifest."""
    labels = project.labels.order_by("position").values("name", "title", "description")
    return {
        "slug": project.slug,
        "title": project.title,
        "description": project.description,
        "instructions": project.instructions,
        "overlap": project.overlap,
        "threshold": project.threshold,
        "writing": project.writing,
        "labels": list(labels),
    }


def version_json(version: DatasetVersion) -> Mapping[str, Any]:
    """All that a version's own row says, for the manifest."""
    return {
        "number": version.number,
        "policy": version.policy,
        "policy_sentence": Policy.from_json(version.policy).sentence(),
        "fingerprint": version.fingerprint,
        "kept": version.kept,
        "dropped": _in_order(version.dropped, REASONS),
        "labels": _in_order(version.labels, version.project.label_names()),
        "annotators": version.annotators,
        "alpha": version.alpha,
        "mean_agreement": version.mean_agreement,
        "simulated": version.simulated,
        "split_plan": version.split_plan,
        "splits": _in_order(version.splits, SPLITS),
        "note": version.note,
        "created_at": version.created_at.isoformat(),
    }


def _in_order(counts: Mapping[str, int], order: Sequence[str]) -> dict[str, int]:
    """The counts in this order: PostgreSQL keeps keys of JSON in one of its own."""
    ranks = {name: rank for rank, name in enumerate(order)}
    return dict(sorted(counts.items(), key=lambda pair: (ranks.get(pair[0], len(ranks)), pair[0])))
