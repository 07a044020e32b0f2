"""Dataset versions: looked at, frozen and taken along."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, StreamingHttpResponse
from ninja import Router, Status

from curation.api.schemas import ExportOut, FrozenOut, PolicyIn, Problem, VersionOut
from curation.datasets import PolicyError
from curation.datasets.splits import SplitError
from curation.errors import BadInput
from curation.exporters import EXPORTERS
from curation.models import DatasetVersion
from curation.services.datasets import curate_dataset, get_version
from curation.services.exports import export_name, export_zip, zip_sizes
from curation.services.exports.facts import version_json
from curation.services.exports.rows import vote_counts
from curation.services.projects import get_project

router = Router()
REFUSALS = {401: Problem, 404: Problem}


@router.get(
    "/{slug}/versions", response={200: list[VersionOut], **REFUSALS}, summary="All versions"
)
def version_list(request: HttpRequest, slug: str) -> list[dict[str, Any]]:
    versions = get_project(slug).dataset_versions.order_by("number")
    return [dict(version_json(version)) for version in versions]


@router.get(
    "/{slug}/versions/{int:number}",
    response={200: VersionOut, **REFUSALS},
    summary="One version",
)
def version(request: HttpRequest, slug: str, number: int) -> dict[str, Any]:
    return dict(version_json(_version(slug, number)))


@router.post(
    "/{slug}/versions",
    response={
        200: FrozenOut, 201: FrozenOut, 400: Problem, 403: Problem, 409: Problem, 422: Problem,
        **REFUSALS,
    },
    summary="Freeze the next version",
)  # fmt: skip
def freeze(request: HttpRequest, slug: str, asked: PolicyIn) -> Any:
    """Freeze what satisfies a policy; 200 where the same selection had been frozen before."""
    project = get_project(slug)
    try:
        policy = asked.policy()
        splits = asked.splits.plan() if asked.splits else None
    except (PolicyError, SplitError) as error:
        raise BadInput(str(error)) from error
    frozen = curate_dataset(project, policy, splits=splits, note=asked.note, anyway=asked.anyway)
    answer = {"created": frozen.created, "version": dict(version_json(frozen.version))}
    return Status(201 if frozen.created else 200, answer)


@router.get(
    "/{slug}/versions/{int:number}/exports",
    response={200: list[ExportOut], **REFUSALS},
    summary="The forms a version can be taken along in",
)
def export_list(request: HttpRequest, slug: str, number: int) -> list[dict[str, Any]]:
    version = _version(slug, number)
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
    version = _version(slug, number)
    return StreamingHttpResponse(
        export_zip(version, form),
        content_type="application/zip",
        headers={"Content-Disposition": f'attachment; filename="{export_name(version, form)}.zip"'},
    )


def _version(slug: str, number: int) -> DatasetVersion:
    return get_version(get_project(slug), number)
