"""The rows of a version, and what changed from one version to another."""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from ninja import Query, Router

from curation.api.answers import reads
from curation.api.paging import Page, next_page, page_of, read_number
from curation.api.version_schemas import DiffAsked, DiffOut, DiffRowOut, RowOut, RowsAsked
from curation.api.versions import version_at
from curation.datasets.diff import CHANGES, WHYS
from curation.models import DatasetExample
from curation.services.datasets.comparing import DiffRow, VersionDiff, diff_rows, diff_versions

router = Router()


@router.get(
    "/{slug}/versions/{int:number}/rows", response=reads(Page[RowOut]), summary="A version's rows"
)
def row_list(
    request: HttpRequest, response: HttpResponse, slug: str, number: int, asked: Query[RowsAsked]
) -> dict[str, Any]:
    """Kept and dropped ones, in the order they were frozen in."""
    version = version_at(request, slug, number)
    rows = version.rows.select_related("label", "example__intended_label", "example__gold_label")
    if asked.show != "all":
        kept = Q(drop_reason="")
        rows = rows.filter(kept if asked.show == "kept" else ~kept)
    if asked.example:
        rows = rows.filter(example__external_id=asked.example)
    if asked.label:
        rows = rows.filter(label__name=asked.label)
    if asked.split:
        rows = rows.filter(split=asked.split)
    names = version.project.label_names()
    return page_of(request, response, rows, asked, tell=lambda row: _row(row, names))


def _row(row: DatasetExample, names: list[str]) -> dict[str, Any]:
    example = row.example
    plain = ("agreement", "entropy", "probability", "drop_reason", "split")
    return {
        "example": example.external_id,
        "text": example.text,
        "label": row.label.name,
        "intended_label": example.intended_label and example.intended_label.name,
        "gold_label": example.gold_label and example.gold_label.name,
        "source": example.source,
        "votes": dict(zip(names, row.votes, strict=False)),
        **{name: getattr(row, name) for name in plain},
    }


@router.get(
    "/{slug}/versions/{int:before}/diff/{int:after}",
    response=reads(DiffOut),
    summary="What changed from one version to another",
)
def version_diff(request: HttpRequest, slug: str, before: int, after: int) -> dict[str, Any]:
    diff = _diff(request, slug, before, after)
    place = f"/api/v1/projects/{slug}/versions/{before}/diff/{after}/rows"
    return {
        "before": before,
        "after": after,
        "policy": [vars(one) for one in diff.changed],
        "changes": {change: diff.tally.changes[change] for change in CHANGES},
        "whys": [
            {"change": change, "why": WHYS[why], "examples": n}
            for (change, why), n in sorted(diff.tally.whys.items())
        ],
        "labels": [vars(one) for one in diff.labels],
        "agreement_before": diff.agreement[0],
        "agreement_after": diff.agreement[1],
        "rows": request.build_absolute_uri(place),
    }


@router.get(
    "/{slug}/versions/{int:before}/diff/{int:after}/rows",
    response=reads(Page[DiffRowOut]),
    summary="The examples that changed",
)
def diff_row_list(
    request: HttpRequest,
    response: HttpResponse,
    slug: str,
    before: int,
    after: int,
    asked: Query[DiffAsked],
) -> dict[str, Any]:
    """In the order they were frozen in; `change` says which."""
    diff = _diff(request, slug, before, after)
    seen = read_number(asked.cursor) or 0
    found = diff_rows(diff, asked.change, after_key=seen, limit=asked.limit + 1)
    rows, more = found[: asked.limit], len(found) > asked.limit
    address = next_page(request, response, cursor=str(rows[-1].key)) if more else None
    return {"results": [_diff_row(row) for row in rows], "next": address}


def _diff(request: HttpRequest, slug: str, before: int, after: int) -> VersionDiff:
    return diff_versions(version_at(request, slug, before), version_at(request, slug, after))


def _diff_row(row: DiffRow) -> dict[str, Any]:
    return {
        "example": row.external_id,
        "text": row.text,
        "why": WHYS[row.why],
        "before": _side(row.before),
        "after": _side(row.after),
    }


def _side(row: DatasetExample | None) -> dict[str, Any] | None:
    if row is None:
        return None
    plain = ("drop_reason", "split", "agreement")
    return {"label": row.label.name, **{name: getattr(row, name) for name in plain}}
