"""How finished runs learned their rows, put onto the hub's examples."""

from __future__ import annotations

from curation.errors import NothingToDo
from curation.models import Project
from curation.services.dynamics import NewDynamics, attach_dynamics
from training.errors import DynamicsNotKept
from training.fitting.dynamics import FEWEST, UNSEEN, Dynamics, read_dynamics
from training.models import TrainingRun
from training.services.finished import finished_run, folder_of, repeat_command


def attach_learned(project: Project, run_key: str) -> TrainingRun:
    """See to it that the training dynamics of a run are attached to its examples.

    Args:
        run_key: "training:12", or "" for the run asked for last that kept its dynamics.

    Returns:
        The run; the hub knows its dynamics by `run.key`.

    Raises:
        RunNotFound: the project has no such run.
        DynamicsNotKept: it kept none; says how to train it again.
        NothingToDo: it saw no row often enough.
    """
    run = _run(project, run_key)
    try:
        found = read_dynamics(folder_of(run).dynamics)
    except OSError as error:
        command = repeat_command(run, keep=False, dynamics=True)
        raise DynamicsNotKept(run.key, command) from error
    rows = new_dynamics(found)
    if not rows:
        raise NothingToDo(
            f"{run.key} saw none of its {len(found.ids)} rows {FEWEST} times, so it cannot say how "
            "they were learned; train it longer with --steps."
        )
    attach_dynamics(project, run.key, rows)
    return run


def new_dynamics(found: Dynamics) -> list[NewDynamics]:
    """Rows that were seen often enough to have a region."""
    columns = zip(
        found.ids,
        found.labels,
        found.seen.tolist(),
        found.confidence.tolist(),
        found.variability.tolist(),
        found.correctness.tolist(),
        found.regions,
        strict=True,
    )
    return [
        NewDynamics(
            example=name,
            label=label,
            seen=seen,
            confidence=confidence,
            variability=variability,
            correctness=correctness,
            region=region,
        )
        for name, label, seen, confidence, variability, correctness, region in columns
        if region != UNSEEN
    ]


def _run(project: Project, run_key: str) -> TrainingRun:
    if not run_key:
        runs = TrainingRun.objects.of(project).successful().scored()
        kept = runs.filter(config__dynamics=True).by_request().first()
        if kept is not None:
            return kept
    return finished_run(project, run_key)
