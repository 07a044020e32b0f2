"""What a study will take: runs, how many are there already, steps, time, memory and disk."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from curation.models import Project
from training.fitting.config import FitConfig
from training.fitting.errors import BadConfig
from training.models import TrainingRun
from training.services.finished import folder_of
from training.services.requests import Wanted
from training.services.studies.creating import check_rows
from training.services.studies.wanting import StudyRows
from training.studies.checks import Check
from training.studies.cost import Finished, Kind, Rates, guessed, measured, model_gb
from training.studies.plan import Cell, StudyPlan

RECENT = 200  # finished runs that times are taken from
GB = 1024**3
Status = TrainingRun.Status


@dataclass(frozen=True, kw_only=True)
class ClassifierCost:
    """What the runs of one classifier will take, checkers included."""

    classifier: str
    runs: int  # distinct ones
    there: int  # of these, finished already
    steps: int  # optimisation steps still to make
    seconds: float  # still to go, one run after the other
    memory_gb: float  # of one process
    disk_gb: float  # still to be written
    measured_on: int  # finished runs that times are from; 0: guessed

    @property
    def to_fit(self) -> int:
        return self.runs - self.there


@dataclass(frozen=True, kw_only=True)
class PlanCost:
    """What a study will take."""

    cells: int
    checks: int  # runs that judge training rows for others
    classifiers: tuple[ClassifierCost, ...]

    def total(self, name: str) -> float:
        """Sum of a field over classifiers: "runs", "there", "to_fit", "steps", "seconds", …"""
        return sum(getattr(one, name) for one in self.classifiers)

    def seconds(self, parallel: int) -> float:
        """Expected by the clock with so many runs side by side, each on cores of its own."""
        return self.total("seconds") / max(1, min(parallel, int(self.total("to_fit"))))

    def as_json(self) -> dict[str, Any]:
        fields = ("runs", "there", "to_fit", "steps", "seconds", "disk_gb")
        return {
            "cells": self.cells,
            "checks": self.checks,
            **{name: round(self.total(name), 3) for name in fields},
            "classifiers": [
                {
                    "classifier": one.classifier,
                    **{name: round(getattr(one, name), 3) for name in fields},
                    "memory_gb": round(one.memory_gb, 2),
                    "measured_on": one.measured_on,
                }
                for one in self.classifiers
            ],
        }


def plan_cost(plan: StudyPlan) -> PlanCost:
    """Work out what a plan would take; nothing is written.

    Runs are counted once however many cells share them. A cell whose checkers have not finished
    counts as one run to fit: which rows it will learn from is not known yet.

    Raises:
        StudyRefused: what its cells read is not there.
    """
    rows = StudyRows(plan)
    check_rows(rows)
    found = {one.key: one for one in _planned(rows)}
    known = finished_runs()
    rates = {kind: measured(kind, known) or guessed(kind) for kind in _kinds(found.values())}
    return PlanCost(
        cells=sum(1 for _ in plan.cells()),
        checks=sum(one.check for one in found.values()),
        classifiers=tuple(
            _cost(name, [one for one in found.values() if one.classifier == name], rates)
            for name in plan.classifiers
        ),
    )


@dataclass(frozen=True, kw_only=True)
class _Planned:
    """One run of a plan."""

    key: tuple[str, ...]  # the same for the same run
    classifier: str
    config: FitConfig
    check: bool
    run: TrainingRun | None  # when it has finished and its files are there
    train_rows: int
    test_rows: int
    bytes: int

    @property
    def there(self) -> bool:
        return self.run is not None


def _planned(rows: StudyRows) -> Iterator[_Planned]:
    judges: dict[tuple[str, Check], _Planned] = {}  # shared by arms
    for cell in rows.plan.cells():
        project = rows.of(cell.project).project
        checks = rows.checks(cell)
        for check in checks.all():
            place = (cell.project, check)
            if place not in judges:
                judges[place] = _as_planned(project, cell, rows.check(cell, check))
            yield replace(judges[place], classifier=cell.classifier)
        runs = {check: judges[cell.project, check].run for check in checks.all()}
        if checks.quality is None:
            yield _as_planned(project, cell, rows.plain(cell))
        elif (quality := runs[checks.quality]) and all(runs.values()):
            diversity = runs[checks.diversity] if checks.diversity else None
            wanted = rows.checked(cell, quality=quality, diversity=diversity)
            yield _as_planned(project, cell, wanted)
        else:
            yield _unknown(project, cell, rows.plain(cell))


def _as_planned(project: Project, cell: Cell, wanted: Wanted) -> _Planned:
    return _Planned(
        key=(project.slug, wanted.source, wanted.fingerprint),
        classifier=cell.classifier,
        config=wanted.config,
        check=wanted.purpose == TrainingRun.Purpose.CHECK,
        run=_known(project, wanted),
        train_rows=wanted.train_rows,
        test_rows=wanted.test.count("\n"),
        bytes=len(wanted.train.encode()) + len(wanted.test.encode()),
    )


def _unknown(project: Project, cell: Cell, wanted: Wanted) -> _Planned:
    """A run that waits for its checkers, taken to learn from all rows of its source."""
    planned = _as_planned(project, cell, wanted)
    place = (project.slug, cell.arm.name, cell.classifier, str(cell.seed))
    return replace(planned, key=place, run=None)


def _known(project: Project, wanted: Wanted) -> TrainingRun | None:
    """The run when it has finished and its files are there."""
    runs = TrainingRun.objects.of(project).successful()
    run = runs.filter(source=wanted.source, fingerprint=wanted.fingerprint).first()
    return run if run is not None and folder_of(run).manifest.exists() else None


def _kinds(planned: Iterable[_Planned]) -> set[Kind]:
    return {Kind.of(one.config) for one in planned}


def finished_runs(classifier: str = "") -> list[Finished]:
    """What the newest finished runs took; of one kind of classifier only, where it is given."""
    found = []
    recent = TrainingRun.objects.successful().order_by("-finished_at").exclude(metrics={})
    if classifier:
        recent = recent.filter(config__classifier=classifier)
    for config, metrics in recent.values_list("config", "metrics")[:RECENT]:
        try:
            read = FitConfig.from_json(config)
        except BadConfig:
            continue  # of a release that knew other fields
        found.append(
            Finished(
                kind=Kind.of(read),
                steps=read.max_steps,
                train_rows=int(metrics.get("train_rows", 0)),
                test_rows=int(metrics.get("test_rows", 0)),
                seconds=metrics.get("seconds", {}),
                memory_mib=float(metrics.get("peak_rss_mib", 0)),
            )
        )
    return found


def _cost(name: str, planned: list[_Planned], rates: dict[Kind, Rates]) -> ClassifierCost:
    missing = [one for one in planned if not one.there]
    used = [rates[Kind.of(one.config)] for one in missing or planned]
    return ClassifierCost(
        classifier=name,
        runs=len(planned),
        there=len(planned) - len(missing),
        steps=sum(one.config.max_steps for one in missing),
        seconds=sum(
            rates[Kind.of(one.config)].seconds(
                one.config, train_rows=one.train_rows, test_rows=one.test_rows
            )
            for one in missing
        ),
        memory_gb=max(rate.memory_gb for rate in used),
        disk_gb=sum(one.bytes / GB + model_gb(one.config) for one in missing),
        measured_on=min(rate.runs for rate in used),
    )
