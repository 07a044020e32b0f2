"""`manage.py suspects` over a finished run."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from django.core.management import CommandError, call_command

from curation.models import Project, TrainingDynamics
from tests.factories import annotate
from tests.training.factories import LABELS, finished_run
from tests.training.fitting.tiny_bert import make_tiny_bert
from training.fitting.config import FitConfig
from training.fitting.dynamics import Recorder
from training.fitting.rows import Row
from training.models import TrainingRun
from training.services.finished import folder_of

LEARNED = {"pool-row-joke-0": 0.1, "pool-row-joke-1": 0.9, "pool-row-joke-2": 0.5}


def learned_run(project: Project, *, times: int = 3) -> TrainingRun:
    """A run that saw each row of LEARNED so often, and another never."""
    run = finished_run(project, "synthetic", gold=["joke"], predicted=["joke"])
    rows = [Row(id=name, text="x", label="joke") for name in [*LEARNED, "pool-row-news-0"]]
    recorder = Recorder(FitConfig(labels=LABELS), rows)
    for _ in range(times):
        probs = np.array([[p, 1 - p] for p in LEARNED.values()], dtype=np.float32)
        recorder.seen(np.arange(3), probs)
    recorder.write(folder_of(run).dynamics)
    return run


def judge(project: Project, votes: dict[str, list[str]]) -> None:
    for name, labels in votes.items():
        annotate(project, labels, example=project.examples.get(external_id=name))


VOTES = {
    "pool-row-joke-0": ["news", "news", "news"],
    "pool-row-joke-1": ["joke", "joke", "joke"],
    "pool-row-joke-2": ["joke", "joke", "news"],
}


def test_suspects_prints_both_lists_as_one_json_object(
    project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    run = learned_run(project)
    judge(project, VOTES)

    call_command("suspects", "headlines", "--run", run.key, "--json")

    answer = json.loads(capsys.readouterr().out)
    assert (answer["project"], answer["source"], answer["run_key"]) == (
        "headlines",
        "synthetic",
        run.key,
    )
    assert (answer["learned"], answer["judged"]) == (3, 3)
    assert [one["example"] for one in answer["suspects"]] == ["pool-row-joke-0"]
    assert [one["example"] for one in answer["subjective"]] == ["pool-row-joke-2"]


def test_suspects_prints_counts_and_texts_for_people(
    project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    learned_run(project)
    judge(project, VOTES)

    call_command("suspects", "headlines")

    out = capsys.readouterr().out
    assert "learned 3 texts; 3 of them have 3 votes or more." in out
    assert "hardly learned them: 1" in out
    assert "wavered: 1" in out
    assert "why did the chicken number 0" in out


def test_suspects_twice_stores_nothing_twice(project: Project) -> None:
    learned_run(project)
    judge(project, VOTES)
    call_command("suspects", "headlines", "--json")
    before = list(TrainingDynamics.objects.values())

    call_command("suspects", "headlines", "--json")

    assert list(TrainingDynamics.objects.values()) == before
    assert len(before) == 3  # not the row that was never seen


def test_a_run_without_dynamics_is_told_how_to_get_them(project: Project) -> None:
    run = finished_run(project, "real", gold=["joke"], predicted=["joke"])

    with pytest.raises(
        CommandError, match=r"Train it again with: manage.py train headlines --source real .*--dyn"
    ):
        call_command("suspects", "headlines", "--run", run.key)


def test_a_run_that_saw_its_rows_too_seldom_is_told_so(project: Project) -> None:
    learned_run(project, times=2)

    with pytest.raises(CommandError, match=r"saw none of its 4 rows 3 times.*--steps"):
        call_command("suspects", "headlines")


def test_dynamics_are_for_classifiers_that_learn_in_steps(project: Project) -> None:
    with pytest.raises(CommandError, match="--dynamics needs steps to watch"):
        call_command(
            "train", "headlines", "--source", "real", "--classifier", "tfidf", "--dynamics"
        )


def test_what_train_keeps_suspects_reads(
    project: Project, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    model = str(make_tiny_bert(tmp_path / "bert"))
    arguments = ("--source", "synthetic", "--seeds", "1", "--steps", "6", "--model", model)
    call_command("train", "headlines", *arguments, "--dynamics", "--json")
    judge(project, {name: ["joke", "joke", "joke"] for name in LEARNED})
    capsys.readouterr()

    call_command("suspects", "headlines", "--json")

    answer = json.loads(capsys.readouterr().out)
    assert answer["learned"] == 12  # 6 steps of 16 rows see each of 12 rows 8 times
    assert answer["judged"] == 3
    assert sum(answer["high"].values()) == 3
    assert set(TrainingDynamics.objects.values_list("seen", flat=True)) == {8}
