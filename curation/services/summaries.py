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

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from curation.bulk import chunked, count_rows_for_planner, update_rows
from curation.models import (
    Annotation,
    ExampleSummary,
    Prediction,
    Project,
    SetAside,
    SummaryState,
)
from curation.progress import Progress, silent
from curation.reporting import wording
from curation.services.beside import is_beside
from curation.services.operations.carrying_on import carrying_on
from curation.services.summary_marks import (
    SAID,
    TAIL,
    Marks,
    marks_of,
    must_begin_anew,
    newest,
    said_later,
)

CHUNK = 2_000  # examples worked out together
AT_ONCE = 2_000  # new answers and predictions that a page may bring up itself
ANEW = timedelta(days=1)
JUST_NOW = timedelta(seconds=2)
LATE = 1_000  # newest keys that a worker looks at again each time
AT_A_PAGE = "at a page"  # marks with it were not followed by a look a little back
TOLD = ("votes", "skips", "label", "agreement", "predicted", "aside")


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
    return _freshness(project, _state(project), marks_of(project))


def _freshness(project: Project, state: SummaryState | None, marks: Marks) -> Freshness:
    if state is None:
        return Freshness(as_of=None, new=0, complete=not _anything_said(project))
    if must_begin_anew(state.marks, marks):
        return Freshness(as_of=state.as_of, new=0, complete=False)
    new = sum(rows[: AT_ONCE + 1].count() for rows in said_later(project, state.marks, marks))
    return Freshness(as_of=state.as_of, new=min(new, AT_ONCE + 1), complete=True)


def bring_up(project: Project) -> Freshness:
    """Bring the summaries up if that takes no longer than a page may; how old they are then.

    In a web server only if they were not brought up just now: while many people answer each page
    would else write, and wait for the others that do.
    """
    at, state = timezone.now(), _state(project)
    marks = marks_of(project)
    if is_beside() and state is not None and _is_of_just_now(state, marks, at=at):
        return Freshness(as_of=state.as_of, new=0, complete=True)
    now = _freshness(project, state, marks)
    if now.fresh or now.new > AT_ONCE:
        return now
    if state is not None and now.complete:
        _catch_up(project, state, marks, at=at)
        return Freshness(as_of=at, new=0, complete=True)
    if ExampleSummary.objects.filter(project=project)[CHUNK:].exists():
        return now
    refresh(project, tail=0)
    return freshness(project)


def _is_of_just_now(state: SummaryState, marks: Marks, *, at: datetime) -> bool:
    recent = timedelta() <= at - state.as_of < JUST_NOW
    return recent and not must_begin_anew(state.marks, marks)


def refresh(
    project: Project, *, anew: bool = False, tail: int = TAIL, progress: Progress = silent
) -> int:
    """Bring the summaries up to now; how many examples were looked at.

    Args:
        anew: from nothing, whatever is known.
        tail: how many keys before the newest ones seen are looked at again.
    """
    now = timezone.now()
    marks = marks_of(project)  # read first: what comes meanwhile is seen the next time
    state = _state(project)
    if state is None or anew or must_begin_anew(state.marks, marks):
        looked = _recount(_all_keys(project), progress)
        _keep(project, marks, as_of=now, counted_at=now)
        count_rows_for_planner(ExampleSummary)
        return looked
    return _catch_up(project, state, marks, at=now, tail=tail, progress=progress)


def _catch_up(
    project: Project,
    state: SummaryState,
    marks: Marks,
    *,
    at: datetime,
    tail: int = 0,
    progress: Progress = silent,
) -> int:
    """Bring up what was said until `marks`, which were read at `at`; how many were looked at."""
    marks = marks | {name: max(marks[name], state.marks[name]) for name in SAID}
    since = {name: max(0, state.marks[name] - tail) for name in SAID}
    later = said_later(project, since, marks)
    # without a tail they are few, and a cursor costs a page more than they do
    keys = {key for rows in later for key in (rows.iterator() if tail else rows)}
    looked = _recount(sorted(keys), progress)
    marks = marks if tail else marks | {AT_A_PAGE: True}
    _keep(project, marks, as_of=at, counted_at=state.counted_at)
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
        with carrying_on(f"looking after the table of {project.slug}"):
            state = getattr(project, "summary_state", None)
            now = freshness(project)
            if not now.complete or (state is not None and state.counted_at < stale):
                need_job.append(project)
            elif now.new or (state is not None and (_far(state.marks) or AT_A_PAGE in state.marks)):
                refresh(project, tail=LATE)
    return need_job


def _far(marks: Marks) -> bool:
    """Whether so much was said in other projects that it takes long to see what is new in this."""
    return any(newest(rows) - marks[name] > TAIL for name, rows in SAID.items())


def _state(project: Project) -> SummaryState | None:
    return SummaryState.objects.filter(project=project).first()


def _keep(project: Project, marks: Marks, **times: Any) -> None:
    known = SummaryState.objects.filter(project=project)
    if not known.update(marks=marks, **times):  # mostly it is there
        SummaryState.objects.update_or_create(project=project, defaults={"marks": marks, **times})


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
