"""What a version and its rows came from, and what changed from one version to another."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from curation.datasets import Policy
from curation.datasets.diff import CHANGES, WHYS
from curation.errors import RowNotFound
from curation.models import DatasetExample, Project
from curation.reporting import CastVote, LabelStyle, vote_strip, wording
from curation.reporting.layered import layered
from curation.services.access import Right
from curation.services.datasets.comparing import (
    SHOWN,
    DiffRow,
    VersionDiff,
    diff_rows,
    diff_versions,
)
from curation.services.lineage import row_lineage, version_graph, version_prov
from curation.services.lineage.rows import verdict_of
from curation.services.report.examples import styles_of
from curation.views.doors import in_project
from curation.views.stages import rail_of
from curation.views.versions import version_of

PAGE = 20
LONGEST_KEY = 19  # digits that no row's key has


@in_project(Right.SEE)
@require_GET
def version_lineage(request: HttpRequest, project: Project, number: int) -> HttpResponse:
    version = version_of(project, number)
    graph = version_graph(version)
    context = {
        "project": version.project,
        "version": version,
        "drawing": layered(graph),
        "stages": _stages(graph.nodes),
        "rail": rail_of(version.project, here="curate"),
    }
    return render(request, "versions/lineage.html", context)


@in_project(Right.SEE)
@require_GET
def version_prov_file(request: HttpRequest, project: Project, number: int) -> HttpResponse:
    """The lineage as a PROV-JSON file."""
    lineage = version_prov(version_of(project, number))
    answer = JsonResponse(lineage, json_dumps_params={"indent": 1})
    answer["Content-Disposition"] = f'attachment; filename="{project.slug}-v{number}.prov.json"'
    return answer


@in_project(Right.SEE)
@require_GET
def version_row(
    request: HttpRequest, project: Project, number: int, external_id: str
) -> HttpResponse:
    version = version_of(project, number)
    try:
        lineage = row_lineage(version, external_id)
    except RowNotFound as error:
        raise Http404(str(error)) from error
    context = {
        "project": version.project,
        "version": version,
        "policy": Policy.from_json(version.policy).sentence(),
        "lineage": lineage,
        "styles": styles_of(version.project),
        "rail": rail_of(version.project, here="curate"),
    }
    return render(request, "versions/row.html", context)


@in_project(Right.SEE)
@require_GET
def version_diff(request: HttpRequest, project: Project, before: int, after: int) -> HttpResponse:
    diff = diff_versions(version_of(project, before), version_of(project, after))
    change = request.GET.get("show", "")
    if change not in SHOWN:  # the first that there is anything to see of
        change = next((one for one in SHOWN if diff.tally.changes[one]), SHOWN[0])
    seen = request.GET.get("after", "")
    known = seen.isdecimal() and len(seen) < LONGEST_KEY
    rows = diff_rows(diff, change, after_key=int(seen) if known else 0, limit=PAGE + 1)
    styles = styles_of(diff.after.project)
    context = {
        "project": diff.after.project,
        "diff": diff,
        "changes": _changes(diff),
        "labels": _kept(diff, styles),
        "policies": [Policy.from_json(one.policy).sentence() for one in (diff.before, diff.after)],
        "show": change,
        "shown": CHANGES[change],
        "rows": [_row(row, styles) for row in rows[:PAGE]],
        "first": bool(seen),
        "next": rows[PAGE - 1].key if len(rows) > PAGE else None,
        "rail": rail_of(diff.after.project, here="curate"),
    }
    return render(request, "versions/diff.html", context)


def _kept(diff: VersionDiff, styles: Sequence[LabelStyle]) -> list[tuple[str, int, int]]:
    """Title of each label, examples kept before and after."""
    titles = {style.name: style.title for style in styles}
    return [(titles.get(one.label, one.label), one.before, one.after) for one in diff.labels]


def _changes(diff: VersionDiff) -> list[dict[str, Any]]:
    """One line for each change: how many examples, and why."""
    return [
        {
            "key": change,
            "title": title,
            "examples": diff.tally.changes[change],
            "whys": [
                (n, WHYS[why]) for (of, why), n in sorted(diff.tally.whys.items()) if of == change
            ],
            "shown": change in SHOWN,
        }
        for change, title in CHANGES.items()
    ]


def _row(row: DiffRow, styles: Sequence[LabelStyle]) -> dict[str, Any]:
    return {
        "id": row.external_id,
        "text": row.text,
        "why": WHYS[row.why],
        "before": _side(row.before, styles),
        "after": _side(row.after, styles),
    }


def _side(row: DatasetExample | None, styles: Sequence[LabelStyle]) -> dict[str, Any] | None:
    if row is None:
        return None
    cast = [
        CastVote(label=position, annotator="")
        for position, n in enumerate(row.votes)
        for _ in range(n)
    ]
    return {
        "label": row.label.title,
        "verdict": verdict_of(row),
        "agreement": row.agreement,
        "strip": vote_strip(cast, styles),
    }


STAGES = {
    "Where the texts come from": ("GenerationRun", "LanguageModel", "Examples"),
    "Who judged them": ("AnnotationRound", "Annotators", "Votes"),
    "What was decided": ("Aggregation", "AggregatedLabels", "Policy", "Freezing"),
    "What came of it": ("DatasetVersion", "TrainingRuns"),
}


def _stages(nodes: tuple[Any, ...]) -> list[dict[str, Any]]:
    """The graph in words, stage by stage."""
    found = []
    for title, types in STAGES.items():
        lines = [
            {
                "title": node.title,
                "address": node.address,
                "started": node.started,
                "details": [(name.replace("_", " "), _said(v)) for name, v in node.details.items()],
            }
            for node in nodes
            if node.type in types
        ]
        if lines:
            found.append({"title": title, "lines": lines})
    return found


def _said(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return wording.decimal(value)
    return wording.count(value) if isinstance(value, int) else str(value)
