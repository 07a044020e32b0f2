"""A summary and a project's rows as the story a report tells, every number in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from curation.models import DatasetVersion, Project
from curation.reporting import (
    Histogram,
    IntervalChart,
    LabelStyle,
    agreement_histogram,
    interval_chart,
    wording,
)
from curation.services.report.examples import styles_of
from curation.services.report.groups import ExampleGroup, example_groups
from curation.services.report.policies import PolicyPanel, policy_panels
from curation.services.report.score_rows import (
    ScoreRow,
    collapse_sentence,
    comparison_sentences,
    score_rows,
    scored_sources,
)
from curation.services.report.sentences import Words, words_of
from curation.services.report.versions import VersionLine, agreement_counts, version_lines


@dataclass(frozen=True, kw_only=True)
class Stage:
    """How long one stage took."""

    name: str
    words: str
    width: float  # percent of the longest


@dataclass(frozen=True, kw_only=True)
class Story:
    """All a report prints. Lists are empty and sentences "" where there is nothing to say."""

    project: Project
    styles: list[LabelStyle]
    meanings: list[tuple[LabelStyle, str]]
    simulated: bool
    words: Words
    rejected: list[tuple[str, int]]
    histogram: Histogram | None
    policies: list[PolicyPanel]
    stand_in: bool
    chart: IntervalChart | None
    scores: list[ScoreRow]
    agreed_test_rows: bool
    comparisons: list[str]
    collapsed: str
    groups: list[ExampleGroup]
    versions: list[VersionLine]
    stages: list[Stage]
    total_time: str
    commands: list[str]
    exports: list[str]


def report_story(project: Project, summary: Mapping[str, Any]) -> Story:
    """The report's content from a summary (see `summary`) and the project's frozen versions."""
    styles = styles_of(project)
    versions = list(project.dataset_versions.order_by("number"))
    policies = policy_panels(versions, styles)
    rows = score_rows(summary)
    seconds = summary.get("seconds", {})
    return Story(
        project=project,
        styles=styles,
        meanings=_meanings(project, styles),
        simulated=bool(summary.get("annotation", {}).get("simulated")),
        words=words_of(summary, policies),
        rejected=_in_words(summary.get("examples", {}).get("rejected", {})),
        histogram=_histogram(versions, styles, summary),
        policies=policies,
        stand_in=bool(summary.get("test_set", {}).get("stand_in")),
        chart=interval_chart(scored_sources(summary)),
        scores=rows,
        agreed_test_rows=any(row.agreed for row in rows),
        comparisons=comparison_sentences(summary),
        collapsed=collapse_sentence(summary),
        groups=example_groups(project, versions),
        versions=version_lines(versions, styles),
        stages=_stages(seconds),
        total_time=wording.duration(sum(seconds.values())) if seconds else "",
        commands=list(summary.get("commands", [])),
        exports=[str(path) for path in summary.get("exports", [])],
    )


def _meanings(project: Project, styles: list[LabelStyle]) -> list[tuple[LabelStyle, str]]:
    descriptions = project.labels.order_by("position").values_list("description", flat=True)
    return list(zip(styles, descriptions, strict=True))


def _in_words(counts: Mapping[str, int]) -> list[tuple[str, int]]:
    ranked = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
    return [(wording.reason(code), n) for code, n in ranked]


def _histogram(
    versions: list[DatasetVersion], styles: list[LabelStyle], summary: Mapping[str, Any]
) -> Histogram | None:
    if not versions:
        return None
    threshold = summary.get("agreement", {}).get("threshold")
    return agreement_histogram(agreement_counts(versions[-1]), styles, threshold=threshold)


def _stages(seconds: Mapping[str, float]) -> list[Stage]:
    longest = max(seconds.values(), default=0.0) or 1.0
    return [
        Stage(
            name=name.replace("_", " "),
            words=wording.duration(spent),
            width=round(100 * spent / longest, 2),
        )
        for name, spent in seconds.items()
    ]
