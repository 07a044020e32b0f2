"""Projects and their labels."""

from __future__ import annotations

from typing import Any

from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse
from ninja import Query, Router, Status

from curation.api.answers import reads, writes
from curation.api.door import caller_of, project_at, projects_seen
from curation.api.once import once
from curation.api.paging import Page, PageAsked, page_of
from curation.api.schemas import (
    LabelChange,
    LabelOut,
    ProjectChange,
    ProjectIn,
    ProjectOut,
)
from curation.errors import BadInput, ScopeMissing
from curation.models import Label, Project
from curation.services.access import Right, check_may_create, role_of
from curation.services.project_settings import change_label, change_project
from curation.services.projects import NewLabel, create_project, read_preset

router = Router()
STORED_AS = {"question": "description"}  # where a field is called otherwise


@router.get("", response=reads(Page[ProjectOut]), summary="All projects")
def project_list(
    request: HttpRequest, response: HttpResponse, asked: Query[PageAsked]
) -> dict[str, Any]:
    """Those that whoever asks may see, in the order in which they were made."""
    projects = projects_seen(request).annotate(n_versions=Count("dataset_versions", distinct=True))
    return page_of(
        request,
        response,
        projects.prefetch_related("labels"),
        asked,
        tell=lambda project: project_json(request, project),
    )


@router.post("", response=writes({201: ProjectOut}), summary="Make a project")
@once
def project_create(request: HttpRequest, response: HttpResponse, asked: ProjectIn) -> Status[Any]:
    """With labels, or like a preset. Who makes it owns it.

    It takes the role owner or researcher in another project, or being a superuser.
    """
    caller = caller_of(request)
    caller.check(Right.WORK)
    check_may_create(caller.user)
    if caller.token is not None and caller.token.project_id is not None:
        raise ScopeMissing(needs="open every project", has="open one project only")
    project = create_project(asked.slug, owner=caller.user, **_fields(asked))
    told = project_json(request, project)
    response["Location"] = told["href"]
    return Status(201, told)


def _fields(asked: ProjectIn) -> dict[str, Any]:
    """What a project is made with."""
    if bool(asked.labels) == bool(asked.preset):
        raise BadInput("Give either labels or the name of a preset.")
    plain = {
        "title": asked.title,
        "description": asked.question,
        "instructions": asked.instructions,
    }
    fixed = {"overlap": asked.overlap, "threshold": asked.threshold}
    if asked.preset:
        preset = vars(read_preset(asked.preset))
        writing = preset["writing"] if asked.writing is None else asked.writing
        said = {name: value or preset[name] for name, value in plain.items()}
        return {**said, **fixed, "labels": preset["labels"], "writing": writing}
    labels = [NewLabel(**label.dict()) for label in asked.labels]
    return {**plain, **fixed, "labels": labels, "writing": asked.writing}


@router.get("/{slug}", response=reads(ProjectOut), summary="One project")
def project(request: HttpRequest, slug: str) -> dict[str, Any]:
    return project_json(request, project_at(request, slug, Right.SEE))


@router.patch("/{slug}", response=writes({200: ProjectOut}), summary="Change a project")
def project_change(request: HttpRequest, slug: str, asked: ProjectChange) -> dict[str, Any]:
    """Rounds and versions that are there stay as they were made."""
    project = project_at(request, slug, Right.MANAGE)
    given = {name: value for name, value in asked.dict().items() if value is not None}
    changes = {STORED_AS.get(name, name): value for name, value in given.items()}
    return project_json(request, change_project(project, changes))


@router.get("/{slug}/labels", response=reads(list[LabelOut]), summary="A project's labels")
def label_list(request: HttpRequest, slug: str) -> list[dict[str, str]]:
    """In their order, which never changes."""
    project = project_at(request, slug, Right.SEE)
    return [_label(label) for label in project.labels.order_by("position")]


@router.patch(
    "/{slug}/labels/{path:name}",
    response=writes({200: LabelOut}),
    summary="Change what a label says",
)
def label_change(request: HttpRequest, slug: str, name: str, asked: LabelChange) -> dict[str, str]:
    """Its title and description; its name is in every file that was exported, so it stays."""
    project = project_at(request, slug, Right.MANAGE)
    if not project.labels.filter(name=name).exists():
        raise Http404(f"Project {slug!r} has no label {name!r}.")
    return _label(change_label(project, name, **asked.dict()))


def project_json(request: HttpRequest, project: Project) -> dict[str, Any]:
    versions = getattr(project, "n_versions", None)
    return {
        "slug": project.slug,
        "title": project.title,
        "question": project.description,
        "instructions": project.instructions,
        "overlap": project.overlap,
        "threshold": project.threshold,
        "writing": project.writing,
        "labels": [_label(label) for label in project.labels.all()],
        "versions": project.dataset_versions.count() if versions is None else versions,
        "role": _role(request, project),
        "created_at": project.created_at,
        "href": request.build_absolute_uri(f"/api/v1/projects/{project.slug}"),
    }


def _role(request: HttpRequest, project: Project) -> str:
    user = caller_of(request).user
    known = None if user.is_superuser else getattr(project, "role_here", None)
    return str(known or role_of(user, project) or "")


def _label(label: Label) -> dict[str, str]:
    return {"name": label.name, "title": label.title, "description": label.description}
