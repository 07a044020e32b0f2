"""How far a study is, and asking it to stop."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from curation import jobs
from curation.models import Job
from training.models import Study, StudyCell, TrainingRun
from training.services.studies.at_work import is_at_work
from training.services.studies.creating import get_study

KIND = "study"  # of a job
INTERRUPTED = "interrupted"
WAITING = "waiting"
Status = TrainingRun.Status


@dataclass(frozen=True, kw_only=True)
class Failure:
    """A cell without a score."""

    cell: str
    sentence: str


@dataclass(frozen=True, kw_only=True)
class StudyState:
    """How far a study is."""

    study: Study
    at_work: bool  # some process of this machine runs it now
    counts: dict[str, int]  # cells: successful, failed, cancelled, running, waiting
    failures: tuple[Failure, ...]
    matrix: tuple[StudyCell, ...]  # with their runs and projects

    @property
    def cells(self) -> int:
        return sum(self.counts.values())

    @property
    def word(self) -> str:
        """The study's status; "interrupted" when whoever ran it has gone."""
        gone = self.study.status == Study.Status.RUNNING and not self.at_work
        return INTERRUPTED if gone else self.study.status

    def as_json(self) -> dict[str, Any]:
        return {
            "study": self.study.slug,
            "title": self.study.title,
            "state": self.word,
            "error": self.study.error,
            "cells": self.cells,
            **self.counts,
            "failures": [{"cell": one.cell, "error": one.sentence} for one in self.failures],
        }


def all_studies(studies: QuerySet[Study] | None = None) -> list[StudyState]:
    """These, or all there are, newest first."""
    found = Study.objects.all() if studies is None else studies
    return [state_of(study) for study in found.defer("report")]


def state_of(study: Study) -> StudyState:
    cells = study.cells.select_related("run", "project").defer("run__metrics", "run__config")
    at_work = is_at_work(study)
    states = [(cell, cell_state(cell, at_work=at_work)) for cell in cells]
    counts = Counter(state for _, state in states)
    names = (Status.SUCCESSFUL, Status.FAILED, Status.CANCELLED, Status.RUNNING, WAITING)
    return StudyState(
        study=study,
        at_work=at_work,
        counts={str(name): counts[str(name)] for name in names},
        failures=tuple(_failure(cell) for cell, state in states if state == Status.FAILED),
        matrix=tuple(cell for cell, _ in states),
    )


def stop_study(slug: str) -> bool:
    """Ask every process and job that runs a study to stop; they do within a few seconds.

    Returns:
        False when nothing was at work; a study left "running" by a process that died is cancelled.

    Raises:
        StudyNotFound.
    """
    study = get_study(slug)
    under_way = [job for job in Job.objects.active().filter(kind=KIND) if runs_study(job, slug)]
    for job in under_way:
        jobs.cancel(job)
    running = Study.objects.filter(pk=study.pk, status=Study.Status.RUNNING)
    running.update(status=Study.Status.CANCELLED, finished_at=timezone.now())
    return bool(under_way) or is_at_work(study)


def runs_study(job: Job, slug: str) -> bool:
    # compared here: what a database finds in JSON differs between databases
    return isinstance(job.params, dict) and job.params.get("study") == slug


def cell_state(cell: StudyCell, *, at_work: bool) -> str:
    """A status of its run, or `WAITING`."""
    if cell.error:
        return str(Status.FAILED)
    if cell.run is None or cell.run.status == Status.READY:
        return WAITING
    if cell.run.status == Status.RUNNING and not at_work:
        return WAITING  # whoever ran it has gone
    return str(cell.run.status)


def _failure(cell: StudyCell) -> Failure:
    return Failure(cell=str(cell), sentence=cell.error or (cell.run.error if cell.run else ""))
