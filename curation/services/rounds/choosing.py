"""Which round on Label Studio is meant."""

from __future__ import annotations

from django.db.models import QuerySet

from curation.errors import NothingToDo
from curation.models import AnnotationRound, Project


def current_round(project: Project, *, simulated: bool | None = None) -> AnnotationRound:
    """The project's newest round on Label Studio; only of programs, or of people, if said.

    Raises:
        NothingToDo: nothing was pushed yet.
    """
    rounds = _on_label_studio(project)
    if simulated is not None:
        rounds = rounds.filter(simulated=simulated)
    newest = rounds.last()
    if newest is None:
        raise _never_sent(project)
    return newest


def round_of(project: Project, number: int) -> AnnotationRound:
    """The round of that number.

    Raises:
        NothingToDo: there is none on Label Studio; the sentence names those there are.
    """
    target = _on_label_studio(project).filter(number=number).first()
    if target is None:
        numbers = ", ".join(str(row.number) for row in _on_label_studio(project))
        if not numbers:
            raise _never_sent(project)
        raise NothingToDo(
            f"Project {project.slug!r} has no round {number} on Label Studio; it has {numbers}."
        )
    return target


def open_rounds(project: Project) -> list[AnnotationRound]:
    """The project's open rounds on Label Studio that have been sent, oldest first.

    Raises:
        NothingToDo: there is none.
    """
    rounds = _on_label_studio(project).filter(state=AnnotationRound.State.OPEN)
    sent = list(rounds.filter(remote_project__isnull=False))
    if not sent:
        if not _on_label_studio(project).exists():
            raise _never_sent(project)
        raise NothingToDo(
            f"Project {project.slug!r} has no open round on Label Studio; name one with --round, "
            f"or send it with manage.py push {project.slug}."
        )
    return sent


def _on_label_studio(project: Project) -> QuerySet[AnnotationRound]:
    return project.rounds.filter(front=AnnotationRound.Front.LABEL_STUDIO).order_by("number")


def _never_sent(project: Project) -> NothingToDo:
    return NothingToDo(
        f"Project {project.slug!r} has not been sent to Label Studio yet; "
        f"send it with manage.py push {project.slug}."
    )
