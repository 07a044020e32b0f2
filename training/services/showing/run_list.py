"""The runs of a project, newest first."""

from __future__ import annotations

from dataclasses import dataclass

from curation.models import Project
from training.models import TrainingRun
from training.services.showing.words import RUN_STATES, classifier_title, source_title

SHOWN = 50


@dataclass(frozen=True, kw_only=True)
class RunLine:
    """One run as the list shows it."""

    run: TrainingRun
    title: str
    classifier: str
    state: str
    failed: bool
    macro_f1: str
    accuracy: str
    from_study: bool  # nobody asked for it but a study


@dataclass(frozen=True, kw_only=True)
class RunList:
    """One page of it."""

    lines: list[RunLine]
    older: int | None  # key before which the next page begins


def run_list(project: Project, *, source: str = "", before: int | None = None) -> RunList:
    """Runs that were scored; of `source` only, where it is given."""
    runs = TrainingRun.objects.of(project).scored().order_by("-pk").defer("metrics")
    if source:
        runs = runs.filter(source=source)
    if before is not None:
        runs = runs.filter(pk__lt=before)
    found = list(runs[: SHOWN + 1])
    lines = [run_line(run) for run in found[:SHOWN]]
    return RunList(lines=lines, older=found[SHOWN - 1].pk if len(found) > SHOWN else None)


def run_line(run: TrainingRun) -> RunLine:
    return RunLine(
        run=run,
        title=f"{source_title(run.source)}, seed {run.seed}",
        classifier=classifier_title(run.config),
        state=RUN_STATES[run.status],
        failed=run.status == TrainingRun.Status.FAILED,
        macro_f1="–" if run.macro_f1 is None else f"{run.macro_f1:.3f}",
        accuracy="–" if run.accuracy is None else f"{run.accuracy:.3f}",
        from_study=run.asked_at is None,
    )
