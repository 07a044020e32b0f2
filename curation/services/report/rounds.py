"""Rounds as their pages show them: how far they are, who takes part, what was kept aside."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, F, Max, Sum
from django.db.models.functions import TruncHour
from django.utils import timezone

from curation.models import (
    Annotation,
    AnnotationRound,
    Example,
    Participation,
    Project,
    StrayAnswer,
    Task,
)
from curation.reporting import VoteStrip, vote_strip
from curation.reporting.readable import readable
from curation.services.annotating.rounds import ENGINE_FRONTS, NEW_TEXTS
from curation.services.annotating.saved import Saved, votes_saved
from curation.services.lately import lately
from curation.services.report.examples import cast_votes, intended_style, styles_of

HOURS = 24
NEWEST = 6  # texts whose votes are shown
LATELY = 60  # newest answers they are found among
PEOPLE = 200  # participants shown, most answers first
PART_WORDS: dict[str, str] = {
    Participation.State.INVITED: "has not agreed yet",
    Participation.State.QUALIFYING: "in the qualification",
    Participation.State.WORKING: "at work",
    Participation.State.FINISHED: "through",
    Participation.State.REFUSED: "did not qualify",
}


@dataclass(frozen=True, kw_only=True)
class RoundLine:
    """One round in the list of rounds."""

    round: AnnotationRound
    saved: Saved
    answers: int  # labels and skips that count
    wanted: int | None  # answers asked for so far; None: imported votes are never asked for
    strays: int
    people: int

    @property
    def share(self) -> float:
        """Answers there are of those asked for, in percent."""
        return min(100.0, 100 * self.answers / self.wanted) if self.wanted else 0.0


def round_lines(project: Project) -> list[RoundLine]:
    """The project's rounds, newest first."""
    rounds = project.rounds.order_by("-number").defer("plan")
    return [round_line(target) for target in rounds]


def round_line(target: AnnotationRound) -> RoundLine:
    """How far it is; of many answers as it was some minutes ago at most."""
    found = lately(
        target.project,
        f"round-{target.number}",
        lambda: _counted(target),
        rows=lambda found: int(found["answers"] + found["saved"]["tasks"]),
        signs=[target.state, target.overlap],
    )
    return RoundLine(round=target, **{**found, "saved": Saved(**found["saved"])})


def _counted(target: AnnotationRound) -> dict[str, Any]:
    counting = Annotation.objects.filter(task__round=target).counting()
    found = counting.aggregate(answers=Count("pk"), people=Count("annotator", distinct=True))
    return {
        **found,
        "saved": asdict(votes_saved(target)),
        "wanted": _wanted(target, found["answers"]),
        "strays": target.strays.count(),
    }


def _slowly(target: AnnotationRound, name: str, work: Callable[[], Any]) -> Any:
    """What takes as long as there are answers in the round; see `lately`."""
    line = round_line(target)
    return lately(
        target.project,
        f"{name}-{target.number}",
        work,
        rows=lambda _: line.answers + line.saved.tasks,
        signs=[target.state],
    )


def _wanted(target: AnnotationRound, answers: int) -> int | None:
    fronts = AnnotationRound.Front
    if target.front == fronts.VOTES:
        return None
    tasks = target.tasks.filter(purpose=Task.Purpose.VOTE)
    if target.front == fronts.LABEL_STUDIO:
        each = F("wanted") if target.first_overlap else target.overlap
        return tasks.aggregate(n=Sum(each))["n"] or 0
    return answers + (tasks.aggregate(n=Sum(F("due") + F("leased")))["n"] or 0)


@dataclass(frozen=True, kw_only=True)
class HourBar:
    """Answers that came in one hour."""

    hour: datetime
    answers: int
    x: float  # percent
    height: float  # percent of the busiest hour

    @property
    def top(self) -> float:
        return round(100 - self.height, 1)


def answers_per_hour(target: AnnotationRound, *, now: datetime | None = None) -> list[HourBar]:
    """The last 24 hours, oldest first; [] if nothing came in them."""
    last = (now or timezone.now()).replace(minute=0, second=0, microsecond=0)
    first = last - timedelta(hours=HOURS - 1)
    rows = (
        Annotation.objects.filter(task__round=target, answered_at__gte=first)
        .order_by()
        .annotate(hour=TruncHour("answered_at", tzinfo=last.tzinfo))
        .values_list("hour")
        .annotate(n=Count("pk"))
    )
    told = _slowly(target, "hours", lambda: [(hour.isoformat(), n) for hour, n in rows])
    found = {datetime.fromisoformat(hour): n for hour, n in told}
    hours = [first + timedelta(hours=number) for number in range(HOURS)]
    most = max(found.get(hour, 0) for hour in hours)  # what is told late may know older ones
    if not most:
        return []
    return [
        HourBar(
            hour=hour,
            answers=found.get(hour, 0),
            x=round(100 * number / HOURS, 2),
            height=round(100 * found.get(hour, 0) / most, 1),
        )
        for number, hour in enumerate(hours)
    ]


@dataclass(frozen=True, kw_only=True)
class NewestText:
    """A text that was answered lately, with its votes."""

    text: str
    strip: VoteStrip


def newest_texts(target: AnnotationRound) -> list[NewestText]:
    """Texts of the newest answers, newest first. Checks are not among them."""
    answers = Annotation.objects.filter(task__round=target, task__purpose=Task.Purpose.VOTE)
    rows = answers.order_by("-pk").values_list("task", flat=True)
    newest = _slowly(target, "newest", lambda: list(dict.fromkeys(rows[:LATELY]))[:NEWEST])
    tasks = target.tasks.select_related("example__intended_label").in_bulk(newest)
    found = [tasks[key] for key in newest if key in tasks]
    styles = styles_of(target.project)
    cast = cast_votes(target.project, [task.example_id for task in found])
    return [
        NewestText(
            text=readable(task.example.text),
            strip=vote_strip(
                cast.get(task.example_id, []),
                styles,
                due=task.due + task.leased,
                intended=intended_style(task.example, styles),
            ),
        )
        for task in found
    ]


@dataclass(frozen=True, kw_only=True)
class Person:
    """Somebody who takes part, by pseudonym."""

    name: str
    answers: int  # checks and skips included
    state: str
    standing: str
    seen: datetime | None


def people_of(target: AnnotationRound) -> list[Person]:
    """Those with the most answers first, up to 200."""
    if target.front not in ENGINE_FRONTS:
        return _by_answers(target)
    parts = target.participations.select_related("annotator").order_by("-answered", "pk")
    return [
        Person(
            name=part.annotator.name,
            answers=part.answered,
            state=PART_WORDS[part.state],
            standing=part.annotator.standing,
            seen=part.seen_at,
        )
        for part in parts[:PEOPLE]
    ]


def _by_answers(target: AnnotationRound) -> list[Person]:
    """People who are known by their answers only."""
    answers = Annotation.objects.filter(task__round=target).order_by()
    rows = answers.values_list("annotator").annotate(n=Count("pk"), last=Max("answered_at"))
    most = rows.order_by("-n", "annotator")[:PEOPLE]
    told = _slowly(
        target, "people", lambda: [(key, n, last and last.isoformat()) for key, n, last in most]
    )
    people = target.project.annotators.in_bulk([key for key, _, _ in told])
    return [
        Person(
            name=people[key].name,
            answers=n,
            state="",
            standing=people[key].standing,
            seen=last and datetime.fromisoformat(last),
        )
        for key, n, last in told
        if key in people
    ]


def strays_of(target: AnnotationRound) -> list[tuple[str, int]]:
    """Why answers were kept aside, in words, and how many of each."""
    words = dict(StrayAnswer.Reason.choices)
    rows = target.strays.order_by("reason").values_list("reason").annotate(n=Count("pk"))
    return [(str(words.get(reason, reason)), n) for reason, n in rows]


def new_texts(target: AnnotationRound) -> int:
    """Texts of the pool that came after the round was filled; none may join chosen ones."""
    if target.chosen:
        return 0
    asked = target.tasks.filter(purpose=Task.Purpose.VOTE)
    rows = Example.objects.filter(project=target.project).to_judge().not_among(asked)
    return int(_slowly(target, NEW_TEXTS, rows.count))
