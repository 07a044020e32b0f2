"""How many of a project's answers count, and how long they took.

Counting millions of answers takes long, and every page of a project tells the number. So it is
kept for each annotator; see `answer_books`. Whose answers count at all is asked anew every time.
Small databases are counted each time.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Q

from curation.models import Annotation, Annotator, Project
from curation.services.answer_books import counts_kept_up, counts_now
from curation.services.answer_tails import newest_key
from curation.services.answer_tallies import NONE, Counts

FEW = 20_000  # answers in the database up to which they are counted each time


@dataclass(frozen=True, kw_only=True)
class AnswerCounts:
    """Answers on tasks that ask for votes, of annotators who were not set aside, and all."""

    votes: int  # they name a label
    skips: int
    simulated: bool  # any of them was given by a program
    total: int  # answers of any kind, of anybody
    last: int  # key of the newest of them, 0 where there are none
    people: int = 0  # answers of any kind that people gave, set aside or not
    timed: int = 0  # those of which it is known how long they took
    seconds: float = 0.0  # that these took together
    annotators: int = 0  # who gave them: not set aside, and checks alone do not count
    heard: int = 0  # who gave any answer at all


def answer_counts(project: Project) -> AnswerCounts:
    """How many answers count, as new as the database."""
    return answer_counts_of([project])[project.pk]


def answer_counts_of(projects: Sequence[Project]) -> dict[int, AnswerCounts]:
    """Project key → its counts; as many queries for many projects as for one."""
    last = newest_key(Annotation.objects)
    counts = counts_now(projects) if last <= FEW else counts_kept_up(projects, last)
    excluded = Annotator.Standing.EXCLUDED
    noted: dict[int, dict[int, tuple[str, bool]]] = {project.pk: {} for project in projects}
    rows = Annotator.objects.filter(Q(standing=excluded) | Q(simulated=True), project__in=projects)
    fields = ("project", "pk", "standing", "simulated")
    for project, key, standing, simulated in rows.order_by().values_list(*fields):
        noted[project][key] = (standing, simulated)
    return {key: _told(counts[key], people) for key, people in noted.items()}


def _told(counts: Counts, noted: dict[int, tuple[str, bool]]) -> AnswerCounts:
    """Counts of annotators, of whom those who are set aside or programs are noted."""
    excluded = Annotator.Standing.EXCLUDED
    aside = {key for key, (standing, _) in noted.items() if standing == excluded}
    programs = {key for key, (_, simulated) in noted.items() if simulated}
    counting = [tally for key, tally in counts.items() if key not in aside]
    people = [tally for key, tally in counts.items() if key not in programs]
    votes = sum(tally.labels for tally in counting)
    return AnswerCounts(
        votes=votes,
        skips=sum(tally.asked for tally in counting) - votes,
        simulated=any(counts.get(key, NONE).asked for key in programs - aside),
        total=sum(tally.answers for tally in counts.values()),
        last=max((tally.last for tally in counts.values()), default=0),
        people=sum(tally.answers for tally in people),
        timed=sum(tally.timed for tally in people),
        seconds=sum(tally.seconds for tally in people),
        annotators=sum(tally.asked > 0 for tally in counting),
        heard=sum(tally.answers > 0 for tally in counts.values()),
    )
