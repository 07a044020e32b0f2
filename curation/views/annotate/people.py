"""Who answers: somebody a link let in, known by a signed cookie, or somebody who signed in."""

from __future__ import annotations

import uuid

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse

from curation.errors import AnnotationRefused, NotAllowed, ProjectNotFound
from curation.models import AnnotationRound, Participation
from curation.services.access import Right, project_for, projects_of
from curation.services.annotating.joining import join, member_name

COOKIE = "concord_annotator"
SALT = "concord.annotate.person"
COOKIE_SECONDS = 90 * 86_400
ABSENT = "There is no such round; check the address."


def remember(
    request: HttpRequest, response: HttpResponseBase, participation: Participation
) -> None:
    """Let this browser answer as this participation: on its round's pages, nowhere else."""
    response.set_signed_cookie(
        COOKIE,
        participation.key.hex,
        salt=SALT,
        max_age=COOKIE_SECONDS,
        path=_home(participation.round.key),
        httponly=True,
        samesite="Lax",
        secure=request.is_secure(),
    )


def forget(response: HttpResponseBase, key: uuid.UUID) -> None:
    response.delete_cookie(COOKIE, path=_home(key), samesite="Lax")


def participation_of(request: HttpRequest, key: uuid.UUID) -> Participation:
    """Whose answers these are; a cookie is enough, so sessions and accounts are not looked up.

    Raises:
        AnnotationRefused: this browser is nobody the round knows (401).
    """
    found = _by_cookie(request, key)
    if found is None and request.user.is_authenticated:
        found = _by_account(request, key)
    if found is None:
        raise AnnotationRefused(
            "This page does not know you; open it again from the link you were given, or sign in.",
            status=401,
        )
    return found


def coming_in(request: HttpRequest, key: uuid.UUID) -> Participation:
    """The same on the way in: somebody who signed in joins by opening the page.

    Raises:
        AnnotationRefused: nobody the round knows (401), no such round or none of a project
            they have a role in (404), or it takes this person not in.
    """
    found = _by_cookie(request, key)
    if found is not None:
        return found
    target = (
        AnnotationRound.objects.select_related("project")
        .filter(key=key, front=AnnotationRound.Front.PAGE)
        .first()
    )
    if target is None:
        raise AnnotationRefused(ABSENT, status=404)
    if not request.user.is_authenticated:
        return participation_of(request, key)
    _check_account(request, target)
    return join(target, member_name(request.user.get_username()))


def _by_cookie(request: HttpRequest, key: uuid.UUID) -> Participation | None:
    stored = request.get_signed_cookie(COOKIE, default="", salt=SALT, max_age=COOKIE_SECONDS)
    return _participations(key).filter(key=stored).first() if stored else None


def _by_account(request: HttpRequest, key: uuid.UUID) -> Participation | None:
    """Their part under their own account, as long as they may annotate in the project."""
    name, mine = member_name(request.user.get_username()), projects_of(request.user, Right.ANNOTATE)
    return _participations(key).filter(annotator__name=name, round__project__in=mine).first()


def _check_account(request: HttpRequest, target: AnnotationRound) -> None:
    try:
        project_for(request.user, target.project.slug, Right.ANNOTATE)
    except ProjectNotFound:
        raise AnnotationRefused(ABSENT, status=404) from None
    except NotAllowed as error:
        raise AnnotationRefused(str(error), status=403) from None


def _participations(key: uuid.UUID) -> QuerySet[Participation]:
    """Who they are and no more: the engine reads anew how they stand, and locks it."""
    return Participation.objects.only("key", "round", "annotator").filter(round__key=key)


def _home(key: uuid.UUID) -> str:
    return reverse("annotate_work", args=[key])
