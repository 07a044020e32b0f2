"""Two versions side by side: counted by the database, rows a page at a time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.db.models import (
    Case,
    Count,
    Exists,
    F,
    FilteredRelation,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Value,
    When,
)
from django.db.models.functions import Coalesce, NullIf

from curation.datasets import Policy
from curation.datasets.diff import (
    IN,
    MOVED,
    OUT,
    RELABELLED,
    Changed,
    Difference,
    Side,
    Tally,
    changes_of,
    difference_of,
    plan_changes,
    policy_changes,
    tally,
)
from curation.datasets.splits import TRAIN, SplitPlan
from curation.errors import BadInput
from curation.models import DatasetExample, DatasetVersion
from curation.services.datasets.finding import kept_agreement
from curation.services.datasets.known import known_of, names_of

FEW = 20_000  # examples that changed so, whose keys are kept
SHOWN = (IN, OUT, RELABELLED, MOVED)


@dataclass(frozen=True, kw_only=True)
class LabelCount:
    """Examples kept of one label."""

    label: str
    before: int
    after: int


@dataclass(frozen=True, kw_only=True)
class VersionDiff:
    """What changed from `before` to `after`."""

    before: DatasetVersion
    after: DatasetVersion
    changed: list[Changed]  # in policy and plan
    difference: Difference
    tally: Tally
    labels: list[LabelCount]
    agreement: tuple[float | None, float | None]  # mean a_i of what is kept


@dataclass(frozen=True, kw_only=True)
class DiffRow:
    """One example that changed."""

    key: int  # of the row it was read from: the next page begins after it
    external_id: str
    text: str
    why: str  # a key of WHYS
    before: DatasetExample | None  # None where the version did not consider it
    after: DatasetExample | None


def diff_versions(before: DatasetVersion, after: DatasetVersion) -> VersionDiff:
    """Counts of what came in, went out, got another label or another split, and why.

    Raises:
        BadInput: versions of different projects.
    """
    if before.project_id != after.project_id:
        raise BadInput("Only versions of one project can be compared.")
    settings = [_settings(version) for version in (before, after)]
    difference = difference_of(settings[0], settings[1])
    names = before.project.label_names()
    return VersionDiff(
        before=before,
        after=after,
        changed=policy_changes(settings[0][0], settings[1][0])
        + plan_changes(settings[0][1], settings[1][1]),
        difference=difference,
        tally=tally(_groups(before, after), difference),
        labels=[
            LabelCount(
                label=name, before=before.labels.get(name, 0), after=after.labels.get(name, 0)
            )
            for name in names
        ],
        agreement=(kept_agreement(before).raw, kept_agreement(after).raw),
    )


def diff_rows(diff: VersionDiff, change: str, *, after_key: int = 0, limit: int) -> list[DiffRow]:
    """The next examples that changed so, in the order they were frozen in.

    Args:
        change: one of `SHOWN`.
        after_key: `key` of the last row seen.
    """
    count = diff.tally.changes[change]
    if not count:
        return []
    here, there = (diff.before, diff.after) if change == OUT else (diff.after, diff.before)
    rows = _changed(here, there, change)
    if count <= FEW:  # far between in a large version
        name = f"{change}-{names_of(there)}"
        keys = known_of(here, name, lambda: list(rows.order_by("pk").values_list("pk", flat=True)))
        next_keys = [key for key in keys if key > after_key][:limit]
        rows = here.rows.filter(pk__in=next_keys)
    found = list(
        rows.filter(pk__gt=after_key).select_related("example", "label").order_by("pk")[:limit]
    )
    others = there.rows.select_related("label").filter(
        example__in=[row.example_id for row in found]
    )
    by_example = {row.example_id: row for row in others}
    return [_row(diff, change, row, by_example.get(row.example_id)) for row in found]


def _changed(here: DatasetVersion, there: DatasetVersion, change: str) -> QuerySet[DatasetExample]:
    rows = _beside(here, there).filter(drop_reason="")
    rows = rows.annotate(own_split=_trained("split"), other_split=_trained("other__split"))
    # "" sorts first: a negated condition would ask about all versions of the example
    dropped_there = Q(other__pk__isnull=True) | Q(other__drop_reason__gt="")
    kept_there = Q(other__drop_reason="")
    wanted = {
        IN: dropped_there,
        OUT: dropped_there,
        RELABELLED: kept_there & ~Q(label=F("other__label")),
        MOVED: kept_there & ~Q(own_split=F("other_split")),
    }[change]
    return rows.filter(wanted)


def _row(
    diff: VersionDiff, change: str, here: DatasetExample, there: DatasetExample | None
) -> DiffRow:
    before, after = (here, there) if change == OUT else (there, here)
    found = changes_of(
        _side(before),
        _side(after),
        same_votes=there is not None and here.votes == there.votes,
        difference=diff.difference,
    )
    return DiffRow(
        key=here.pk,
        external_id=here.example.external_id,
        text=here.example.text,
        why=found[change],
        before=before,
        after=after,
    )


def _side(row: DatasetExample | None) -> Side | None:
    if row is None:
        return None
    return Side(
        label=row.label.name, drop_reason=row.drop_reason, split=_split(row.drop_reason, row.split)
    )


def _split(drop_reason: str, split: str) -> str:
    """The split of a row; versions frozen before there were splits train on all they keep."""
    return split or ("" if drop_reason else TRAIN)


def _trained(split: str) -> Coalesce:
    """The same for kept rows, in the database."""
    return Coalesce(NullIf(F(split), Value("")), Value(TRAIN))


def _settings(version: DatasetVersion) -> tuple[Policy, SplitPlan | None]:
    return Policy.from_json(version.policy), SplitPlan.from_json(version.split_plan)


def _beside(here: DatasetVersion, there: DatasetVersion) -> QuerySet[DatasetExample]:
    """Rows of one version, with the other's row of the same example as `other`."""
    condition = Q(example__dataset_rows__version=there)
    return here.rows.annotate(other=FilteredRelation("example__dataset_rows", condition=condition))


def _groups(
    before: DatasetVersion, after: DatasetVersion
) -> Iterator[tuple[Side | None, Side | None, bool, int]]:
    """Sides of an example, whether their votes are the same, and how many examples are so."""
    name = f"beside-{names_of(after)}"
    for was, is_, same, n in known_of(before, name, lambda: list(_counted(before, after))):
        yield _side_of(was), _side_of(is_), same, n


def _side_of(known: Sequence[str] | None) -> Side | None:
    if known is None:
        return None
    label, reason, split = known
    return Side(label=label, drop_reason=reason, split=_split(reason, split))


def _counted(
    before: DatasetVersion, after: DatasetVersion
) -> Iterator[tuple[Sequence[str] | None, Sequence[str] | None, bool, int]]:
    same = Case(
        When(votes=F("other__votes"), then=Value(1)), default=Value(0), output_field=IntegerField()
    )
    grouped = (
        _beside(before, after)
        .annotate(same_votes=same)
        .order_by()
        .values_list(
            "label__name", "drop_reason", "split",
            "other__label__name", "other__drop_reason", "other__split", "same_votes",
        )
        .annotate(n=Count("pk"))
    )  # fmt: skip
    for label, reason, split, other_label, other_reason, other_split, votes, n in grouped:
        other = None if other_label is None else (other_label, other_reason, other_split)
        yield (label, reason, split), other, bool(votes), n
    known = before.rows.filter(example=OuterRef("example"))
    new = after.rows.filter(~Exists(known)).order_by()
    counts = new.values_list("label__name", "drop_reason", "split").annotate(n=Count("pk"))
    for label, reason, split, n in counts:
        yield None, (label, reason, split), False, n
