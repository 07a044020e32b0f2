"""Examples: listed, added in bulk, one with its lineage."""

from __future__ import annotations

from typing import Any

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
from curation.api.paging import Page, page_of
from curation.api.round_schemas import bad_rows
from curation.models import Example
from curation.services.access import Right
from curation.services.example_list import (
    AnswersGiven,
    ExamplesWanted,
    answers_to,
    examples_like,
)
from curation.services.importing import Kind
from curation.services.lineage.whole import ExampleLineage, example_lineage
from curation.services.sent_rows import add_sent_examples

router = Router()


@router.get("/{slug}/examples", response=reads(Page[ExampleOut]), summary="All examples")
def example_list(
    request: HttpRequest, response: HttpResponse, slug: str, asked: Query[ExamplesAsked]
) -> dict[str, Any]:
    """In the order they came in."""
    project = project_at(request, slug, Right.SEE)
    wanted = ExamplesWanted(
        text=asked.text,
        split=asked.split or "",
        source=asked.source or "",
        intended=asked.intended_label,
        gold=asked.gold_label,
        annotator=asked.annotator,
        voted=asked.voted,
    )
    rows = examples_like(project, wanted).select_related("intended_label", "gold_label")
    page = page_of(request, response, rows, asked, tell=lambda row: row)
    answers = answers_to(project, [row.pk for row in page["results"]])
    told = [_example(request, slug, row, answers[row.pk]) for row in page["results"]]
    return {**page, "results": told}


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
def example(request: HttpRequest, slug: str, example_id: str) -> dict[str, Any]:
    """How it was written, who judged it, which versions hold it, what was trained on it."""
    project = project_at(request, slug, Right.SEE)
    rows = project.examples.select_related("intended_label", "gold_label", "project")
    found = rows.filter(external_id=example_id).first()
    if found is None:
        raise Http404(f"Project {slug!r} has no example {example_id!r}.")
    told = _example(request, slug, found, answers_to(project, [found.pk])[found.pk])
    return {**told, "provenance": found.provenance, **_lineage(example_lineage(found))}


def _example(
    request: HttpRequest, slug: str, row: Example, answers: AnswersGiven
) -> dict[str, Any]:
    address = f"/api/v1/projects/{slug}/examples/{row.external_id}"
    return {
        "id": row.external_id,
        "text": row.text,
        "source": row.source,
        "split": row.split,
        "intended_label": row.intended_label and row.intended_label.name,
        "gold_label": row.gold_label and row.gold_label.name,
        "votes": answers.votes,
        "skips": answers.skips,
        "created_at": row.created_at,
        "href": request.build_absolute_uri(address),
    }


def _lineage(found: ExampleLineage) -> dict[str, Any]:
    return {
        "origin": found.origin
        and {
            "facts": [vars(fact) for fact in found.origin.facts],
            "prompt": found.origin.prompt,
            "screening": [vars(fact) for fact in found.origin.screening],
        },
        "rounds": [
            {
                "round": one.number,
                "front": one.front,
                "asked_as": one.asked_as,
                "state": one.state,
                "answers": [
                    {**vars(answer), "label": answer.label and answer.label.name}
                    for answer in one.answers
                ],
            }
            for one in found.rounds
        ],
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
