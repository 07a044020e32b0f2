"""Projects and their agreement."""

from __future__ import annotations

from typing import Any

from django.db.models import Count
from django.http import HttpRequest
from ninja import Router

from curation.api.schemas import AgreementOut, Problem, ProjectOut
from curation.models import Project
from curation.services.access import Right, project_for, projects_of
from curation.services.agreement import summarise

router = Router()
REFUSALS = {401: Problem, 403: Problem, 404: Problem}


@router.get("", response={200: list[ProjectOut], 401: Problem}, summary="Your projects")
def project_list(request: HttpRequest) -> list[dict[str, Any]]:
    projects = projects_of(request.user, Right.SEE).annotate(
        n_versions=Count("dataset_versions", distinct=True)
    )
    return [_project(project) for project in projects.prefetch_related("labels")]


@router.get("/{slug}", response={200: ProjectOut, **REFUSALS}, summary="One project")
def project(request: HttpRequest, slug: str) -> dict[str, Any]:
    return _project(project_for(request.user, slug, Right.SEE))


@router.get(
    "/{slug}/agreement",
    response={200: AgreementOut, 400: Problem, 409: Problem, **REFUSALS},
    summary="How far the votes agree",
)
def agreement(request: HttpRequest, slug: str, aggregator: str = "majority") -> dict[str, Any]:
    project = project_for(request.user, slug, Right.SEE)
    return summarise(project, aggregator=aggregator).as_json()


def _project(project: Project) -> dict[str, Any]:
    versions = getattr(project, "n_versions", None)
    return {
        "slug": project.slug,
        "title": project.title,
        "question": project.description,
        "labels": [
            {"name": label.name, "title": label.title, "description": label.description}
            for label in project.labels.all()
        ],
        "versions": project.dataset_versions.count() if versions is None else versions,
        "created_at": project.created_at,
    }
