"""How many of a project's answers count: counted once, then kept up by what has changed.

Counting millions of answers takes long, and every page of a project tells the number. So numbers
are kept for each annotator, in a file of the project under `CONCORD_HOME/counts`, and whoever
asks looks only at what is new: the newest answers and changes of answers, which name the
annotators to count again. Whose answers count at all is asked anew every time.

Every change of a stored answer leaves an `AnnotationChange`, an import of votes leaves its time
on its round, and nothing else needs to tell. Small databases are counted each time.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.models import Count, Max, Q, QuerySet

from curation.bulk import chunked
from curation.files import keep_for_later
from curation.models import Annotation, AnnotationChange, AnnotationRound, Annotator, Project, Task

FEW = 20_000  # answers in the database up to which they are counted each time
TAIL = 20_000  # newest rows that are looked at each time: more than become visible after rows
# with greater keys, but by an import of votes, whose round tells of it
FAR = 10  # tails that came at once from which all is counted anew
AT_ONCE = 500_000  # answers counted by one query
NAMED = 1_000  # annotators named in one query
FORMAT = 2

Tally = tuple[int, int, int, int]  # answers, those on tasks that ask for votes, labels among
# these, and the key of the newest answer
NONE: Tally = (0, 0, 0, 0)
Signs = tuple[int, int, int]  # rows, those that name a label, and the newest one's key


@dataclass(frozen=True, kw_only=True)
class AnswerCounts:
    """Answers on tasks that ask for votes, of annotators who were not set aside, and all."""

    votes: int  # they name a label
    skips: int
    simulated: bool  # any of them was given by a program
    total: int  # answers of any kind, of anybody
    last: int  # key of the newest of them, 0 where there are none


@dataclass(kw_only=True)
class _Tail:
    """The newest rows of a table, by annotator; what differs later was changed by somebody."""

    start: int = 0  # rows with greater keys belong to it
    seen: dict[int, Signs]  # by annotator


@dataclass(kw_only=True)
class _Book:
    """What is known of a project's answers, and by which signs it is seen to be old."""

    imports: list[list[Any]]  # (key, time of the last import) of each round
    answers: _Tail
    changes: _Tail
    counts: dict[int, Tally]  # by annotator


def answer_counts(project: Project) -> AnswerCounts:
    """How many answers count, as new as the database."""
    last = _last(Annotation.objects.all())
    if last <= FEW:
        return _told(project, _grouped(Annotation.objects.of(project)))
    known = _kept(project)
    book = _book_of(project, known, last)
    if book != known:
        _keep(project, book)
    return _told(project, book.counts)


def answers_given(projects: Sequence[Project]) -> dict[int, int]:
    """Project key → its answers that count, skips among them."""
    if _last(Annotation.objects.all()) <= FEW:
        counting = Annotation.objects.counting().order_by().values_list("task__round__project")
        return dict(counting.annotate(n=Count("pk")))
    counts = {project.pk: answer_counts(project) for project in projects}
    return {key: told.votes + told.skips for key, told in counts.items()}


def _told(project: Project, counts: dict[int, Tally]) -> AnswerCounts:
    excluded = Annotator.Standing.EXCLUDED
    noted = project.annotators.filter(Q(standing=excluded) | Q(simulated=True)).order_by()
    people = dict(noted.values_list("pk", "standing"))
    aside = {key for key, standing in people.items() if standing == excluded}
    counting = [tally for key, tally in counts.items() if key not in aside]
    votes = sum(labels for _, _, labels, _ in counting)
    return AnswerCounts(
        votes=votes,
        skips=sum(asked for _, asked, _, _ in counting) - votes,
        simulated=any(counts.get(key, NONE)[1] for key in people.keys() - aside),
        total=sum(n for n, *_ in counts.values()),
        last=max((last for *_, last in counts.values()), default=0),
    )


def _book_of(project: Project, known: _Book | None, last: int) -> _Book:
    """The book as of now.

    Signs are read before answers are counted, and the tail to keep before the one to compare: so
    what comes in between is seen the next time, at the latest.
    """
    changed = _last(AnnotationChange.objects.all())
    imports = _imports(project)
    if known is None or known.imports != imports or _far(known, last, changed):
        answers, changes = _answers(last - TAIL, last), _changes(changed - TAIL, changed)
        counts = _all_counts(project, last)
        return _Book(imports=imports, answers=answers, changes=changes, counts=counts)
    answers = _answers(_start(known.answers, last), last)
    changes = _changes(_start(known.changes, changed), changed)
    moved = _differing(known.answers, _answers(known.answers.start, last))
    moved |= _differing(known.changes, _changes(known.changes.start, changed))
    counts = {**known.counts, **_counts_of(project, moved)}
    return _Book(imports=imports, answers=answers, changes=changes, counts=counts)


def _imports(project: Project) -> list[list[Any]]:
    """What tells of imported votes. Rounds of Label Studio bring few at once, and often."""
    rows = project.rounds.order_by("pk").values_list("pk", "front", "pulled_at")
    votes = AnnotationRound.Front.VOTES
    return [[key, str(at) if front == votes else ""] for key, front, at in rows]


def _last(rows: QuerySet[Any]) -> int:
    return rows.aggregate(last=Max("pk"))["last"] or 0


def _far(known: _Book, last: int, changed: int) -> bool:
    return max(last - known.answers.start, changed - known.changes.start) > FAR * TAIL


def _start(tail: _Tail, last: int) -> int:
    """Where a tail begins from now on: it is shortened when it has become twice as long."""
    return last - TAIL if last - tail.start > 2 * TAIL else tail.start


def _answers(start: int, last: int) -> _Tail:
    return _tail(Annotation.objects.all(), "label", start, last)


def _changes(start: int, last: int) -> _Tail:
    return _tail(AnnotationChange.objects.all(), "pk", start, last)


def _tail(rows: QuerySet[Any], counted: str, start: int, last: int) -> _Tail:
    # with both ends SQLite walks along the table, with one along the whole index of annotators
    newest = rows.filter(pk__gt=start, pk__lte=last)
    return _Tail(start=start, seen=_by_annotator(newest, counted))


def _differing(old: _Tail, new: _Tail) -> set[int]:
    return {key for key, _ in old.seen.items() ^ new.seen.items()}


def _counts_of(project: Project, annotators: Iterable[int]) -> dict[int, Tally]:
    """Counted anew for those of these annotators who are of the project."""
    counts: dict[int, Tally] = {}
    for some in chunked(sorted(annotators), NAMED):
        mine = project.annotators.filter(pk__in=some).order_by().values_list("pk", flat=True)
        counts |= dict.fromkeys(mine, NONE)
        counts |= _grouped(Annotation.objects.filter(annotator__in=list(mine)))
    return counts


def _grouped(answers: QuerySet[Annotation]) -> dict[int, Tally]:
    votes = Q(task__purpose=Task.Purpose.VOTE)
    found = (
        answers.order_by()
        .values_list("annotator")
        .annotate(
            n=Count("pk"),
            asked=Count("pk", filter=votes),
            of=Count("label", filter=votes),
            last=Max("pk"),
        )
    )
    return {key: (n, asked, labels, last) for key, n, asked, labels, last in found}


def _all_counts(project: Project, last: int) -> dict[int, Tally]:
    """Counted along the table, which is several times as fast as by annotator or by task."""
    mine = set(project.annotators.order_by().values_list("pk", flat=True))
    counts: dict[int, Tally] = {}
    for start in range(0, last, AT_ONCE):
        some = _by_annotator(Annotation.objects.filter(pk__gt=start, pk__lte=start + AT_ONCE))
        for key, (n, labels, newest) in some.items():
            if key in mine:
                all_of_it, asked, of, _ = counts.get(key, NONE)
                counts[key] = all_of_it + n, asked + n, of + labels, newest
    checks = Annotation.objects.of(project).exclude(task__purpose=Task.Purpose.VOTE)
    for key, (n, labels, newest) in _by_annotator(checks).items():
        all_of_it, asked, of, newest = counts.get(key, (n, n, labels, newest))
        counts[key] = all_of_it, asked - n, of - labels, newest
    return counts


def _by_annotator(rows: QuerySet[Any], counted: str = "label") -> dict[int, Signs]:
    found = (
        rows.order_by()
        .values_list("annotator")
        .annotate(n=Count("pk"), of=Count(counted), last=Max("pk"))
    )
    return {key: (n, of, last) for key, n, of, last in found}


def _path(project: Project) -> Path:
    return Path(settings.CONCORD_HOME) / "counts" / f"{project.slug}.json"


def _names(project: Project) -> list[Any]:
    return [FORMAT, project.pk, project.created_at.isoformat()]


def _keep(project: Project, book: _Book) -> None:
    keep_for_later(_path(project), json.dumps({"of": _names(project), **asdict(book)}))


def _kept(project: Project) -> _Book | None:
    """What was kept of this project; None where nothing was, or it cannot be read."""
    try:
        kept = json.loads(_path(project).read_text(encoding="utf-8"))
        if kept["of"] != _names(project):
            return None
        tails = [
            _Tail(start=kept[name]["start"], seen=_by_key(kept[name]["seen"]))
            for name in ("answers", "changes")
        ]
        counts = _by_key(kept["counts"])
        return _Book(imports=kept["imports"], answers=tails[0], changes=tails[1], counts=counts)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def _by_key(kept: dict[str, list[int]]) -> dict[int, Any]:
    return {int(key): tuple(numbers) for key, numbers in kept.items()}
