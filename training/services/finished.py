"""Finished runs by the key that the hub knows them by."""

from __future__ import annotations

import shlex

from curation.models import Project
from training.errors import RunNotFound
from training.fitting.config import FitConfig
from training.fitting.run_folder import RunFolder
from training.models import TrainingRun

PREFIX = "training:"


def finished_run(project: Project, key: str) -> TrainingRun:
    """The run "training:12", or for "" the one asked for last, rather one that kept its model.

    Of runs that were asked for together it is the first: the first source, with seed 0. Those of a
    study come after all that the project itself asked for.

    Raises:
        RunNotFound: the project has no such run, or it has not ended well.
    """
    runs = TrainingRun.objects.of(project).successful().scored()
    if key:
        number = key.removeprefix(PREFIX)
        known = key.startswith(PREFIX) and number.isascii() and number.isdecimal()
        run = runs.filter(pk=int(number)).first() if known and len(number) < 19 else None
    else:
        order = runs.by_request()
        run = order.filter(config__save_model=True).first() or order.first()
    if run is None:
        raise RunNotFound(project.slug, key)
    return run


def repeat_command(run: TrainingRun, *, keep: bool = True, dynamics: bool = False) -> str:
    """The command that makes the run once more; with `keep` it keeps its model this time, with
    `dynamics` how it learned its rows.
    """
    cell = run.cells.select_related("study").first() if run.asked_at is None else None
    if cell is not None and not keep and not dynamics:
        return f"manage.py study run {cell.study.slug}"  # which has more settings than train
    config, default = FitConfig.from_json(run.config), FitConfig()
    parts = [f"manage.py train {run.project.slug} --source {run.source} --seeds {run.seed + 1}"]
    for option, name in (
        ("--classifier", "classifier"),
        ("--model", "model"),
        ("--steps", "max_steps"),
        ("--threads", "threads"),
        ("--loss", "loss"),
    ):
        value = getattr(config, name)
        if value != getattr(default, name):
            parts.append(f"{option} {shlex.quote(str(value))}")
    flags = {
        "--allow-download": config.hub,
        "--balanced": config.class_weights == "balanced",
        "--dynamics": dynamics or config.dynamics,
        "--save-model": keep or config.save_model,
    }
    parts += [flag for flag, wanted in flags.items() if wanted]
    return " ".join(parts)


def folder_of(run: TrainingRun) -> RunFolder:
    return RunFolder(run.path())
