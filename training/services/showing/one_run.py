"""One run as its page shows it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from curation.reporting import LabelStyle, wording
from curation.services.report.examples import styles_of
from training.models import Study, TrainingRun
from training.services.finished import folder_of
from training.services.showing.calibrated import Reliability, reliability
from training.services.showing.learned import Learned, learned
from training.services.showing.words import RUN_STATES, classifier_title, config_rows, source_title

SHADES = 5  # of a confusion cell


@dataclass(frozen=True, kw_only=True)
class LabelLine:
    label: LabelStyle
    f1: str
    precision: str
    recall: str
    support: int


@dataclass(frozen=True, kw_only=True)
class ConfusionCell:
    rows: int
    right: bool
    css: str  # shade: the share of the line's rows


@dataclass(frozen=True, kw_only=True)
class ConfusionLine:
    label: LabelStyle  # the trusted one
    cells: list[ConfusionCell]  # by predicted label


@dataclass(frozen=True, kw_only=True)
class RunShown:
    """All of the page."""

    title: str
    state: str
    sentence: str
    facts: list[tuple[str, str]]
    settings: list[tuple[str, str, bool]]
    labels: list[LabelLine]
    styles: list[LabelStyle]
    confusion: list[ConfusionLine]
    reliability: Reliability | None
    learned: Learned | None
    weights: list[tuple[str, str]]
    studies: list[Study]
    kept_files: bool
    checks: bool  # it only judges training rows for others


def run_shown(run: TrainingRun, *, readable: QuerySet[Study]) -> RunShown:
    """The run; of the studies that hold it, those that whoever looks may read."""
    by_name = {style.name: style for style in styles_of(run.project)}
    styles = [by_name[name] for name in run.config.get("labels", []) if name in by_name]
    metrics = run.metrics
    checks = run.purpose == TrainingRun.Purpose.CHECK
    return RunShown(
        title=f"{source_title(run.source)}, seed {run.seed}",
        state=RUN_STATES[run.status],
        sentence=_sentence(run, checks=checks),
        facts=_facts(run),
        settings=config_rows(run.config),
        labels=_labels(metrics, by_name),
        styles=styles,
        confusion=_confusion(metrics.get("confusion", []), styles),
        reliability=reliability(metrics.get("calibration")),
        learned=learned(run),
        weights=_weights(metrics.get("weights")),
        studies=list(readable.filter(cells__run=run).distinct()),
        kept_files=folder_of(run).manifest.exists(),
        checks=checks,
    )


def _sentence(run: TrainingRun, *, checks: bool) -> str:
    if run.status == TrainingRun.Status.SUCCESSFUL and run.macro_f1 is not None:
        tests = run.metrics.get("test_rows")
        rows = f" on {wording.plural(int(tests), 'text')}" if tests else ""
        said = f"Macro-F1 {run.macro_f1:.3f}, accuracy {run.accuracy:.3f}{rows}."
        if checks:
            return f"A checker: it judged training texts for other runs. {said}"
        return said
    if run.status == TrainingRun.Status.FAILED:
        return "It broke off."
    if run.status == TrainingRun.Status.CANCELLED:
        return "It was stopped before it was finished; training again goes on from here."
    if run.status == TrainingRun.Status.RUNNING:
        return "It is being fitted."
    return "It waits to be fitted."


def _facts(run: TrainingRun) -> list[tuple[str, str]]:
    metrics = run.metrics
    facts = [
        ("Source", f"{source_title(run.source)} ({run.source})"),
        ("Classifier", classifier_title(run.config)),
        ("Training texts", wording.count(run.train_rows)),
    ]
    if "test_rows" in metrics:
        facts.append(("Test texts", wording.count(metrics["test_rows"])))
    if unseen := metrics.get("unseen"):
        facts.append(("Never said", f"{', '.join(unseen)}: no training text has that label"))
    if cut := sum((metrics.get("cut") or {}).values()):
        facts.append(("Cut", f"{wording.plural(cut, 'text')} longer than its limit of tokens"))
    if metrics.get("best_step"):
        early = ", stopped early" if metrics.get("stopped_early") else ""
        facts.append(("Best step", f"{metrics['best_step']} by validation texts{early}"))
    seconds = metrics.get("seconds", {}).get("all")
    if seconds is not None:
        facts.append(("Took", wording.duration(seconds)))
    if metrics.get("peak_rss_mib"):
        facts.append(("Memory", f"{metrics['peak_rss_mib']:,} MiB at most"))
    facts.append(("Fingerprint", run.fingerprint[:16]))
    return facts


def _labels(metrics: Mapping[str, Any], by_name: Mapping[str, LabelStyle]) -> list[LabelLine]:
    return [
        LabelLine(
            label=by_name[name],
            f1=f"{scores['f1']:.3f}",
            precision=f"{scores['precision']:.3f}",
            recall=f"{scores['recall']:.3f}",
            support=scores["support"],
        )
        for name, scores in metrics.get("labels", {}).items()
        if name in by_name
    ]


def _confusion(table: list[list[int]], styles: list[LabelStyle]) -> list[ConfusionLine]:
    if len(table) != len(styles):
        return []  # a label has been renamed or removed since
    return [
        ConfusionLine(
            label=label,
            cells=[
                ConfusionCell(rows=rows, right=at == across, css=_shade(rows, sum(line)))
                for across, rows in enumerate(line)
            ],
        )
        for at, (label, line) in enumerate(zip(styles, table, strict=True))
    ]


def _shade(rows: int, of: int) -> str:
    """Class of a cell: none to all of the line's rows in five steps.

    >>> _shade(0, 10), _shade(10, 10), _shade(0, 0)
    ('agree-0', 'agree-4', 'agree-0')
    """
    return f"agree-{min(SHADES - 1, rows * SHADES // of) if of else 0}"


def _weights(summary: Mapping[str, Any] | None) -> list[tuple[str, str]]:
    """What the weights of its rows were like, where its loss weighs them."""
    if not summary:
        return []
    return [
        (name.replace("_", " "), f"{value:.4g}" if isinstance(value, float) else str(value))
        for name, value in summary.items()
        if isinstance(value, int | float | str)
    ]
