"""Who compares: somebody a link let in, known by a signed cookie, or somebody who signed in."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse

from curation.errors import AnnotationRefused
from curation.models import ObjectivityStudy
from curation.services.access import Right, rights_over
from curation.services.annotating.joining import member_name

COOKIE = "concord_comparer"
SALT = "concord.compare.person"
COOKIE_SECONDS = 90 * 86_400


def remember(
    request: HttpRequest, response: HttpResponseBase, study: ObjectivityStudy, name: str
) -> None:
    """Let this browser compare under this name: on the study's pages, nowhere else."""
    response.set_signed_cookie(
        COOKIE,
        name,
        salt=_salt(study),
        max_age=COOKIE_SECONDS,
        path=reverse("compare", args=[study.key]),
        httponly=True,
        samesite="Lax",
        secure=request.is_secure(),
    )


def remembered(request: HttpRequest, study: ObjectivityStudy) -> str:
    """The name this browser has in the study; "" if it has none."""
    name = request.get_signed_cookie(COOKIE, default="", salt=_salt(study), max_age=COOKIE_SECONDS)
    return name or ""


def name_of(request: HttpRequest, study: ObjectivityStudy) -> str:
    """Whose answers these are.

    Raises:
        AnnotationRefused: this browser is nobody the study knows (401), or an account that may
            not annotate in one of its projects (403).
    """
    if name := remembered(request, study):
        return name
    if request.user.is_authenticated:
        if Right.ANNOTATE not in rights_over(request.user, study.projects.all()):
            raise AnnotationRefused(
                "Your account may not annotate in all projects that are compared here; ask the "
                "people who run them for a link.",
                status=403,
            )
        return member_name(request.user.get_username())
    raise AnnotationRefused(
        "This page does not know you; open it again from the link you were given, or sign in.",
        status=401,
    )


def _salt(study: ObjectivityStudy) -> str:
    """Of this study only: a cookie of another one counts for nothing here."""
    return f"{SALT}:{study.key.hex}"
