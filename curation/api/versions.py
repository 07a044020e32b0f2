"""Dataset versions: looked at, frozen and taken along."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from ninja import Router, Status

from curation import jobs
from curation.api.jobs import job_json
from curation.api.schemas import ExportOut, FrozenOut, JobOut, PolicyIn, Problem, VersionOut
from curation.datasets import PolicyError
from curation.datasets.splits import SplitError
from curation.errors import BadInput
from curation.exporters import EXPORTERS
from curation.models import DatasetVersion, Project
from curation.services.access import Right, project_for
from curation.services.datasets import (
    FreezeAsked,
    check_freezing,
    freeze_asked,
    get_version,
    takes_long,
)
from curation.services.datasets.later import KIND
from curation.services.exploring.expecting import expected
from curation.services.exports import export_name, export_zip, zip_sizes
from curation.services.exports.facts import version_json
from curation.services.exports.rows import vote_counts

router = Router()
REFUSALS = {401: Problem, 403: Problem, 404: Problem}


@router.get(
    "/{slug}/versions", response={200: list[VersionOut], **REFUSALS}, summary="All versions"
)
def version_list(request: HttpRequest, slug: str) -> list[dict[str, Any]]:
    project = project_for(request.user, slug, Right.SEE)
    versions = project.dataset_versions.order_by("number")
    return [dict(version_json(version)) for version in versions]


@router.get(
    "/{slug}/versions/{int:number}",
    response={200: VersionOut, **REFUSALS},
    summary="One version",
)
def version(request: HttpRequest, slug: str, number: int) -> dict[str, Any]:
    return dict(version_json(_version(request, slug, number)))


@router.post(
    "/{slug}/versions",
    response={
        200: FrozenOut, 201: FrozenOut, 202: JobOut,
        400: Problem, 403: Problem, 409: Problem, 422: Problem,
        **REFUSALS,
    },
    summary="Freeze the next version",
)  # fmt: skip
def freeze(request: HttpRequest, response: HttpResponse, slug: str, asked: PolicyIn) -> Any:
    """Freeze what satisfies a policy; 200 where the same selection had been frozen before.

    Where more than 50,000 texts may have been judged a job does it: 202 with the job, whose
    address is in `href` and `Location`; its result has the version's number.
    """
    project = project_for(request.user, slug, Right.WORK)
    try:
        policy = asked.policy()
        splits = asked.splits.plan() if asked.splits else None
    except (PolicyError, SplitError) as error:
        raise BadInput(str(error)) from error
    wish = FreezeAsked(policy=policy, splits=splits, note=asked.note, anyway=asked.anyway)
    if takes_long(project):
        return _later(request, response, project, wish)
    frozen = freeze_asked(project, wish)
    answer = {"created": frozen.created, "version": dict(version_json(frozen.version))}
    return Status(201 if frozen.created else 200, answer)


def _later(
    request: HttpRequest, response: HttpResponse, project: Project, wish: FreezeAsked
) -> Status[Any]:
    check_freezing(project, wish)
    expected(project, wish.policy)  # refuses where it is known already that nothing is kept
    told = job_json(request, jobs.start_once(KIND, project, wish.as_json()).job)
    response["Location"] = told["href"]
    return Status(202, told)


@router.get(
    "/{slug}/versions/{int:number}/exports",
    response={200: list[ExportOut], **REFUSALS},
    summary="The forms a version can be taken along in",
)
def export_list(request: HttpRequest, slug: str, number: int) -> list[dict[str, Any]]:
    version = _version(request, slug, number)
    sizes = zip_sizes(version, votes=int(vote_counts(version).sum()))
    return [
        {
            "form": name,
            "title": form.title,
            "contains": form.contains,
            "bytes": sizes[name],
            "href": request.build_absolute_uri(
                f"/api/v1/projects/{slug}/versions/{number}/export/{name}"
            ),
        }
        for name, form in EXPORTERS.items()
    ]


@router.get(
    "/{slug}/versions/{int:number}/export/{form}",
    summary="A version as one zip",
    openapi_extra={
        "responses": {
            200: {"description": "the zip", "content": {"application/zip": {}}},
            400: {"description": "no such form"},
        }
    },
)
def export(request: HttpRequest, slug: str, number: int, form: str) -> StreamingHttpResponse:
    """Rows, votes, soft labels, splits, card, methods, lineage and checksums; streamed."""
    version = _version(request, slug, number)
    return StreamingHttpResponse(
        export_zip(version, form),
        content_type="application/zip",
        headers={"Content-Disposition": f'attachment; filename="{export_name(version, form)}.zip"'},
    )


def _version(request: HttpRequest, slug: str, number: int) -> DatasetVersion:
    return get_version(project_for(request.user, slug, Right.SEE), number)
