"""Dataset versions: foreseen, frozen, looked at and taken along."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from ninja import Query, Router, Status

from curation import jobs
from curation.api.answers import as_file, reads, writes
from curation.api.door import project_at
from curation.api.jobs import started
from curation.api.once import once
from curation.api.paging import Page, PageAsked, page_of
from curation.api.schemas import JobOut
from curation.api.version_schemas import (
    ExportOut,
    ForeseeIn,
    ForeseenOut,
    FreezeIn,
    FrozenOut,
    VersionOut,
)
from curation.datasets import dataset_card
from curation.exporters import EXPORTERS
from curation.models import DatasetVersion, Project
from curation.services.access import Right
from curation.services.datasets import (
    FreezeAsked,
    check_freezing,
    foresee,
    freeze_asked,
    get_version,
    takes_long,
)
from curation.services.datasets.later import KIND
from curation.services.exploring.expecting import expected
from curation.services.exports import card_facts, export_name, export_zip, zip_sizes
from curation.services.exports.facts import version_json
from curation.services.exports.rows import vote_counts
from curation.services.lineage import version_prov

router = Router()


@router.get("/{slug}/versions", response=reads(Page[VersionOut]), summary="All versions")
def version_list(
    request: HttpRequest, response: HttpResponse, slug: str, asked: Query[PageAsked]
) -> dict[str, Any]:
    versions = project_at(request, slug, Right.SEE).dataset_versions.select_related("project")
    return page_of(
        request,
        response,
        versions,
        asked,
        key="number",
        tell=lambda version: dict(version_json(version)),
    )


@router.post(
    "/{slug}/versions/foresee",
    response=writes({200: ForeseenOut}),
    summary="What a version would hold",
)
def version_foresee(request: HttpRequest, slug: str, asked: ForeseeIn) -> dict[str, Any]:
    """Nothing is written. Of many votes only what the explorer has counted is told."""
    project = project_at(request, slug, Right.SEE)
    policy, plan = asked.policy(), asked.plan()
    told: dict[str, Any] = {"policy_sentence": policy.sentence()}
    counted = expected(project, policy) if takes_long(project) else None
    if counted is not None:
        told |= {"judged": counted.judged, "kept": counted.kept, "labels": counted.labels}
        return {**told, "dropped": None, "splits": None, "version": None}
    found = foresee(project, policy, splits=plan)
    known = found.known(project)
    plain = {name: getattr(found, name) for name in ("kept", "dropped", "labels", "splits")}
    return {**told, **plain, "judged": len(found.rows), "version": known and known.number}


@router.post(
    "/{slug}/versions",
    response=writes({200: FrozenOut, 201: FrozenOut, 202: JobOut}),
    summary="Freeze the next version",
)
@once
def freeze(request: HttpRequest, response: HttpResponse, slug: str, asked: FreezeIn) -> Any:
    """Freeze what satisfies a policy; 200 where the same selection had been frozen before.

    Where more than 50,000 texts may have been judged a job does it: 202 with the job, whose
    address is in `href` and `Location`; its result has the version's number.
    """
    project = project_at(request, slug, Right.WORK)
    wish = FreezeAsked(
        policy=asked.policy(), splits=asked.plan(), note=asked.note, anyway=asked.anyway
    )
    if takes_long(project):
        return _later(request, response, project, wish)
    frozen = freeze_asked(project, wish)
    response["Location"] = request.build_absolute_uri(
        f"/api/v1/projects/{slug}/versions/{frozen.version.number}"
    )
    answer = {"created": frozen.created, "version": dict(version_json(frozen.version))}
    return Status(201 if frozen.created else 200, answer)


def _later(
    request: HttpRequest, response: HttpResponse, project: Project, wish: FreezeAsked
) -> Status[Any]:
    check_freezing(project, wish)
    expected(project, wish.policy)  # refuses where it is known already that nothing is kept
    begun = jobs.start_once(KIND, project, wish.as_json())
    return Status(202, started(request, response, begun).value)


@router.get("/{slug}/versions/{int:number}", response=reads(VersionOut), summary="One version")
def version(request: HttpRequest, slug: str, number: int) -> dict[str, Any]:
    return dict(version_json(version_at(request, slug, number)))


@router.get(
    "/{slug}/versions/{int:number}/exports",
    response=reads(list[ExportOut]),
    summary="The forms a version can be taken along in",
)
def export_list(request: HttpRequest, slug: str, number: int) -> list[dict[str, Any]]:
    version = version_at(request, slug, number)
    sizes = zip_sizes(version, votes=int(vote_counts(version).sum()))
    place = f"/api/v1/projects/{slug}/versions/{number}/export/"
    return [
        {
            "form": name,
            "title": form.title,
            "contains": form.contains,
            "bytes": sizes[name],
            "href": request.build_absolute_uri(f"{place}{name}"),
        }
        for name, form in EXPORTERS.items()
    ]


@router.get(
    "/{slug}/versions/{int:number}/export/{form}",
    summary="A version as one zip",
    **as_file("the zip", "application/zip"),
)
def export(request: HttpRequest, slug: str, number: int, form: str) -> StreamingHttpResponse:
    """Rows, votes, soft labels, splits, card, methods, lineage and checksums; streamed."""
    version = version_at(request, slug, number)
    return StreamingHttpResponse(
        export_zip(version, form),
        content_type="application/zip",
        headers={"Content-Disposition": f'attachment; filename="{export_name(version, form)}.zip"'},
    )


@router.get(
    "/{slug}/versions/{int:number}/card",
    summary="A version's card, as Markdown",
    **as_file("the card", "text/markdown"),
)
def card(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    text = dataset_card(card_facts(version_at(request, slug, number)))
    return HttpResponse(text, content_type="text/markdown; charset=utf-8")


@router.get(
    "/{slug}/versions/{int:number}/lineage",
    response=reads(dict[str, Any]),
    summary="What a version came from and went into, as PROV-JSON",
)
def lineage(request: HttpRequest, slug: str, number: int) -> Any:
    return version_prov(version_at(request, slug, number))


def version_at(request: HttpRequest, slug: str, number: int) -> DatasetVersion:
    return get_version(project_at(request, slug, Right.SEE), min(number, 2**31 - 1))
