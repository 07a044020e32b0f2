"""Dataset versions: the list, and one with its facts and rows."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from curation.datasets.splits import SplitPlan, in_order
from curation.models import DatasetVersion, Project
from curation.services.access import Right
from curation.services.datasets import kept_agreement
from curation.services.exports import card_facts
from curation.services.report.examples import styles_of
from curation.services.report.policies import panel_of
from curation.services.report.rows import RowsAsked, rows_page
from curation.services.report.score_rows import score_rows
from curation.services.report.scores import score_table
from curation.services.report.versions import version_lines
from curation.views.doors import in_project
from curation.views.exports import download_choices
from curation.views.stages import rail_of


@in_project(Right.SEE)
@require_GET
def version_list(request: HttpRequest, project: Project) -> HttpResponse:
    versions = list(project.dataset_versions.order_by("number"))
    context = {
        "project": project,
        "lines": [
            (line, in_order(line.version.splits))
            for line in reversed(version_lines(versions, styles_of(project)))
        ],
        "rail": rail_of(project, here="curate"),
    }
    return render(request, "versions/list.html", context)


@in_project(Right.SEE)
@require_GET
def version_page(request: HttpRequest, project: Project, number: int) -> HttpResponse:
    version = version_of(project, number)
    styles = styles_of(project)
    facts = card_facts(version)
    asked = RowsAsked.from_query(request.GET.dict(), styles)
    context = {
        "project": project,
        "version": version,
        "facts": facts,
        "plan": SplitPlan.from_json(version.split_plan),
        "splits": in_order(version.splits),
        "agreement": kept_agreement(version),
        "panel": panel_of(version, styles),
        "scores": _scores(version),
        "forms": download_choices(version, votes=facts.annotations),
        "previous": project.dataset_versions.filter(number__lt=number).order_by("number").last(),
        "styles": styles,
        "rail": rail_of(project, here="curate"),
        "asked": asked,
        "rows": rows_page(version, asked),
    }
    return render(request, "curation/version.html", context)


def _scores(version: DatasetVersion) -> list[Any]:
    """Scores of what was trained on the version, and on random subsets of its size."""
    known = score_table(version.project).get("scores", {})
    names = (f"version:{version.number}", f"random:{version.number}")
    return score_rows({"scores": {name: known[name] for name in names if name in known}})


def version_of(project: Project, number: int) -> DatasetVersion:
    return get_object_or_404(project.dataset_versions, number=number)
