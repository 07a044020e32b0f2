"""Topics and other lists that prompts draw from."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from ninja import Router, Status

from curation import jobs
from curation.api.answers import reads, writes
from curation.api.door import project_at
from curation.api.jobs import started
from curation.api.once import once
from curation.api.schemas import JobOut
from curation.errors import BadInput
from curation.services.access import Right
from generation.api.schemas import AttributeListIn, AttributeListOut, WriteListIn
from generation.forms import WriteListForm
from generation.models import Attribute
from generation.services.attributes import remove_attribute, set_values

router = Router()
KIND = "attribute_values"


@router.get(
    "/{slug}/generation/lists", response=reads(list[AttributeListOut]), summary="A project's lists"
)
def list_list(request: HttpRequest, slug: str) -> list[dict[str, Any]]:
    project = project_at(request, slug, Right.SEE)
    return [_list(one) for one in Attribute.objects.filter(project=project).order_by("name")]


@router.put(
    "/{slug}/generation/lists/{path:name}",
    response=writes({200: AttributeListOut}),
    summary="Store a list",
)
def list_store(
    request: HttpRequest, slug: str, name: str, asked: AttributeListIn
) -> dict[str, Any]:
    """What was there is replaced; texts written with it stay."""
    return _list(set_values(project_at(request, slug, Right.WORK), name, asked.values))


@router.post(
    "/{slug}/generation/lists/{path:name}",
    response=writes({200: JobOut, 202: JobOut}),
    summary="Have a model write a list",
)
@once
def list_write(
    request: HttpRequest, response: HttpResponse, slug: str, name: str, asked: WriteListIn
) -> Status[Any]:
    """202 with the job; what was there is replaced when it is done."""
    project = project_at(request, slug, Right.WORK)
    form = WriteListForm({**asked.dict(), "name": name})
    for field, errors in form.errors.items():
        raise BadInput(f"{field}: {errors[0]}")
    return started(request, response, jobs.start_once(KIND, project, form.params()))


@router.delete(
    "/{slug}/generation/lists/{path:name}", response=writes({204: None}), summary="Remove a list"
)
def list_remove(request: HttpRequest, slug: str, name: str) -> Status[Any]:
    project = project_at(request, slug, Right.WORK)
    known = name
    if not Attribute.objects.filter(project=project, name=known).exists():
        raise Http404(f"Project {slug!r} has no list of {name!r}.")
    remove_attribute(project, known)
    return Status(204, None)


def _list(one: Attribute) -> dict[str, Any]:
    plain = ("name", "values", "written_by", "updated_at")
    return {name: getattr(one, name) for name in plain}
