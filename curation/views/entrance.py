"""The door of pages: a project that somebody may enter, or the answer that says why not."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest

from curation.errors import NotAllowed, ProjectNotFound
from curation.models import Project
from curation.services.access import Right, project_for


def project_here(request: HttpRequest, slug: str, right: Right) -> Project:
    """The project of that slug, for whoever asks and may do this in it; else 404 or 403."""
    try:
        return project_for(request.user, slug, right)
    except ProjectNotFound as error:
        raise Http404(str(error)) from error
    except NotAllowed as error:
        raise PermissionDenied(str(error)) from error
