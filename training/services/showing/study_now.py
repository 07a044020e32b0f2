"""How far a study is: every cell of its matrix, and what is to be said of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from curation.models import Job
from curation.reporting import wording
from training.models import Study, StudyCell, TrainingRun
from training.services.showing.study_list import state_words
from training.services.studies import StudyState, state_of
from training.services.studies.starting import newest_job
from training.services.studies.state import WAITING, cell_state

Status = TrainingRun.Status
STATES = {
    WAITING: "waiting",
    Status.RUNNING: "running",
    Status.SUCCESSFUL: "done",
    Status.FAILED: "failed",
    Status.CANCELLED: "stopped",
}


@dataclass(frozen=True, kw_only=True)
class GridCell:
    """One place of the matrix."""

    seed: int
    state: str  # in words
    css: str  # key of STATES
    score: str  # macro-F1; "" without
    slug: str  # of its project
    run: int | None  # key


@dataclass(frozen=True, kw_only=True)
class GridLine:
    arm: str
    cells: list[GridCell]


@dataclass(frozen=True, kw_only=True)
class Grid:
    """One project with one classifier."""

    project: str  # title
    classifier: str
    seeds: range
    lines: list[GridLine]


@dataclass(frozen=True, kw_only=True)
class FailedCell:
    """What failed, as often as with the same words."""

    where: str
    sentence: str


@dataclass(frozen=True, kw_only=True)
class StudyNow:
    study: Study
    sentence: str
    state: str
    active: bool  # at work, or waiting for a worker
    stopping: bool
    note: str  # what runs now
    settled: int
    cells: int
    grids: list[Grid]
    failures: list[FailedCell]
    deletable: bool
    resumable: bool
    wrong: bool


def study_now(study: Study) -> StudyNow:
    state, job = state_of(study), newest_job(study)
    waits = job is not None and job.state == Job.State.READY
    active = state.at_work or (job is not None and job.state in ACTIVE)
    settled = state.counts["successful"] + state.counts["failed"]
    return StudyNow(
        study=study,
        sentence=_sentence(state, waits=waits),
        state="waits for a worker" if waits else state_words(state),
        active=active,
        stopping=active and job is not None and job.cancel_requested,
        note=job.note if job is not None and job.state == Job.State.RUNNING else "",
        settled=settled,
        cells=state.cells,
        grids=grids_of(state),
        failures=_failures(state),
        deletable=not active,
        resumable=not active and state.counts["successful"] < state.cells,
        wrong=state.word in {"failed", "interrupted"},
    )


ACTIVE = {Job.State.READY, Job.State.RUNNING}


def grids_of(state: StudyState) -> list[Grid]:
    """A grid for each project and classifier, in the plan's order."""
    cells, plan = state.matrix, state.study.plan
    placed = {(one.project.slug, one.classifier, one.arm, one.seed): one for one in cells}
    titles = {one.project.slug: one.project.title or one.project.slug for one in cells}
    arms = [arm["name"] for arm in plan["arms"]]
    seeds = range(plan.get("seeds", 3))
    return [
        Grid(
            project=titles[slug],
            classifier=classifier,
            seeds=seeds,
            lines=[
                GridLine(
                    arm=arm,
                    cells=[
                        _cell(placed[place], at_work=state.at_work)
                        for seed in seeds
                        if (place := (slug, classifier, arm, seed)) in placed
                    ],
                )
                for arm in arms
            ],
        )
        for slug in plan["projects"]
        if slug in titles  # its project may have been deleted
        for classifier in plan["classifiers"]
    ]


def _cell(cell: StudyCell, *, at_work: bool) -> GridCell:
    state, run = cell_state(cell, at_work=at_work), cell.run
    score = run.macro_f1 if run is not None and state == Status.SUCCESSFUL else None
    return GridCell(
        seed=cell.seed,
        state=STATES[state],
        css=state,
        score="" if score is None else f"{score:.3f}",
        slug=cell.project.slug,
        run=None if run is None else run.pk,
    )


def _sentence(state: StudyState, *, waits: bool) -> str:
    counts, cells = state.counts, wording.plural(state.cells, "run")
    failed = f", {counts['failed']:,} failed" if counts["failed"] else ""
    if state.at_work:
        running = f", {counts['running']:,} running" if counts["running"] else ""
        return f"{counts['successful']:,} of {cells} are done{running}{failed}."
    if waits:
        return f"It waits for a worker; {counts['successful']:,} of {cells} are done."
    return WORDS.get(state.word, "{done} of {cells} are done{failed}.").format(
        done=f"{counts['successful']:,}", cells=cells, failed=failed
    )


WORDS = {
    "ready": "It has not been started; {done} of {cells} are there already.",
    "successful": "{done} of {cells} are done{failed}.",
    "failed": "It broke off with {done} of {cells} done{failed}.",
    "cancelled": "It was stopped with {done} of {cells} done{failed}; it goes on from there.",
    "interrupted": "Whoever ran it has gone, with {done} of {cells} done; it goes on from there.",
}


def _failures(state: StudyState) -> list[FailedCell]:
    """The same sentence once, with how often it was said."""
    by_sentence: dict[str, list[str]] = {}
    for failure in state.failures:
        by_sentence.setdefault(failure.sentence, []).append(failure.cell)
    return [
        FailedCell(where=_where(cells), sentence=sentence)
        for sentence, cells in by_sentence.items()
    ]


def _where(cells: Sequence[str]) -> str:
    more = f", and {len(cells) - 1} more" if len(cells) > 1 else ""
    return f"{cells[0]}{more}"
