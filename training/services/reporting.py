"""A study's report: worked out from the files of its runs, kept in the study's row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from curation.models import Example, Project
from curation.progress import Progress, silent
from training.charts.report_files import report_files, write_files
from training.errors import ReportNotWritten
from training.evaluation.resampling import RESAMPLES
from training.fitting.classifiers import STEPLESS
from training.fitting.errors import FitError
from training.fitting.predictions import read_predictions
from training.fitting.rows import read_rows
from training.models import Study, StudyCell, TrainingRun
from training.services.finished import folder_of
from training.services.similarity import similarity_to_real
from training.studies.plan import StudyPlan
from training.studies.report import WAITING, References, build_report
from training.studies.report_input import GONE, SUCCESSFUL, CellInput, Outcome, ProjectInput
from training.studies.report_shape import LENGTH, SIMILARITY, VERSION, StudyReport

Status = TrainingRun.Status
FILES_GONE = "The files of its run have gone; start the study again to have them back."
OTHER_LABELS = "Its run knows other labels than the project has now; start the study again."


def study_report(
    study: Study,
    *,
    objectivity: Mapping[str, float] | None = None,
    references: References | None = None,
    embed_texts: bool = False,
    resamples: int = RESAMPLES,
    progress: Progress = silent,
) -> StudyReport:
    """Work the report out and keep it in `study.report`; also of a study that is still running.

    The shape is that of `training.studies.report_shape`.

    Args:
        objectivity: slug → score, higher is more objective; any scale, only the order counts.
        references: published figures to show beside.
        embed_texts: False: similarity to real text is shown only where all vectors are cached.
        resamples: of the intervals of arms.
        progress: told boards done; may raise to stop.

    Raises:
        BadPlan: the study's plan cannot be read.
    """
    plan = StudyPlan.from_json(study.plan)
    cells = list(study.cells.select_related("run", "project").order_by("pk"))
    projects = {project.slug: project for project in study.projects.all()}
    labels = {slug: project.label_names() for slug, project in projects.items()}
    inputs = [
        _project(
            projects[slug],
            [cell for cell in cells if cell.project.slug == slug],
            (objectivity or {}).get(slug),
            embed_texts=embed_texts,
        )
        for slug in plan.projects
        if slug in projects
    ]
    report = build_report(
        plan,
        inputs,
        [_cell(cell, labels[cell.project.slug]) for cell in cells],
        references=references,
        resamples=resamples,
        progress=progress,
    )
    Study.objects.filter(pk=study.pk).update(report=report)
    study.report = report
    return report


def _project(
    project: Project, cells: Sequence[StudyCell], objectivity: float | None, *, embed_texts: bool
) -> ProjectInput:
    texts = _test_texts(cells)
    measures = {
        LENGTH: {row: float(len(text)) for row, text in texts.items()},
        SIMILARITY: similarity_to_real(project, texts, embed_texts=embed_texts),
    }
    return ProjectInput(
        slug=project.slug,
        title=project.title or project.slug,
        labels=tuple(
            (label.name, label.title or label.name) for label in project.labels.order_by("position")
        ),
        objectivity=objectivity,
        real_pool=project.examples.filter(
            split=Example.Split.POOL, source=Example.Source.REAL
        ).exists(),
        measures=measures,
    )


def _test_texts(cells: Sequence[StudyCell]) -> dict[str, str]:
    """Id → text of the test rows, from the first run whose files are there."""
    for cell in cells:
        if cell.run is not None and cell.run.status == Status.SUCCESSFUL:
            try:
                rows = read_rows(folder_of(cell.run).test, cell.run.config["labels"])
            except FitError:
                continue
            return {row.id: row.text for row in rows}
    return {}


def _cell(cell: StudyCell, labels: Sequence[str]) -> CellInput:
    outcome, state, sentence = _settled(cell, labels)
    return CellInput(
        project=cell.project.slug,
        arm=cell.arm,
        classifier=cell.classifier,
        seed=cell.seed,
        outcome=outcome,
        state=state,
        sentence=sentence,
    )


def _settled(cell: StudyCell, labels: Sequence[str]) -> tuple[Outcome | None, str, str]:
    """Outcome, or the state and the sentence that stand in its place."""
    run = cell.run
    if run is None:
        return None, str(Status.FAILED) if cell.error else WAITING, cell.error
    if run.status == Status.SUCCESSFUL:
        if set(labels) != set(run.config["labels"]):
            return None, GONE, OTHER_LABELS
        outcome = _outcome(run, labels)
        return outcome, SUCCESSFUL if outcome else GONE, "" if outcome else FILES_GONE
    if run.status in {Status.FAILED, Status.CANCELLED}:
        return None, str(run.status), cell.error or run.error
    return None, WAITING, ""


def _outcome(run: TrainingRun, labels: Sequence[str]) -> Outcome | None:
    """Its codes are places in `labels`. None where its files have gone."""
    try:
        found = read_predictions(folder_of(run), labels)
    except OSError:
        return None
    order = np.array(sorted(range(len(found.ids)), key=found.ids.__getitem__), dtype=np.int64)
    return Outcome(
        ids=tuple(found.ids[at] for at in order),
        gold=found.gold[order],
        predicted=found.predicted[order],
        agreement=found.agreement[order],
        train_rows=run.train_rows,
        steps=_steps(run.metrics, run.config),
        collapsed=run.collapsed,
    )


def _steps(metrics: Mapping[str, Any], config: Mapping[str, Any]) -> int | None:
    """Optimisation steps it took: those it was asked to, or up to where it stopped early.

    None where the classifier takes none.
    """
    if config.get("classifier") in STEPLESS:
        return None
    curve = metrics.get("validation")
    steps = curve[-1]["step"] if metrics.get("stopped_early") and curve else config.get("max_steps")
    return int(steps) if isinstance(steps, int | float) else None


def write_report(study: Study, folder: Path) -> list[Path]:
    """Write the report's files into `folder`; the files, in the order written.

    They are report.md, report.json, tables/*.md, *.tex and *.csv, figures/*.svg and, where the
    library for it is installed, *.png. Each is replaced as a whole; others in the folder stay.
    The stored report is written; where there is none, or an older one, it is made first.

    Raises:
        ReportNotWritten: the folder cannot be written into.
    """
    stored: StudyReport | None = study.report
    if stored is None or stored.get("version") != VERSION:
        stored = study_report(study)
    try:
        return write_files(folder, report_files(stored))
    except OSError as error:
        raise ReportNotWritten(str(folder), error.strerror or str(error)) from error
