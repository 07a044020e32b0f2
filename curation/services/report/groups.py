"""The examples a report shows, each group with the reason to look at it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import F, QuerySet

from curation.models import DatasetExample, DatasetVersion, Project
from curation.services.datasets.known import known_of
from curation.services.report.examples import ExampleCard, cards_of, with_texts
from curation.services.report.versions import is_within_label

SHOWN = 4


@dataclass(frozen=True, kw_only=True)
class ExampleGroup:
    title: str
    sentence: str
    cards: list[ExampleCard]
    total: int  # examples in the group, of which `cards` are the first


def example_groups(project: Project, versions: list[DatasetVersion]) -> list[ExampleGroup]:
    """Most disputed, most agreed, agreed against the prompt, and what the policies differ on."""
    if not versions:
        return []
    base = versions[-1]
    groups = [
        _group(
            base,
            "disputed",
            base.rows.order_by("agreement", "pk"),
            title="Most disputed",
            sentence="Where annotators come closest to an even split.",
        ),
        _most_agreed(project, base),
        _group(
            base,
            "against-the-prompt",
            _against_the_prompt(base),
            title="Agreed, against the prompt",
            sentence="All annotators name another label than the prompt asked for.",
        ),
        *_differences(versions),
    ]
    return [group for group in groups if group.cards]


def _group(
    version: DatasetVersion, name: str, rows: QuerySet[DatasetExample], **said: str
) -> ExampleGroup:
    """The first of the rows and how many there are; of a large version looked for once."""
    keys = known_of(
        version, f"{name}-first", lambda: list(rows.values_list("pk", flat=True)[:SHOWN])
    )
    total = known_of(version, f"{name}-total", rows.count)
    return ExampleGroup(cards=_cards(version.project, keys), total=total, **said)


def _cards(project: Project, keys: Sequence[int]) -> list[ExampleCard]:
    rows = with_texts(DatasetExample.objects.filter(pk__in=keys)).in_bulk()
    return cards_of([rows[key] for key in keys], project)


def _most_agreed(project: Project, version: DatasetVersion) -> ExampleGroup:
    """A few of each label, so that the label people find easy does not fill the list."""
    unanimous = version.rows.filter(agreement__gte=1 - 1e-9).order_by("-probability", "pk")
    labels = list(project.labels.all())
    each = max(1, SHOWN // len(labels))

    def first() -> list[int]:
        rows = unanimous.values_list("pk", flat=True)
        return [key for label in labels[:SHOWN] for key in rows.filter(label=label)[:each]]

    return ExampleGroup(
        title="Most agreed",
        sentence="All annotators give the same label.",
        cards=_cards(project, known_of(version, "agreed-first", first)),
        total=known_of(version, "unanimous", unanimous.count),
    )


def _against_the_prompt(version: DatasetVersion) -> QuerySet[DatasetExample]:
    return (
        version.rows.filter(agreement__gte=1 - 1e-9, example__intended_label__isnull=False)
        .exclude(label=F("example__intended_label"))
        .order_by("pk")
    )


def _differences(versions: list[DatasetVersion]) -> list[ExampleGroup]:
    newest = {is_within_label(version): version for version in versions}
    if len(newest) < 2:
        return []
    everywhere, within = newest[False], newest[True]
    return [
        _group(
            within,
            f"kept-but-dropped-by-{everywhere.number}",
            _dropped_but_kept(dropped_by=everywhere, kept_by=within),
            title="Dropped by the global γ, kept within label",
            sentence="Disputed for the project, but among the clearest of their label.",
        ),
        _group(
            within,
            f"dropped-but-kept-by-{everywhere.number}",
            _dropped_but_kept(dropped_by=within, kept_by=everywhere),
            title="Kept by the global γ, dropped within label",
            sentence="They reach γ, but their label has enough that reach it too.",
        ),
    ]


def _dropped_but_kept(
    *, dropped_by: DatasetVersion, kept_by: DatasetVersion
) -> QuerySet[DatasetExample]:
    kept = kept_by.rows.kept()  # type: ignore[attr-defined]
    dropped = dropped_by.rows.exclude(drop_reason="")
    return dropped.filter(example__in=kept.values("example")).order_by("-agreement", "pk")
