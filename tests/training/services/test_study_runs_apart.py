"""Runs that only studies asked for leave a project's own table and choices alone."""

from __future__ import annotations

import shlex
from contextlib import closing
from dataclasses import replace
from datetime import timedelta

from django.utils import timezone

from curation.models import Project
from tests.training.factories import TFIDF, finished_run, make_project
from tests.training.services.studies.plans import plan
from training.management.commands.train import Command
from training.management.commands.train import _config as command_config
from training.models import StudyCell, TrainingRun
from training.services import project_scores, train_source
from training.services.finished import finished_run as chosen_run
from training.services.finished import repeat_command
from training.services.pool import opened_pool
from training.services.requests import ProjectRows, Request, ask, ask_for_study
from training.services.studies import create_study

GOLD = ["joke", "news"]


def fit(request: Request) -> None:
    from training.executors.local import LocalExecutor

    executor = LocalExecutor(1, devices=())
    with closing(executor), opened_pool(executor, attach=False) as pool:
        pool.add(request)
        while pool.step():
            pass


def test_a_project_table_shows_what_the_project_asked_for(project: Project) -> None:
    own = finished_run(project, "real", gold=GOLD, predicted=GOLD)
    other = finished_run(project, "real", recipe="study", gold=GOLD, predicted=["joke", "joke"])
    TrainingRun.objects.filter(pk=other.pk).update(asked_at=None)

    (real,) = project_scores(project).sources

    assert TrainingRun.objects.of(project).newest("real") == [own]
    assert real.scores.accuracy.mean == 1.0


def test_a_study_reuses_a_run_of_the_project_without_asking_for_it_again(db: None) -> None:
    project = make_project()
    (own,) = train_source(project, "real", seeds=1, config=TFIDF)

    request = ask_for_study(project, ProjectRows(project).wanted("real", TFIDF))

    assert request.run == own
    assert request.run.asked_at == own.asked_at


def test_a_run_of_a_study_becomes_the_projects_own_when_it_asks_for_it(db: None) -> None:
    project = make_project()
    request = ask_for_study(project, ProjectRows(project).wanted("real", TFIDF))
    fit(request)
    assert TrainingRun.objects.of(project).newest("real") == []

    (own,) = train_source(project, "real", seeds=1, config=TFIDF)

    assert own == request.run
    assert TrainingRun.objects.of(project).newest("real") == [own]


def test_runs_that_judge_training_rows_are_chosen_by_nobody(project: Project) -> None:
    own = finished_run(project, "real", gold=GOLD, predicted=GOLD)
    check = finished_run(project, "real", recipe="check", gold=GOLD, predicted=GOLD)
    later = timezone.now() + timedelta(days=1000)
    TrainingRun.objects.filter(pk=check.pk).update(
        purpose=TrainingRun.Purpose.CHECK, asked_at=later
    )

    assert chosen_run(project, "") == own
    assert TrainingRun.objects.of(project).newest("real") == [own]


def test_the_files_of_a_studys_run_come_back_by_running_the_study(db: None) -> None:
    project = make_project()
    create_study(plan(), "s")
    request = ask_for_study(project, ProjectRows(project).wanted("real", TFIDF))
    StudyCell.objects.filter(arm="real").update(run=request.run)

    assert repeat_command(request.run, keep=False) == "manage.py study run s"
    assert repeat_command(request.run).startswith("manage.py train headlines --source real")


def test_a_run_is_repeated_with_all_that_it_was_asked_with(project: Project) -> None:
    asked = replace(TFIDF, loss="agreement", class_weights="balanced", threads=2)
    (request,) = ask(project, [ProjectRows(project).wanted("real", asked)])
    command = repeat_command(request.run, keep=False).removeprefix("manage.py ")
    options = Command().create_parser("manage.py", "train").parse_args(shlex.split(command)[1:])

    assert command.endswith("--classifier tfidf --threads 2 --loss agreement --balanced")
    assert command_config(vars(options)) == asked
    assert repeat_command(request.run, keep=False, dynamics=True).endswith(" --dynamics")


def test_a_run_of_a_study_keeps_how_it_learned_by_training_it(db: None) -> None:
    project = make_project()
    create_study(plan(), "s")
    request = ask_for_study(project, ProjectRows(project).wanted("real", TFIDF))
    StudyCell.objects.filter(arm="real").update(run=request.run)

    command = repeat_command(request.run, keep=False, dynamics=True)

    assert command.startswith("manage.py train headlines --source real")
    assert command.endswith("--dynamics")
