"""Examples as pages show them: text, label, agreement and the vote strip."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from django.db.models import QuerySet

from curation import frames
from curation.agreement import agreement_share, vote_counts
from curation.models import (
    Annotation,
    AnnotationRound,
    DatasetExample,
    Example,
    ExampleSummary,
    Project,
    SummaryState,
)
from curation.reporting import CastVote, LabelStyle, VoteStrip, label_styles, vote_strip
from curation.reporting.palette import agreement_shade
from curation.services.answer_counts import answer_counts
from curation.services.datasets.known import known_of

AT_ONCE = 20_000  # votes that a page goes through itself


@dataclass(frozen=True, kw_only=True)
class ExampleCard:
    """One example with its votes behind it."""

    external_id: str
    text: str
    source: str  # "synthetic" or "real"
    label: LabelStyle | None  # aggregated; None while there is none
    agreement: float | None  # a_i; None without votes
    votes: int
    strip: VoteStrip
    drop_reason: str  # "" = kept, or not decided yet

    @property
    def shade(self) -> int:
        """Step of the sequential scale, 0 disputed to 4 unanimous."""
        return 0 if self.agreement is None else agreement_shade(self.agreement)


def styles_of(project: Project) -> list[LabelStyle]:
    return label_styles(project.labels.order_by("position").values_list("name", "title"))


def cards_of(rows: Iterable[DatasetExample], project: Project) -> list[ExampleCard]:
    """Cards of a version's rows, in their order. Rows come with `example` and `label`."""
    found = list(rows)
    styles = styles_of(project)
    cast = cast_votes(project, [row.example_id for row in found])
    return [_card(row, cast.get(row.example_id, []), styles) for row in found]


def _card(row: DatasetExample, cast: list[CastVote], styles: list[LabelStyle]) -> ExampleCard:
    votes = sum(row.votes)
    named = sum(vote.label is not None for vote in cast)
    if named != votes:  # the answers moved on after the version was frozen: show what it froze
        cast = [
            CastVote(label=position, annotator="")
            for position, n in enumerate(row.votes)
            for _ in range(n)
        ]
    return ExampleCard(
        external_id=row.example.external_id,
        text=row.example.text,
        source=row.example.source,
        label=styles[row.label.position],
        agreement=row.agreement,
        votes=votes,
        strip=vote_strip(cast, styles, intended=intended_style(row.example, styles)),
        drop_reason=row.drop_reason,
    )


def intended_style(example: Example, styles: Sequence[LabelStyle]) -> LabelStyle | None:
    label = example.intended_label
    return None if label is None else styles[label.position]


def cast_votes(project: Project, examples: Sequence[int]) -> dict[int, list[CastVote]]:
    """Example key → its answers; of an annotator who answered in two rounds, the later one."""
    answers = (
        Annotation.objects.of(project)
        .counting()
        .filter(task__example__in=examples)
        .order_by("task__round__number", "pk")
        .values_list("task__example", "annotator__name", "label__position")
    )
    latest = {(example, name): position for example, name, position in answers}
    cast: dict[int, list[CastVote]] = {}
    for (example, name), position in latest.items():
        cast.setdefault(example, []).append(CastVote(label=position, annotator=name))
    return cast


def most_disputed(project: Project, *, limit: int) -> list[ExampleCard]:
    """The examples people disagree on most: from the newest version, else from the votes."""
    newest = project.dataset_versions.last()
    if newest is not None:
        rows = newest.rows.order_by("agreement", "pk")
        keys = known_of(
            newest, f"disputed-{limit}", lambda: list(rows.values_list("pk", flat=True)[:limit])
        )
        return cards_of(with_texts(rows.filter(pk__in=keys)), project)
    return _from_votes(project, limit=limit)


def with_texts(rows: QuerySet[DatasetExample]) -> QuerySet[DatasetExample]:
    """The rows with all a card needs, in one query."""
    return rows.select_related("example__intended_label", "label")


def _from_votes(project: Project, *, limit: int) -> list[ExampleCard]:
    shares = _least_agreed(project, limit=limit)
    keys = list(shares)
    examples = project.examples.select_related("intended_label").in_bulk(keys)
    cast, styles = cast_votes(project, keys), styles_of(project)
    asked = project.rounds.filter(front=AnnotationRound.Front.LABEL_STUDIO).exists()
    overlap = project.overlap if asked else 0  # imported votes are never due
    return [
        _undecided(examples[key], cast.get(key, []), styles, share=share, overlap=overlap)
        for key, share in shares.items()
    ]


def _least_agreed(project: Project, *, limit: int) -> dict[int, float]:
    """Example key → a_i, the least first; of many votes as the table of texts tells them."""
    known = SummaryState.objects.filter(project=project).exists()
    if known and answer_counts(project).votes > AT_ONCE:
        rows = ExampleSummary.objects.filter(project=project, votes__gte=2)
        pool = rows.filter(split=Example.Split.POOL, aside=False)
        return dict(pool.order_by("agreement", "pk").values_list("pk", "agreement")[:limit])
    found = frames.project_votes(project, split=Example.Split.POOL)
    if not len(found.votes.task):
        return {}
    counts = vote_counts(
        found.votes.task,
        found.votes.label,
        n_tasks=found.votes.n_tasks,
        n_labels=found.votes.n_labels,
    )
    shares = agreement_share(counts)
    order = np.lexsort((found.example_keys, shares))
    picked = order[counts.sum(axis=1)[order] >= 2][:limit]  # one vote disputes nothing
    keys = found.example_keys[picked].tolist()
    return dict(zip(keys, shares[picked].tolist(), strict=True))


def _undecided(
    example: Example, cast: list[CastVote], styles: list[LabelStyle], *, share: float, overlap: int
) -> ExampleCard:
    return ExampleCard(
        external_id=example.external_id,
        text=example.text,
        source=example.source,
        label=None,
        agreement=share,
        votes=sum(vote.label is not None for vote in cast),
        strip=vote_strip(
            cast,
            styles,
            due=max(0, overlap - len(cast)),
            intended=intended_style(example, styles),
        ),
        drop_reason="",
    )
