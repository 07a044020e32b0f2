"""A filter → conditions on summaries, each with the keys that an index could give for it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, F, Func, OuterRef, Q, QuerySet
from django.db.models.expressions import Combinable
from django.db.models.lookups import Exact, GreaterThan

from curation.errors import BadInput
from curation.models import (
    Annotation,
    Annotator,
    DatasetExample,
    Example,
    ExampleSummary,
    Label,
    Project,
    SetAside,
    Task,
)
from curation.services.examples_table.asked import DROPPED, KEPT, NONE, TIE, ExampleFilter

Keys = QuerySet[Any, Any]  # of one column: keys of examples


@dataclass(frozen=True, kw_only=True)
class Condition:
    """One thing that must hold.

    `test` sees to it along the way through the table; `keys` are those of the examples it holds
    for, where an index tells them.
    """

    test: Q | Combinable
    keys: Keys | None = None


class Walked(Func):
    """A column that no index is to be used for.

    SQLite knows nothing of how many rows have a value: it would fetch and sort a quarter of the
    table where a walk along the order finds a page at once. PostgreSQL knows, and decides.
    """

    template = "%(expressions)s"
    arity = 1

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        return self.as_sql(compiler, connection, template="+%(expressions)s", **context)


def conditions_of(project: Project, wish: ExampleFilter, *, fresh: bool) -> list[Condition]:
    """Everything the filter asks for but its words.

    Args:
        fresh: whether the summaries tell of all votes.

    Raises:
        BadInput: no such label, annotator, version or reason in the project.
    """
    wish.check()
    return [
        *_labels(project, wish),
        *_origins(project, wish),
        *_numbers(project, wish),
        *_people(project, wish, fresh),
        *_versions(project, wish),
        *_predictions(project, wish),
    ]


def _rows(project: Project, **same: Any) -> Keys:
    return (
        ExampleSummary.objects.filter(project=project, **same)
        .order_by()
        .values_list("pk", flat=True)
    )


def _same(column: str, value: Any) -> Any:
    return Exact(Walked(F(column)), value)


def label_named(project: Project, name: str) -> Label:
    label = project.labels.filter(name=name).first()
    if label is None:
        known = ", ".join(project.label_names())
        raise BadInput(f"Label {name!r} is not one of the project's labels ({known}).")
    return label


def _labels(project: Project, wish: ExampleFilter) -> Iterator[Condition]:
    if wish.intended == NONE:
        keys = _rows(project, intended=None)
        yield Condition(test=Q(intended=None), keys=keys)
    elif wish.intended:
        label = label_named(project, wish.intended)
        keys = _rows(project, intended=label)
        yield Condition(test=_same("intended_id", label.pk), keys=keys)
    if wish.label == NONE:
        yield Condition(test=Q(votes=0))
    elif wish.label == TIE:
        yield Condition(test=Q(votes__gt=0, label=None))
    elif wish.label:
        label = label_named(project, wish.label)
        yield Condition(test=_same("label_id", label.pk), keys=_rows(project, label=label))
    if wish.differs:
        yield Condition(
            test=Q(label__isnull=False, intended__isnull=False) & ~Q(label=F("intended"))
        )


def _origins(project: Project, wish: ExampleFilter) -> Iterator[Condition]:
    if wish.split and wish.split not in Example.Split.values:
        known = ", ".join(Example.Split.values)
        raise BadInput(f"There is no split {wish.split!r}; splits are {known}.")
    if wish.source and wish.source not in Example.Source.values:
        raise BadInput(f"A source is synthetic or real, not {wish.source!r}.")
    if wish.split:
        keys = _rows(project, split=wish.split)
        yield Condition(test=_same("split", wish.split), keys=keys)
    if wish.source:
        yield Condition(test=_same("source", wish.source))
    if wish.run is not None:
        yield Condition(test=_same("run", wish.run), keys=_rows(project, run=wish.run))
    if wish.method:
        also = {"prompt": wish.prompt} if wish.prompt else {}
        keys = _rows(project, method=wish.method, **also)
        yield Condition(test=_same("method", wish.method), keys=keys)
    if wish.prompt:
        yield Condition(test=_same("prompt", wish.prompt))


def _numbers(project: Project, wish: ExampleFilter) -> Iterator[Condition]:
    nearly = 1e-9  # 4/5 and 0.8 are not the same float on every path
    low, high = wish.agreement_from, wish.agreement_to
    if low is not None or high is not None:
        judged = {"agreement__gt": 0.0}
        if low is not None and low > nearly:
            judged = {"agreement__gte": low - nearly}
        if high is not None:
            judged["agreement__lte"] = high + nearly
        keys = _rows(project, **judged)
        yield Condition(test=Q(**judged), keys=keys)
    if wish.votes_from:
        yield Condition(test=Q(votes__gte=wish.votes_from))
    if wish.votes_to is not None:
        yield Condition(test=Q(votes__lte=wish.votes_to))


def _people(project: Project, wish: ExampleFilter, fresh: bool) -> Iterator[Condition]:
    if wish.annotator:
        annotator = project.annotators.filter(name=wish.annotator).first()
        if annotator is None:
            raise BadInput(f"Nobody called {wish.annotator!r} has judged texts of this project.")
        given = Annotation.objects.filter(annotator=annotator, task__purpose=Task.Purpose.VOTE)
        yield Condition(
            test=_judged(annotator, fresh) & Q(Exists(given.filter(task__example=OuterRef("pk")))),
            keys=given.order_by().values_list("task__example", flat=True),
        )
    if wish.aside is not None:
        rows = SetAside.objects.filter(undone_at=None, example__project=project)
        keys = rows.order_by().values_list("example", flat=True) if wish.aside else None
        yield Condition(test=Q(aside=wish.aside), keys=keys)


def _judged(annotator: Annotator, fresh: bool) -> Q:
    """That anybody has judged it, where its summary tells; much cheaper to see than who has."""
    if annotator.standing == Annotator.Standing.EXCLUDED or not fresh:
        return Q()
    return Q(GreaterThan(F("votes") + F("skips"), 0))


def _versions(project: Project, wish: ExampleFilter) -> Iterator[Condition]:
    if wish.version is None:
        return
    version = project.dataset_versions.filter(number=wish.version).first()
    if version is None:
        raise BadInput(f"The project has no dataset version {wish.version}.")
    rows = DatasetExample.objects.filter(version=version)
    if wish.verdict == KEPT:
        rows = rows.filter(drop_reason="")
    elif wish.verdict == DROPPED:
        rows = rows.filter(drop_reason__in=sorted(version.dropped))
    elif wish.verdict:
        if wish.verdict not in version.dropped:
            known = ", ".join([KEPT, DROPPED, *sorted(version.dropped)])
            raise BadInput(
                f"Version {version.number} says nothing of {wish.verdict!r}; it says {known}."
            )
        rows = rows.filter(drop_reason=wish.verdict)
    yield Condition(
        test=Exists(rows.filter(example=OuterRef("pk"))),
        keys=rows.order_by().values_list("example", flat=True),
    )


def _predictions(project: Project, wish: ExampleFilter) -> Iterator[Condition]:
    if wish.predicted == NONE:
        yield Condition(test=Q(predicted=None))
    elif wish.predicted:
        label = label_named(project, wish.predicted)
        yield Condition(test=_same("predicted_id", label.pk))
    if wish.surprising:
        named = Q(predicted__isnull=False, label__isnull=False)
        yield Condition(test=named & ~Q(predicted=F("label")))
