"""Summaries of examples are brought up to what annotators, classifiers and people have said.

A summary is made with its example by the database. Votes, predictions and examples set aside are
told later: by a worker every few seconds, and by the table's page when little is new. Until then
the table says how old its filters are; the votes it draws are always those of now.

What is new is found by keys: answers, changes of answers and predictions after the newest that
was seen. Keys may become visible late, so the worker goes back a little each time, and works
everything out from nothing once a day, after an import of votes and when somebody's votes stop or
begin to count.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import models, transaction
from django.db.models import Count, Max, QuerySet, Subquery
from django.utils import timezone

from curation.bulk import chunked, count_rows_for_planner, update_rows
from curation.models import (
    Annotation,
    AnnotationChange,
    AnnotationRound,
    Annotator,
    AnnotatorAction,
    ExampleSummary,
    Prediction,
    Project,
    SetAside,
    SummaryState,
)
from curation.progress import Progress, silent
from curation.reporting import wording

CHUNK = 2_000  # examples worked out together
TAIL = 20_000  # newest keys that are looked at again: more than become visible late
AT_ONCE = 2_000  # new answers and predictions that a page may bring up itself
ANEW = timedelta(days=1)
TOLD = ("votes", "skips", "label", "agreement", "predicted", "aside")

Marks = dict[str, Any]
SAID: dict[str, models.Manager[Any]] = {
    "answers": Annotation.objects,
    "changes": AnnotationChange.objects,
    "predictions": Prediction.objects,
}


@dataclass(frozen=True, kw_only=True)
class Freshness:
    """How old the table's filters are."""

    as_of: datetime | None  # None: never brought up
    new: int  # answers and predictions since, at most AT_ONCE + 1
    complete: bool  # False: all must be worked out anew

    @property
    def fresh(self) -> bool:
        return self.complete and not self.new

    @property
    def since(self) -> str:
        """How much came since, in words."""
        if self.new > AT_ONCE:
            return f"more than {AT_ONCE:,} answers"
        return wording.plural(self.new, "answer")


def freshness(project: Project) -> Freshness:
    """What the summaries do not tell yet; cheap."""
    state = SummaryState.objects.filter(project=project).first()
    if state is None:
        return Freshness(as_of=None, new=0, complete=not _anything_said(project))
    marks = _marks(project)
    if _must_begin_anew(state.marks, marks):
        return Freshness(as_of=state.as_of, new=0, complete=False)
    new = sum(rows[: AT_ONCE + 1].count() for rows in _later(project, state.marks, marks))
    return Freshness(as_of=state.as_of, new=min(new, AT_ONCE + 1), complete=True)


def bring_up(project: Project) -> Freshness:
    """Bring the summaries up if that takes no longer than a page may; how old they are then."""
    now = freshness(project)
    if now.fresh:
        return now
    few = now.complete or not ExampleSummary.objects.filter(project=project)[CHUNK:].exists()
    if few and now.new <= AT_ONCE:
        refresh(project, tail=0)
        return freshness(project)
    return now


def refresh(
    project: Project, *, anew: bool = False, tail: int = TAIL, progress: Progress = silent
) -> int:
    """Bring the summaries up to now; how many examples were looked at.

    Args:
        anew: from nothing, whatever is known.
        tail: how many keys before the newest ones seen are looked at again.
    """
    now = timezone.now()
    marks = _marks(project)  # read first: what comes meanwhile is seen the next time
    state = SummaryState.objects.filter(project=project).first()
    if state is None or anew or _must_begin_anew(state.marks, marks):
        looked = _recount(_all_keys(project), progress)
        _keep(project, marks, as_of=now, counted_at=now)
        count_rows_for_planner(ExampleSummary)
        return looked
    marks |= {name: max(marks[name], state.marks[name]) for name in SAID}
    since = {name: max(0, state.marks[name] - tail) for name in SAID}
    keys = {key for rows in _later(project, since, marks) for key in rows.iterator()}
    looked = _recount(sorted(keys), progress)
    _keep(project, marks, as_of=now, counted_at=state.counted_at)
    return looked


def expire(project: Project) -> None:
    """Let nobody take the summaries for complete until they were worked out from nothing."""
    SummaryState.objects.filter(project=project).update(marks={})


def look_after() -> list[Project]:
    """Bring all projects up to what is new; those that need a job for it are returned.

    A job is for what must be worked out from nothing, and every project's turn comes once a day.
    """
    stale, need_job = timezone.now() - ANEW, []
    for project in Project.objects.select_related("summary_state"):
        state = getattr(project, "summary_state", None)
        now = freshness(project)
        if not now.complete or (state is not None and state.counted_at < stale):
            need_job.append(project)
        elif now.new or (state is not None and _far(state.marks)):
            refresh(project)
    return need_job


def _far(marks: Marks) -> bool:
    """Whether so much was said in other projects that it takes long to see what is new in this."""
    return any(_newest(rows) - marks[name] > TAIL for name, rows in SAID.items())


def _keep(project: Project, marks: Marks, **times: Any) -> None:
    SummaryState.objects.update_or_create(project=project, defaults={"marks": marks, **times})


def _marks(project: Project) -> Marks:
    """Signs of what has been said so far: newest keys, imports, and whose votes count."""
    rounds = project.rounds.filter(front=AnnotationRound.Front.VOTES).order_by("pk")
    standing = AnnotatorAction.objects.filter(
        annotator__project=project,
        kind__in=[AnnotatorAction.Kind.REQUEUED, AnnotatorAction.Kind.RESTORED],
    )
    excluded = project.annotators.filter(standing=Annotator.Standing.EXCLUDED).order_by()
    # one question for all, since every page of the table asks
    found = Project.objects.filter(pk=project.pk).values_list(
        *(_newest_key(rows.all()) for rows in SAID.values()),
        _newest_key(standing),
        Subquery(excluded.values("project").annotate(n=Count("pk")).values("n")),
    )
    *newest, moved, out = (number or 0 for number in found.get())
    return {
        **dict(zip(SAID, newest, strict=True)),
        "standing": [moved, out],
        "imports": [[key, str(at)] for key, at in rounds.values_list("pk", "pulled_at")],
    }


def _newest_key(rows: QuerySet[Any]) -> Subquery:
    return Subquery(rows.order_by("-pk").values("pk")[:1])


def _newest(rows: models.Manager[Any] | QuerySet[Any]) -> int:
    return rows.aggregate(last=Max("pk"))["last"] or 0


def _must_begin_anew(known: Marks, now: Marks) -> bool:
    # a newest answer is taken back now and then; where many have gone, all came from elsewhere
    if any(known.get(name, 0) - TAIL > now[name] for name in SAID):
        return True
    return any(known.get(name) != now[name] for name in ("standing", "imports"))


def _later(project: Project, marks: Marks, newest: Marks) -> Iterator[QuerySet[Any, int]]:
    """Keys of examples about which something was said after the marks."""
    at = {
        "answers": (Annotation.objects.filter(annotator__project=project), "task__example"),
        "changes": (AnnotationChange.objects.filter(annotator__project=project), "task__example"),
        "predictions": (Prediction.objects.filter(project=project), "example"),
    }
    for name, (rows, example) in at.items():
        if newest[name] > marks[name]:  # in any project
            later = rows.filter(pk__gt=marks[name])
            yield later.order_by().values_list(example, flat=True)


def _anything_said(project: Project) -> bool:
    return (
        Annotation.objects.filter(annotator__project=project).exists()
        or Prediction.objects.filter(project=project).exists()
        or SetAside.objects.filter(example__project=project, undone_at=None).exists()
    )


def _all_keys(project: Project) -> Iterator[int]:
    """Keys of all examples, in order, a chunk at a time: no cursor stays open over the writes."""
    rows = ExampleSummary.objects.filter(project=project).order_by("pk")
    last = 0
    while keys := list(rows.filter(pk__gt=last).values_list("pk", flat=True)[:CHUNK]):
        yield from keys
        last = keys[-1]


def _recount(keys: Iterable[int], progress: Progress) -> int:
    done = 0
    for chunk in chunked(keys, CHUNK):
        with transaction.atomic():
            _write(chunk)
        done += len(chunk)
        progress(done, done, f"{done:,} texts")
    return done


def held(keys: Sequence[int]) -> QuerySet[ExampleSummary]:
    """Summaries that nobody else writes until the transaction ends; taken in one order by all."""
    rows = ExampleSummary.objects.filter(pk__in=keys).order_by("pk")
    return rows.select_for_update(no_key=True)


def _write(keys: Sequence[int]) -> None:
    """Write what differs from what is there; what it goes by is read when nobody else can write."""
    stored = {row[0]: row[1:] for row in held(keys).values_list("pk", *TOLD)}
    told, changed = _told(keys), []
    for key, before in stored.items():
        if told[key] != before:
            votes, skips, label, agreement, predicted, aside = told[key]
            changed.append(
                ExampleSummary(
                    pk=key, votes=votes, skips=skips, label_id=label, agreement=agreement,
                    predicted_id=predicted, aside=aside,
                )
            )  # fmt: skip
    update_rows(ExampleSummary, TOLD, changed)


def _told(keys: Sequence[int]) -> dict[int, tuple[Any, ...]]:
    """What votes, classifiers and people say about each example, in the order of `TOLD`."""
    answers = (
        Annotation.objects.counting()
        .filter(task__example__in=keys)
        .order_by("task__round__number", "pk")
        .values_list("task__example", "annotator", "label")
    )
    latest = {(example, annotator): label for example, annotator, label in answers}
    cast: dict[int, list[int | None]] = {key: [] for key in keys}
    for (example, _), label in latest.items():
        cast[example].append(label)
    said = Prediction.objects.filter(example__in=keys).order_by("pk")
    predicted = dict(said.values_list("example", "label"))
    aside = set(
        SetAside.objects.filter(example__in=keys, undone_at=None).values_list("example", flat=True)
    )
    return {key: (*tally(labels), predicted.get(key), key in aside) for key, labels in cast.items()}


def tally(
    labels: Sequence[int | None],
) -> tuple[int, int, int | None, float]:
    """Votes, skips, the label of the most votes (None: none, or a tie), and a_i (0: no votes).

    >>> tally([7, 7, 8, None])
    (3, 1, 7, 0.6666666666666666)
    >>> tally([7, 8])
    (2, 0, None, 0.5)
    """
    counts: dict[int, int] = {}
    for label in labels:
        if label is not None:
            counts[label] = counts.get(label, 0) + 1
    votes = sum(counts.values())
    if not votes:
        return 0, len(labels), None, 0.0
    most = max(counts.values())
    leading = [label for label, n in counts.items() if n == most]
    return votes, len(labels) - votes, leading[0] if len(leading) == 1 else None, most / votes
