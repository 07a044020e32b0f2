"""How diverse a project's generated texts are, and how close to its real ones. Reads only."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string

from curation.embeddings import embed
from curation.errors import BadInput, NothingToDo
from curation.models import Example, Project
from curation.progress import Progress, silent
from curation.services.report.file import stylesheet, write_page
from generation.diversity.charts import (
    auc_with_interval,
    group_title,
    measure_charts,
    number,
    similarity_chart,
)
from generation.diversity.measures import MEASURES
from generation.diversity.report import REAL, DiversityReport, TextSet, compare

BY = ("method", "run")  # what makes texts one group
UNKNOWN = "imported"  # the group of synthetic texts that no run of ours wrote
STYLESHEETS = ("concord/tokens.css", "concord/components.css", "concord/charts.css")
LISTED = 12  # over-represented n-grams of a group on the page

Row = tuple[str, str, str]  # group, text, label


def measure_project(
    project: Project,
    *,
    by: str = "method",
    seed: int = 0,
    per_label: int | None = None,
    draws: int | None = None,
    fast: bool = False,
    progress: Progress = silent,
) -> DiversityReport:
    """Measure the project's generated texts at equal N, with its real training texts beside them.

    Groups are the methods (or runs) that wrote the texts of the pool, under the label asked for.
    The reference is the real rows of the train split with their gold label; never a test text,
    since what is measured here steers what is generated next. Vectors are cached under
    CONCORD_HOME.

    Args:
        by: "method" or "run".
        per_label, draws, seed: see `compare`.
        fast: see `embed`.

    Raises:
        NothingToDo: the project has no generated texts.
        BadInput: a number is out of range, or no label has two texts in every group.
    """
    if by not in BY:
        raise BadInput(f"Texts are grouped by {' or '.join(BY)}, not by {by!r}.")
    synthetic, real = _synthetic(project, by), _real(project)
    if not synthetic:
        raise NothingToDo(
            f"Project {project.slug!r} has no generated texts to measure; write some with: "
            f"manage.py generate {project.slug}"
        )
    cache = Path(settings.CONCORD_HOME) / "embeddings" / "minilm"
    texts = [text for _, text, _ in (*synthetic, *real)]
    vectors = embed(texts, cache=cache, progress=progress, fast=fast)
    sets = _sets(synthetic, vectors[: len(synthetic)])
    return compare(
        sets,
        real=_sets(real, vectors[len(synthetic) :])[REAL] if real else None,
        labels=project.label_names(),
        seed=seed,
        per_label=per_label,
        draws=draws,
        progress=progress,
    )


def _synthetic(project: Project, by: str) -> list[Row]:
    rows = project.examples.filter(
        source=Example.Source.SYNTHETIC,
        split=Example.Split.POOL,
        intended_label__isnull=False,
    ).order_by("pk")
    values = rows.values_list("text", "intended_label__name", "provenance")
    return [(_group(origin, by), text, label) for text, label, origin in values.iterator()]


def _group(origin: dict[str, Any], by: str) -> str:
    if by not in origin:
        return UNKNOWN
    return f"run {origin['run']}" if by == "run" else str(origin[by])


def _real(project: Project) -> list[Row]:
    rows = Example.objects.filter(project=project, source=Example.Source.REAL)
    rows = rows.gold(Example.Split.TRAIN)
    values = rows.order_by("pk").values_list("text", "gold_label__name")
    return [(REAL, text, label) for text, label in values.iterator()]


def _sets(rows: Sequence[Row], vectors: Any) -> dict[str, TextSet]:
    """One set for each group, in order of first appearance."""
    places: dict[str, list[int]] = {}
    for place, (group, _, _) in enumerate(rows):
        places.setdefault(group, []).append(place)
    every = TextSet(
        texts=[text for _, text, _ in rows], labels=[label for *_, label in rows], vectors=vectors
    )
    return {group: every.at(at) for group, at in places.items()}


def measures_as_json(report: DiversityReport) -> dict[str, Any]:
    """The report as JSON takes it; what is not defined is null."""
    groups = {}
    for group in report.groups:
        numbers = asdict(group)
        groups[numbers.pop("name")] = numbers
    whole = {
        "n": report.n,
        "per_label": report.per_label,
        "draws": report.draws,
        "seed": report.seed,
        "notes": report.notes,
        "groups": groups,
    }
    return {key: _without_nan(value) for key, value in whole.items()}


def _without_nan(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_nan(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_without_nan(inner) for inner in value]
    return None if isinstance(value, float) and math.isnan(value) else value


def write_measures(project: Project, report: DiversityReport, path: Path) -> Path:
    """Write the report as one HTML file with its plots, whole or not at all.

    Raises:
        BadInput: the place cannot be written, or its name does not end in .html.
    """
    if path.suffix != ".html":
        raise BadInput(f"The page is HTML, so {str(path)!r} must end in .html.")
    page = render_to_string("generation/measures_file.html", _context(project, report))
    return write_page(page, path)


def _context(project: Project, report: DiversityReport) -> dict[str, Any]:
    levels = [
        ("All labels together", measure_charts([(g.name, g.pooled) for g in report.groups])),
        ("Mean of labels", measure_charts([(g.name, g.mean_of_labels) for g in report.groups])),
    ]
    return {
        "project": project,
        "report": report,
        "stylesheet": stylesheet(STYLESHEETS),
        "charts": levels[0][1],
        "levels": levels,
        "labels": [
            (label, measure_charts([(g.name, g.per_label[label]) for g in report.groups]))
            for label in report.per_label
        ],
        "similarity": similarity_chart(report),
        "overused": [
            (group_title(group.name), group.overused[""][:LISTED])
            for group in report.groups
            if group.overused
        ],
        "told": [
            (group_title(group.name), interval)
            for group in report.groups
            if (interval := auc_with_interval(group))
        ],
        "titles": [group_title(group.name) for group in report.groups],
    }


def measures_tables(report: DiversityReport) -> list[tuple[str, list[list[str]]]]:
    """Tables for a terminal: title and rows, the first row being the heads."""
    heads = ["measure", *(group_title(group.name) for group in report.groups)]
    return [
        (title, [heads, *([MEASURES[key].title, *row] for key, row in rows)])
        for title, rows in (
            ("all labels together", _rows([group.pooled for group in report.groups])),
            ("mean of labels", _rows([group.mean_of_labels for group in report.groups])),
            *(
                (f"label {label}", _rows([group.per_label[label] for group in report.groups]))
                for label in report.per_label
            ),
        )
    ]


def _rows(groups: Sequence[Any]) -> list[tuple[str, list[str]]]:
    return [(key, [number(key, spreads[key]) for spreads in groups]) for key in MEASURES]
