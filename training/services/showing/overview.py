"""The Train step: what was trained, how it scores, and what that says."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from curation.datasets.sources import parse_source
from curation.errors import NothingToDo
from curation.models import Project
from curation.reporting import IntervalChart, ScoredSource, interval_chart, wording
from curation.services.report.score_rows import scored_source
from curation.services.training_rows import scored_on
from training.errors import NoScores
from training.models import TrainingRun
from training.services.scores import Comparison, ScoreTable, SourceScores, kept_scores
from training.services.showing.words import classifier_title, source_title

NONE_YET = ScoreTable(sources=(), comparisons=(), agreed_from=0.8, missing=())


@dataclass(frozen=True, kw_only=True)
class ScoreLine:
    """One source, every number in words."""

    source: str
    title: str
    train_rows: str
    seeds: int
    macro_f1: str
    macro_f1_interval: str
    accuracy: str
    accuracy_interval: str
    agreed: str  # macro-F1 on the test rows that people agree on; "" where unknown
    calibration: str  # expected calibration error; "" where unknown
    collapsed: str  # "" or how many runs
    how: str  # the classifier, where sources were trained in different ways


@dataclass(frozen=True, kw_only=True)
class Overview:
    """The top of the page."""

    sentence: str
    tested_on: str
    has_test: bool
    lines: list[ScoreLine]
    chart: IntervalChart | None
    comparisons: list[str]
    agreed_from: float
    missing: Sequence[str]

    @property
    def agreed(self) -> bool:
        return any(line.agreed for line in self.lines)


def overview(project: Project) -> Overview:
    try:
        trusted, crowd = scored_on(project)
    except NothingToDo:
        trusted = crowd = 0
    table = scores_of(project)
    same = alike(table)
    lines = [_line(one, how="" if same else _how(project, one)) for one in table.sources]
    comparisons = [one.sentence() for one in table.comparisons]
    return Overview(
        sentence=_sentence(table, tests=trusted + crowd, studied=_studied(project)),
        tested_on=_tested_on(trusted, crowd),
        has_test=trusted + crowd > 0,
        lines=lines,
        chart=interval_chart(
            [_dot(one, line) for one, line in zip(table.sources, lines, strict=True)]
        ),
        comparisons=comparisons,
        agreed_from=table.agreed_from,
        missing=table.missing,
    )


def scores_of(project: Project) -> ScoreTable:
    """The project's scores, without any where nothing was trained."""
    try:
        return kept_scores(project)
    except NoScores:
        return NONE_YET


def _studied(project: Project) -> int:
    return TrainingRun.objects.of(project).scored().successful().count()


def _sentence(table: ScoreTable, *, tests: int, studied: int) -> str:
    if table.comparisons:
        return max(table.comparisons, key=_version).sentence()
    if table.sources:
        return _of_sources(table)
    if not tests:
        return "There is no test set yet, so nothing that is trained could be scored."
    if studied:
        runs = wording.plural(studied, "run")
        return f"Only studies have trained on this project so far: {runs}, listed below."
    return "Nothing has been trained yet."


def _version(one: Comparison) -> int:
    """The newest is what somebody has just frozen."""
    return max(part.number for part in parse_source(one.first) if part.base == "version")


def alike(table: ScoreTable) -> bool:
    """Whether all sources had the same classifier, settings and test rows."""
    return len({one.recipe for one in table.sources}) == 1


def _of_sources(table: ScoreTable) -> str:
    best = max(table.sources, key=lambda one: (one.scores.macro_f1.mean, one.source))
    f1, sources = best.scores.macro_f1, wording.plural(len(table.sources), "source")
    if len(table.sources) == 1:
        return f"{source_title(best.source)}: macro-F1 {_spread(best)}."
    if not alike(table):
        return (
            f"{sources} are scored, with different classifiers or settings; only those alike can "
            "be compared."
        )
    return (
        f"Highest of {sources}: {wording.lower_first(source_title(best.source))}, macro-F1 "
        f"{f1.mean:.3f} (95 % interval {wording.between(f1.low, f1.high)})."
    )


def _spread(one: SourceScores) -> str:
    f1 = one.scores.macro_f1
    return wording.spread(f1.mean, f1.std, one.seeds)


def _tested_on(trusted: int, crowd: int) -> str:
    """What the scores are taken on: the crowd's own labels are no trusted ones."""
    if not trusted + crowd:
        return ""
    texts = f"Scored on {wording.plural(trusted + crowd, 'test text')}"
    if not crowd:
        return f"{texts} with trusted labels."
    if not trusted:
        return f"{texts} with the labels that people gave them; none is a trusted one."
    return f"{texts}: {trusted:,} with trusted labels, {crowd:,} with those that people gave them."


def _line(one: SourceScores, *, how: str) -> ScoreLine:
    f1, accuracy = one.scores.macro_f1, one.scores.accuracy
    return ScoreLine(
        source=one.source,
        title=source_title(one.source),
        train_rows=wording.count(one.train_rows),
        seeds=one.seeds,
        macro_f1=wording.spread(f1.mean, f1.std, one.seeds),
        macro_f1_interval=wording.between(f1.low, f1.high),
        accuracy=f"{accuracy.mean:.3f}",
        accuracy_interval=wording.between(accuracy.low, accuracy.high),
        agreed="" if one.agreed is None else f"{one.agreed.macro_f1.mean:.3f}",
        calibration=f"{one.calibration['ece']:.3f}" if one.calibration else "",
        collapsed=f"{one.collapsed} of {one.seeds} collapsed to one label" if one.collapsed else "",
        how=how,
    )


def _how(project: Project, one: SourceScores) -> str:
    runs = TrainingRun.objects.of(project).newest(one.source)
    return classifier_title(runs[0].config) if runs else ""


def _dot(one: SourceScores, line: ScoreLine) -> ScoredSource:
    title = f"{line.title} · {line.how}" if line.how else line.title
    return replace(scored_source(one.source, one.as_json()), title=title)
