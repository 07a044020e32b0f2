"""The way into pages that belong to a project or to a study of several."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db.models import Manager, QuerySet
from django.http import Http404, HttpRequest, HttpResponseBase

from curation.errors import NotAllowed, ProjectNotFound
from curation.models import Project
from curation.services.access import RIGHTS, Right, check_over, enter, rights_over

View = Callable[..., HttpResponseBase]
READING = {"GET", "HEAD", "OPTIONS"}


def in_project(right: Right, *, changing: Right | None = None) -> Callable[[View], View]:
    """Make `view(request, project, …)` one that an address with the project's slug leads to.

    Args:
        right: what it takes to come in.
        changing: what it takes to send something, where that is more.

    Whoever did not sign in is sent to do so. A project one has no role in is not found (404); a
    role that does not suffice is told which does (403). Templates ask `request.access`.
    """

    def decorate(view: View) -> View:
        @login_required
        @wraps(view)
        def entered(request: HttpRequest, slug: str, **rest: Any) -> HttpResponseBase:
            project = project_here(request, slug, _needed(request, right, changing))
            return view(request, project, **rest)

        return entered

    return decorate


def project_here(request: HttpRequest, slug: str, right: Right) -> Project:
    """The project of that slug, for whoever asks and may do this in it; else 404 or 403."""
    try:
        entry = enter(request.user, slug, right)
    except ProjectNotFound as error:
        raise Http404(str(error)) from error
    except NotAllowed as error:
        raise PermissionDenied(str(error)) from error
    grant(request, RIGHTS[entry.role], role=entry.role)
    return entry.project


def in_study(
    studies: Manager[Any] | QuerySet[Any], right: Right, *, changing: Right | None = None
) -> Callable[[View], View]:
    """The same for `view(request, study, …)`: the role must suffice in each of its projects."""

    def decorate(view: View) -> View:
        @login_required
        @wraps(view)
        def entered(request: HttpRequest, slug: str, **rest: Any) -> HttpResponseBase:
            study = studies.filter(slug=slug).first()
            if study is None or not rights_over(request.user, study.projects.all()):
                raise Http404(f"There is no study {slug!r}.")
            try:
                needed = _needed(request, right, changing)
                grant(request, check_over(request.user, study.projects.all(), needed))
            except NotAllowed as error:
                raise PermissionDenied(str(error)) from error
            return view(request, study, **rest)

        return entered

    return decorate


def grant(request: HttpRequest, rights: Iterable[Right], *, role: str = "") -> None:
    """Let templates offer what may be done and nothing else: `request.access.work`."""
    allowed = {right.value: True for right in rights}
    request.access = {"role": role, **allowed}  # type: ignore[attr-defined]


def _needed(request: HttpRequest, right: Right, changing: Right | None) -> Right:
    return right if changing is None or request.method in READING else changing
