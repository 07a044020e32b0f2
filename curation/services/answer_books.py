"""Each annotator's answers, counted once and kept in a file of the project, then kept up.

Whoever asks looks only at what is new: the newest answers and changes of answers name the
annotators to count again. Every change of a stored answer leaves an `AnnotationChange`, an import
of votes leaves its time on its round, and nothing else needs to tell.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.models import Count, Max, QuerySet, Sum

from curation.bulk import chunked
from curation.files import keep_for_later
from curation.models import Annotation, AnnotationChange, AnnotationRound, Annotator, Project, Task
from curation.services import answer_tails as looking
from curation.services.answer_tails import Tail, fresh_start, newest_key, next_start, tails_from
from curation.services.answer_tallies import (
    NONE,
    NUMBERS,
    Counts,
    Growth,
    Tally,
    grown,
    growth_of,
    seconds_of,
    tally_of,
    together,
)

FAR = 40  # tails that came at once from which all is counted anew
AT_ONCE = 500_000  # answers counted by one query
NAMED = 1_000  # annotators named in one query
FORMAT = 3
READ = 100  # books that a process remembers


@dataclass(kw_only=True)
class Book:
    """What is known of a project's answers, and by which signs it is seen to be old."""

    imports: list[list[Any]]  # (key, time of the last import) of each round
    answers: Tail
    changes: Tail
    counts: Counts


def counts_kept_up(projects: Sequence[Project], last: int) -> dict[int, Counts]:
    """Project key → its annotators' answers, as new as the database.

    Args:
        last: key of the newest answer.

    As many queries for many projects as for one. The tails are read before answers are counted:
    so what comes in between is seen the next time, at the latest.
    """
    changed = newest_key(AnnotationChange.objects)
    imports = _imports(projects)
    kept = {project.pk: _kept(project) for project in projects}
    known = {
        key: book
        for key, book in kept.items()
        if book is not None and book.imports == imports[key] and not _far(book, last, changed)
    }
    looks = _look(known.values(), last, changed)
    more = grown(_growths(known.values(), looks), last=last)
    again = _counts_of(projects, _moved(known.values(), looks) - more.keys())
    anew = _all_counts([one for one in projects if one.pk not in known], last)
    told: dict[int, Counts] = {}
    for project in projects:
        key, before = project.pk, known.get(project.pk)
        if before is not None:
            again[key] |= {one: more[one] for one in before.counts.keys() & more.keys()}
        told[key] = anew[key] if before is None else {**before.counts, **again[key]}
        book = Book(
            imports=imports[key],
            answers=looks.answers[_start(before.answers if before else None, last)],
            changes=looks.changes[_start(before.changes if before else None, changed)],
            counts=told[key],
        )
        if before is None or again[key] or _shortened(before, book):
            _keep(project, book)  # not for answers in other projects: they are none of its own
    return told


def counts_now(projects: Sequence[Project]) -> dict[int, Counts]:
    """The same, counted from nothing; for few answers."""
    return _grouped(projects, Annotation.objects.filter(task__round__project__in=projects))


def _imports(projects: Sequence[Project]) -> dict[int, list[list[Any]]]:
    """What tells of imported votes. Rounds of Label Studio bring few at once, and often."""
    found: dict[int, list[list[Any]]] = {project.pk: [] for project in projects}
    rounds = AnnotationRound.objects.filter(project__in=projects).order_by("pk")
    votes = AnnotationRound.Front.VOTES
    for project, key, front, at in rounds.values_list("project", "pk", "front", "pulled_at"):
        found[project].append([key, str(at) if front == votes else ""])
    return found


def _far(known: Book, last: int, changed: int) -> bool:
    furthest = max(last - known.answers.start, changed - known.changes.start)
    return furthest > FAR * looking.TAIL


def _start(before: Tail | None, last: int) -> int:
    return fresh_start(last) if before is None else next_start(before.start, last)


def _shortened(before: Book, now: Book) -> bool:
    starts = before.answers.start, before.changes.start
    return starts != (now.answers.start, now.changes.start)


@dataclass(frozen=True, kw_only=True)
class Looks:
    """Tails to compare with what is known, and those to keep from now on, by where they start."""

    answers: dict[int, Tail]
    changes: dict[int, Tail]


def _look(books: Iterable[Book], last: int, changed: int) -> Looks:
    old = list(books)
    answers, changes = [book.answers for book in old], [book.changes for book in old]
    return Looks(
        answers=tails_from(Annotation.objects.all(), _starts(answers, last), last, counted="label"),
        changes=tails_from(
            AnnotationChange.objects.all(), _starts(changes, changed), changed, counted="pk"
        ),
    )


def _starts(known: Sequence[Tail], last: int) -> set[int]:
    return {tail.start for tail in known} | {_start(tail, last) for tail in [*known, None]}


def _growths(books: Iterable[Book], looks: Looks) -> dict[int, Growth]:
    """Annotators of the books who may only have given more answers."""
    found: dict[int, Growth] = {}
    for book in books:
        changed = book.changes.differing(looks.changes[book.changes.start])
        now = looks.answers[book.answers.start]
        found |= growth_of(book.counts, book.answers, now, but=changed)
    return found


def _moved(books: Iterable[Book], looks: Looks) -> set[int]:
    moved: set[int] = set()
    for book in books:
        moved |= book.answers.differing(looks.answers[book.answers.start])
        moved |= book.changes.differing(looks.changes[book.changes.start])
    return moved


def _counts_of(projects: Sequence[Project], annotators: Iterable[int]) -> dict[int, Counts]:
    """Counted anew for those of these annotators who are of the projects."""
    counts: dict[int, Counts] = {project.pk: {} for project in projects}
    for some in chunked(sorted(annotators), NAMED):
        mine = dict(_people(projects).filter(pk__in=some).values_list("pk", "project"))
        for annotator, project in mine.items():
            counts[project][annotator] = NONE
        if mine:
            answers = Annotation.objects.filter(annotator__in=list(mine))
            for project, found in _grouped(projects, answers).items():
                counts[project] |= found
    return counts


def _people(projects: Sequence[Project]) -> QuerySet[Annotator]:
    return Annotator.objects.filter(project__in=projects).order_by()


def _grouped(projects: Sequence[Project], answers: QuerySet[Annotation]) -> dict[int, Counts]:
    found = answers.order_by().values_list("annotator__project", "annotator").annotate(**NUMBERS)
    counts: dict[int, Counts] = {project.pk: {} for project in projects}
    for project, annotator, *numbers in found:
        counts[project][annotator] = tally_of(numbers)
    return counts


def _all_counts(projects: Sequence[Project], last: int) -> dict[int, Counts]:
    """Counted along the table, which is several times as fast as by annotator or by task."""
    counts: dict[int, Counts] = {project.pk: {} for project in projects}
    if not projects:
        return counts
    mine = dict(_people(projects).values_list("pk", "project"))
    for start in range(0, last, AT_ONCE):
        for key, found in _by_annotator(pk__gt=start, pk__lte=start + AT_ONCE).items():
            if key in mine:
                before = counts[mine[key]].get(key, NONE)
                counts[mine[key]][key] = together(before, found)
    late = _take_checks_out(counts, mine)
    for project, again in _counts_of(projects, late).items():
        counts[project] |= again
    return counts


def _take_checks_out(counts: dict[int, Counts], mine: dict[int, int]) -> set[int]:
    """Leave what tasks asked for that ask for votes.

    Returns:
        Annotators who answered a check since the table was gone along; they are to be counted anew.
    """
    late = set()
    purposes = [str(purpose) for purpose in Task.Purpose if purpose != Task.Purpose.VOTE]
    checks = {"task__round__project__in": list(counts), "task__purpose__in": purposes}
    for key, found in _by_annotator(**checks).items():
        if key in mine:
            known = counts[mine[key]].get(key, NONE)
            counts[mine[key]][key] = known._replace(
                asked=known.asked - found.asked, labels=known.labels - found.labels
            )
            if found.last > known.last:
                late.add(key)
    return late


def _by_annotator(**of: Any) -> Counts:
    """Answers by annotator, as if all were on tasks that ask for votes."""
    found = (
        Annotation.objects.filter(**of)
        .order_by()
        .values_list("annotator")
        .annotate(n=Count("pk"), of=Count("label"), last=Max("pk"))
        .annotate(timed=Count("seconds"), took=Sum("seconds"))
    )
    return {
        key: Tally(n, n, labels, newest, timed, seconds_of(took))
        for key, n, labels, newest, timed, took in found
    }


def forget(project: Project) -> None:
    """Have it all counted anew: an answer was changed that no sign tells of."""
    _path(project).unlink(missing_ok=True)


def _path(project: Project) -> Path:
    return Path(settings.CONCORD_HOME) / "counts" / f"{project.slug}.json"


def _names(project: Project) -> list[Any]:
    return [FORMAT, project.pk, project.created_at.isoformat()]


def _keep(project: Project, book: Book) -> None:
    keep_for_later(_path(project), json.dumps({"of": _names(project), **asdict(book)}))


def _kept(project: Project) -> Book | None:
    """What was kept of this project; None where nothing was, or it cannot be read."""
    path = _path(project)
    try:
        state = path.stat()
        of, book = _read(path, state.st_ino, state.st_mtime_ns, state.st_size)
        return book if of == _names(project) else None
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


@lru_cache(maxsize=READ)
def _read(path: Path, *_written: int) -> tuple[list[Any], Book]:
    """Whose book it is, and the book, which nobody may change.

    Args:
        _written: signs of when the file was written, which is each time another file.
    """
    kept = json.loads(path.read_text(encoding="utf-8"))
    answers, changes = (_tail(kept[name]) for name in ("answers", "changes"))
    counts = {int(key): Tally(*numbers) for key, numbers in kept["counts"].items()}
    book = Book(imports=kept["imports"], answers=answers, changes=changes, counts=counts)
    return kept["of"], book


def _tail(kept: dict[str, Any]) -> Tail:
    seen = {int(key): (n, of, last) for key, (n, of, last) in kept["seen"].items()}
    return Tail(start=kept["start"], seen=seen)
