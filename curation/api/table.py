"""The table of examples: counted, taken along, and what is done with chosen texts.

Apart from `examples`, so that no example's id is taken for one of these addresses.
"""

from __future__ import annotations

from typing import Any, Literal

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from ninja import Query, Router, Status

from curation.api.answers import as_file, reads, writes
from curation.api.door import caller_of, project_at
from curation.api.example_schemas import (
    ChangedExamplesOut,
    ChosenIn,
    CountOut,
    FilterAsked,
    SendIn,
    SetAsideIn,
)
from curation.api.once import once
from curation.api.round_schemas import RoundOut
from curation.api.rounds import round_json
from curation.models import Project
from curation.services.access import Right
from curation.services.examples_table import ExampleFilter, count_of
from curation.services.examples_table.acting import (
    chosen_keys,
    named_keys,
    send,
    set_aside,
    take_back,
)
from curation.services.examples_table.exporting import FORMATS, exported

router = Router()


@router.get("/{slug}/table/count", response=reads(CountOut), summary="How many examples fit")
def table_count(request: HttpRequest, slug: str, asked: Query[FilterAsked]) -> dict[str, Any]:
    """Exactly up to 10,000; `more` says that there are more than that."""
    project = project_at(request, slug, Right.SEE)
    return vars(count_of(project, _wish(asked)))


@router.get(
    "/{slug}/table/file/{form}",
    summary="The examples that fit, as one file",
    **as_file("the file", "text/csv", "application/x-ndjson"),
)
def table_file(
    request: HttpRequest, slug: str, form: Literal["csv", "jsonl"], asked: Query[FilterAsked]
) -> StreamingHttpResponse:
    """As CSV or as JSON lines, sent while it is read."""
    lines = exported(project_at(request, slug, Right.SEE), _wish(asked), form=form)
    headers = {"Content-Disposition": f'attachment; filename="{slug}-examples.{form}"'}
    return StreamingHttpResponse(lines, content_type=FORMATS[form], headers=headers)


@router.post(
    "/{slug}/table/set-aside",
    response=writes({200: ChangedExamplesOut}),
    summary="Set texts aside",
)
@once
def table_set_aside(request: HttpRequest, slug: str, asked: SetAsideIn) -> dict[str, int]:
    """Later versions drop them and later rounds do not ask about them; it can be taken back."""
    project = project_at(request, slug, Right.WORK)
    by = caller_of(request).user.get_username()
    return {"changed": set_aside(project, _keys(project, asked), reason=asked.reason, by=by)}


@router.post(
    "/{slug}/table/take-back",
    response=writes({200: ChangedExamplesOut}),
    summary="Take texts back in",
)
@once
def table_take_back(request: HttpRequest, slug: str, asked: ChosenIn) -> dict[str, int]:
    """Why they were set aside is kept."""
    project = project_at(request, slug, Right.WORK)
    by = caller_of(request).user.get_username()
    return {"changed": take_back(project, _keys(project, asked), by=by)}


@router.post(
    "/{slug}/table/send", response=writes({201: RoundOut}), summary="Open a round of chosen texts"
)
@once
def table_send(
    request: HttpRequest, response: HttpResponse, slug: str, asked: SendIn
) -> Status[Any]:
    """On the built-in page, with these texts alone."""
    project = project_at(request, slug, Right.WORK)
    told = round_json(request, send(project, _keys(project, asked), overlap=asked.overlap))
    response["Location"] = told["href"]
    return Status(201, told)


def _wish(asked: FilterAsked) -> ExampleFilter:
    """Raises `BadInput` where the filter cannot be meant."""
    wish = ExampleFilter(**asked.dict(include=set(FilterAsked.model_fields)))
    wish.check()
    return wish


def _keys(project: Project, asked: ChosenIn) -> list[int]:
    """Keys of the texts that are named, or that the filter means."""
    asked.check()
    if asked.filter is not None:
        return chosen_keys(project, _wish(asked.filter))
    return named_keys(project, asked.examples)
