"""Examples: listed, added in bulk, one with its lineage."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from django.http import Http404, HttpRequest, HttpResponse
from ninja import Query, Router

from curation.api.answers import reads, writes
from curation.api.door import project_at
from curation.api.example_schemas import (
    ExampleOut,
    ExamplesAdded,
    ExamplesAsked,
    ExamplesIn,
    ExampleWhole,
)
from curation.api.once import once
from curation.api.paging import Page, next_page, read_cursor
from curation.api.round_schemas import bad_rows
from curation.errors import ExampleNotFound
from curation.services.access import Right
from curation.services.example_list import WholeExample, whole_of, whole_page
from curation.services.examples_table import ExampleFilter
from curation.services.importing import Kind
from curation.services.lineage.examples import ExampleLineage, example_lineage
from curation.services.lineage.hooks import Origin
from curation.services.lineage.neighbours import Neighbour, neighbours
from curation.services.lineage.rows import Judging
from curation.services.sent_rows import add_sent_examples

router = Router()


@router.get("/{slug}/examples", response=reads(Page[ExampleOut]), summary="All examples")
def example_list(
    request: HttpRequest, response: HttpResponse, slug: str, asked: Query[ExamplesAsked]
) -> dict[str, Any]:
    """In the order they came in, or in `order`."""
    project = project_at(request, slug, Right.SEE)
    wish = ExampleFilter(**asked.dict(exclude={"cursor", "limit"}))
    wish.check()
    after = read_cursor(asked.cursor) if asked.cursor else ""
    page = whole_page(project, wish, after=after, limit=asked.limit)
    address = next_page(request, response, cursor=page.after) if page.after else None
    return {"results": [_example(request, slug, one) for one in page.examples], "next": address}


@router.post(
    "/{slug}/examples", response=writes({200: ExamplesAdded}), summary="Add examples in bulk"
)
@once
def example_add(request: HttpRequest, slug: str, asked: ExamplesIn) -> dict[str, Any]:
    """All or nothing, unless bad rows are to be left out. Stored examples never change."""
    project = project_at(request, slug, Right.WORK)
    kind = Kind(split=asked.split, source=asked.source, attention=asked.attention)
    rows = [row.dict() for row in asked.examples]
    found = add_sent_examples(project, rows, kind, skip_bad=asked.skip_bad)
    return {
        "added": found.added,
        "unchanged": found.unchanged,
        "skipped": bad_rows(found.skipped),
    }


@router.get(
    "/{slug}/examples/{path:example_id}",
    response=reads(ExampleWhole),
    summary="One example with its lineage",
)
def example(request: HttpRequest, slug: str, example_id: str, near: bool = False) -> dict[str, Any]:
    """How it was written, who judged it, which versions hold it, what was trained on it."""
    project = project_at(request, slug, Right.SEE)
    try:
        found = example_lineage(project, example_id)
    except ExampleNotFound as error:
        raise Http404(str(error)) from error
    (whole,) = whole_of(project, [found.row])
    told = _example(request, slug, whole)
    alike = neighbours(project, found.example) if near else None
    return {
        **told,
        **_lineage(found),
        "provenance": found.example.provenance,
        "near": None if alike is None else [_near(one) for one in alike],
    }


def _example(request: HttpRequest, slug: str, one: WholeExample) -> dict[str, Any]:
    row = one.row
    address = f"/api/v1/projects/{slug}/examples/{quote(row.external_id)}"
    return {
        "id": row.external_id,
        "text": row.text,
        "source": row.source,
        "split": row.split,
        "intended_label": row.intended and row.intended.name,
        "gold_label": one.gold,
        "label": row.label and row.label.name,
        "agreement": row.agreement,
        "votes": one.votes,
        "skips": row.skips,
        "set_aside": row.aside,
        "created_at": row.created_at,
        "href": request.build_absolute_uri(address),
    }


def _near(one: Neighbour) -> dict[str, Any]:
    return {"example": one.row.external_id, "text": one.row.text, "cosine": one.cosine}


def _lineage(found: ExampleLineage) -> dict[str, Any]:
    return {
        "origin": None if found.origin is None else _origin(found.origin),
        "rounds": [_judged(one) for one in found.rounds],
        "versions": [
            {
                "version": one.version.number,
                "label": one.label.name,
                "verdict": one.verdict,
                "why": one.why,
            }
            for one in found.standings
        ],
        "runs": [{**vars(run), "run": run.key} for run in found.runs],
        "predictions": [
            {"run": one.run_key, "label": one.label.name, "probability": one.probability}
            for one in found.words
        ],
    }


def _origin(origin: Origin) -> dict[str, Any]:
    return {
        "facts": [vars(fact) for fact in origin.facts],
        "prompt": origin.prompt,
        "screening": [vars(fact) for fact in origin.screening],
    }


def _judged(one: Judging) -> dict[str, Any]:
    answers = [
        {**vars(answer), "label": answer.label and answer.label.name} for answer in one.answers
    ]
    plain = {name: getattr(one, name) for name in ("front", "asked_as", "state")}
    return {"round": one.number, **plain, "answers": answers}
