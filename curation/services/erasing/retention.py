"""Forgetting all whose time is over, and what else nobody needs any more."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from curation.errors import BadInput
from curation.models import (
    Annotation,
    AnnotationRound,
    Annotator,
    Job,
    Participation,
    StrayAnswer,
)
from curation.services.erasing.one import ERASED, erase_annotator
from curation.services.repeating import old_answers

OPEN = Q(participations__round__state__in=["open", "paused"])


@dataclass(frozen=True, kw_only=True)
class Due:
    """How much is older than the limit."""

    annotators: int  # people, in no round that still runs; their votes stay
    stray_answers: int  # of closed rounds, with the words that were no label
    jobs: int  # finished, with a traceback or an error
    deliveries: int  # the dispatcher's notes of finished jobs
    kept_answers: int  # to requests that named an idempotency key, older than a day
    sessions: int  # sign-ins that are over


@dataclass(frozen=True, kw_only=True)
class Forgotten:
    """What was forgotten, in the units of `Due`."""

    annotators: int
    stray_answers: int
    jobs: int
    deliveries: int
    kept_answers: int
    sessions: int


def due_for_retention(days: int) -> Due:
    """Count what `forget_old` would forget; nothing is changed."""
    limit = _limit(days)
    return Due(
        annotators=sum(1 for _ in _old_annotators(limit)),
        stray_answers=_strays(limit).count(),
        jobs=_jobs(limit).count(),
        deliveries=_deliveries(limit).count(),
        kept_answers=old_answers().count(),
        sessions=_sessions().count(),
    )


def forget_old(days: int, *, by: str) -> Forgotten:
    """Forget people not heard of for `days` ≥ 1, and words and notes as old. Votes stay.

    May be killed and repeated at any point.
    """
    limit = _limit(days)
    people = list(_old_annotators(limit))
    for annotator in people:
        erase_annotator(annotator.project, annotator.name, keep_votes=True, by=by)
    return Forgotten(
        annotators=len(people),
        stray_answers=_strays(limit).update(value=""),
        jobs=_jobs(limit).update(traceback="", error=""),
        deliveries=_deliveries(limit).delete()[0],
        kept_answers=old_answers().delete()[0],
        sessions=_forget_sessions(),
    )


def _limit(days: int) -> datetime:
    if days < 1:
        raise BadInput("Give a number of days, at least 1.")
    return timezone.now() - timedelta(days=days)


def _old_annotators(limit: datetime) -> Iterator[Annotator]:
    """People whose last answer and last visit are older; programs are nobody to forget.

    An imported vote has no moment of its own at which it came: all of a project stand in one
    round, so any of them may have come when votes were last stored there.
    """
    people = Annotator.objects.filter(simulated=False).exclude(name__startswith=ERASED)
    imported = Q(task__round__front=AnnotationRound.Front.VOTES)
    answered = Annotation.objects.filter(annotator=OuterRef("pk")).filter(
        Q(answered_at__gte=limit)
        | Q(task__round__created_at__gte=limit)
        | imported & Q(task__round__pulled_at__gte=limit)
    )
    seen = Participation.objects.filter(annotator=OuterRef("pk")).filter(
        Q(created_at__gte=limit) | Q(seen_at__gte=limit)
    )
    busy = Annotator.objects.filter(OPEN).values("pk")
    old = people.filter(~Exists(answered), ~Exists(seen)).exclude(pk__in=busy)
    yield from old.select_related("project").order_by("pk")


def _strays(limit: datetime) -> QuerySet[StrayAnswer]:
    closed = StrayAnswer.objects.filter(round__state=AnnotationRound.State.CLOSED)
    return closed.filter(round__created_at__lt=limit).exclude(value="")


def _jobs(limit: datetime) -> QuerySet[Job]:
    return Job.objects.filter(finished_at__lt=limit).exclude(traceback="", error="")


def _deliveries(limit: datetime) -> QuerySet[DBTaskResult]:
    return DBTaskResult.objects.filter(finished_at__lt=limit)


def _sessions() -> QuerySet[Session]:
    return Session.objects.filter(expire_date__lt=timezone.now())


def _forget_sessions() -> int:
    """Sign-ins that are over, with the addresses and browsers they were made from."""
    number = _sessions().delete()[0]
    UserSession.objects.exclude(session_key__in=Session.objects.values("session_key")).delete()
    return number
