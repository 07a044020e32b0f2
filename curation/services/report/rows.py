"""A version's rows, a page at a time, by key and never by offset."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from django.db.models import Case, F, FloatField, Max, Min, Q, QuerySet, Value, When
from django.db.models.functions import Abs

from curation.datasets.policy import POSTERIOR
from curation.models import DatasetExample, DatasetVersion
from curation.reporting import LabelStyle
from curation.services.datasets.known import known_of
from curation.services.report.examples import ExampleCard, cards_of, with_texts

PAGE = 20

SHOWS = {"all": "all", "kept": "kept", "dropped": "dropped"}
ORDERS = {
    "margin": "nearest to the margin",
    "disputed": "most disputed first",
    "agreed": "most agreed first",
}


@dataclass(frozen=True, kw_only=True)
class Link:
    """One choice of a row of choices."""

    title: str
    query: str
    chosen: bool


@dataclass(frozen=True, kw_only=True)
class RowsAsked:
    """Which rows a reader wants to see; every state has an address."""

    show: str = "all"
    order: str = "margin"
    label: str = ""
    after: tuple[float, int] | None = None  # sort value and key of the last row seen

    @classmethod
    def from_query(cls, query: Mapping[str, str], styles: Sequence[LabelStyle]) -> RowsAsked:
        """What cannot be meant is left at its default."""
        names = {style.name for style in styles}
        show, order, label = (query.get(name, "") for name in ("show", "order", "label"))
        return cls(
            show=show if show in SHOWS else "all",
            order=order if order in ORDERS else "margin",
            label=label if label in names else "",
            after=_after(query.get("after", "")),
        )

    def digest(self) -> str:
        """Names the choices in the name of a file."""
        return hashlib.sha256(self.query().encode()).hexdigest()[:16]

    def query(self, **changes: str) -> str:
        """The address of the first page with some choices changed."""
        chosen = {"show": self.show, "order": self.order, "label": self.label} | changes
        return "?" + urlencode({name: value for name, value in chosen.items() if value})

    def show_links(self) -> list[Link]:
        return [
            Link(title=title, query=self.query(show=key), chosen=key == self.show)
            for key, title in SHOWS.items()
        ]

    def order_links(self) -> list[Link]:
        return [
            Link(title=title, query=self.query(order=key), chosen=key == self.order)
            for key, title in ORDERS.items()
        ]


@dataclass(frozen=True, kw_only=True)
class RowsPage:
    cards: list[ExampleCard]
    next: str  # query of the next page; "" on the last
    first: str  # query of the first page; "" on the first
    label_links: list[Link]


def rows_page(version: DatasetVersion, asked: RowsAsked) -> RowsPage:
    """The next `PAGE` rows after `asked.after`."""
    rows = _filtered(version, asked)
    place, descending = _place(version, asked.order)
    rows = rows.annotate(place=place).order_by(F("place").desc() if descending else "place", "pk")
    if asked.after is not None:
        value, key = asked.after
        beyond = Q(place__lt=value) if descending else Q(place__gt=value)
        rows = rows.filter(beyond | Q(place=value, pk__gt=key))
    else:  # every reader begins with it
        first = rows.values_list("pk", flat=True)[: PAGE + 1]
        rows = rows.filter(pk__in=known_of(version, f"rows-{asked.digest()}", lambda: list(first)))
    found = list(with_texts(rows)[: PAGE + 1])
    last = found[PAGE - 1] if len(found) > PAGE else None
    return RowsPage(
        cards=cards_of(found[:PAGE], version.project),
        next="" if last is None else asked.query(after=f"{last.place!r}~{last.pk}"),  # type: ignore[attr-defined]
        first=asked.query() if asked.after else "",
        label_links=_label_links(version, asked),
    )


def _after(text: str) -> tuple[float, int] | None:
    value, _, key = text.partition("~")
    try:
        return float(value), int(key)
    except ValueError:
        return None


def _filtered(version: DatasetVersion, asked: RowsAsked) -> QuerySet[DatasetExample]:
    rows = version.rows.all()
    if asked.show == "kept":
        rows = rows.filter(drop_reason="")
    elif asked.show == "dropped":
        rows = rows.exclude(drop_reason="")
    return rows.filter(label__name=asked.label) if asked.label else rows


def _place(version: DatasetVersion, order: str) -> tuple[F | Abs, bool]:
    """What rows are sorted by, and whether the greatest comes first."""
    if order != "margin":
        return F("agreement"), order == "agreed"
    return Abs(F("agreement") - _margin(version)), False


def _margin(version: DatasetVersion) -> Case | Value:
    """Per label, the agreement at which the version's policy begins to keep."""
    threshold = version.policy.get("threshold")
    if threshold is not None and version.policy.get("measure") != POSTERIOR:
        return Value(float(threshold), output_field=FloatField())
    margins = known_of(version, "margins", lambda: _margins(version))
    whens = [When(label=label, then=Value(margin)) for label, margin in margins]
    return Case(*whens, default=Value(0.0), output_field=FloatField())


def _margins(version: DatasetVersion) -> list[tuple[int, float]]:
    """Keys of labels, each with the least agreement kept; where nothing is, with the most."""
    per_label = version.rows.order_by().values_list("label")
    kept = dict(per_label.filter(drop_reason="").annotate(least=Min("agreement")))
    dropped = dict(per_label.exclude(drop_reason="").annotate(most=Max("agreement")))
    return sorted((dropped | kept).items())


def _label_links(version: DatasetVersion, asked: RowsAsked) -> list[Link]:
    labels = version.project.labels.values_list("name", "title")
    links = [Link(title="every label", query=asked.query(label=""), chosen=not asked.label)]
    return links + [
        Link(title=title, query=asked.query(label=name), chosen=name == asked.label)
        for name, title in labels
    ]
