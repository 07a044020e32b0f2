"""Where people judge, how many of them each text, and the round they begin with."""

from __future__ import annotations

from contextlib import closing

from django.db import transaction

from curation.label_studio.connect import checked_address, connect
from curation.label_studio.records import ServerInfo
from curation.models import AnnotationRound, FirstSteps, Project, Secret
from curation.services.annotating.rounds import add_new_texts, open_round
from curation.services.first_steps.standing import end, note
from curation.services.fronts import configured_front
from curation.services.project_settings import change_project
from curation.services.secrets import keep_secret


@transaction.atomic
def judge_on_page(project: Project, *, overlap: int) -> None:
    """People will judge on our own page.

    Raises:
        BadInput: a number of votes that cannot be.
    """
    _set_overlap(project, overlap)
    note(project, front=FirstSteps.Front.PAGE, server="")


def judge_in_label_studio(
    project: Project, *, overlap: int, url: str, token: str, by: str
) -> ServerInfo:
    """People will judge in Label Studio, which answers and takes the token.

    Args:
        url: of the server; "" for the one that this installation runs or names.
        token: "" for one that is kept or configured already.
        by: user name of whoever gives the token.

    Raises:
        BadInput: an address, a token or a number that cannot be.
        NothingToDo: no server is named and there is none here.
        FrontProblem: the server does not answer or does not take the token. Nothing is changed
            in any case.
    """
    if url and token:
        address, front = checked_address(url), connect(checked_address(url), token)
    else:
        found = configured_front(url or None, project=project)
        address, front = found.url, found.front
    with closing(front):
        info = front.check()
    with transaction.atomic():
        _set_overlap(project, overlap)
        if url and token:
            keep_secret(Secret.Kind.LABEL_STUDIO, token, address=address, project=project, by=by)
        note(project, front=FirstSteps.Front.LABEL_STUDIO, server=address)
    return info


def _set_overlap(project: Project, overlap: int) -> None:
    if overlap != project.overlap:
        change_project(project, {"overlap": overlap})


@transaction.atomic
def begin_on_page(project: Project) -> AnnotationRound:
    """The open round on our own page with all texts there are; a new one if there is none.

    Raises:
        NothingToDo: there is no text to judge.
    """
    Project.objects.select_for_update().get(pk=project.pk)  # sent twice, it opens one round
    target = newest_on_page(project)
    if target is None:
        target = open_round(project)
    else:
        add_new_texts(target)
    end(project)
    return target


def newest_on_page(project: Project) -> AnnotationRound | None:
    """The newest open round on our own page."""
    fronts, states = AnnotationRound.Front, AnnotationRound.State
    return project.rounds.filter(front=fronts.PAGE, state=states.OPEN, chosen=False).last()
