from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from curation.models import Project
from training.models import Study, TrainingRun

PLAN: dict[str, Any] = {
    "title": "Is it as good?",
    "projects": ["headlines"],
    "arms": [
        {"name": "real", "source": "real"},
        {"name": "made", "source": "synthetic"},
    ],
    "classifiers": {"tfidf": {"classifier": "tfidf"}},
    "seeds": 1,
    "pairs": [["real", "made"]],
}


@pytest.fixture
def file(tmp_path: Path) -> str:
    path = tmp_path / "mine.json"
    path.write_text(json.dumps(PLAN), encoding="utf-8")
    return str(path)


@pytest.fixture
def answer(capsys: pytest.CaptureFixture[str]) -> Any:
    def ask(*arguments: str) -> Any:
        call_command("study", *arguments, "--json")
        return json.loads(capsys.readouterr().out)

    return ask


def test_a_study_goes_from_its_file_to_its_report(project: Project, file: str, answer: Any) -> None:
    cost = answer("plan", file)
    created = answer("create", file)
    ran = answer("run", "mine", "--parallel", "2")
    again = answer("run", "mine")
    status = answer("status", "mine")
    report = answer("report", "mine")["report"]

    assert (cost["cells"], cost["runs"], cost["there"], cost["to_fit"]) == (2, 2, 0, 2)
    assert (created["state"], created["waiting"]) == ("ready", 2)
    assert (ran["fitted"], ran["successful"]) == (2, 2)
    assert (again["fitted"], again["reused"]) == (0, 2)
    assert status["state"] == "successful"
    assert report["cells"]["successful"] == 2
    assert answer("plan", "mine")["to_fit"] == 0
    assert [one["study"] for one in answer("list")["studies"]] == ["mine"]


def test_people_get_tables_and_the_next_command(
    project: Project, file: str, capsys: pytest.CaptureFixture[str]
) -> None:
    call_command("study", "plan", file)
    planned = capsys.readouterr().out
    call_command("study", "create", file, "--slug", "other")
    created = capsys.readouterr().out
    call_command("study", "run", "other")
    ran = capsys.readouterr().out
    call_command("study", "report", "other")
    report = capsys.readouterr().out
    call_command("study", "list")
    listed = capsys.readouterr().out

    assert "2 cells, 2 runs; 0 are there, 2 to fit" in planned
    assert "a guess" in planned
    assert "Run it with: manage.py study run other" in created
    assert "2 runs were fitted now, 0 were there already." in ran
    assert "macro-F1" in report
    assert "other" in listed


def test_a_plan_writes_nothing(project: Project, file: str) -> None:
    call_command("study", "plan", file)

    assert not Study.objects.exists()
    assert not TrainingRun.objects.exists()


def test_a_study_is_forgotten_and_its_runs_stay(project: Project, file: str, answer: Any) -> None:
    answer("create", file)
    answer("run", "mine")

    assert answer("delete", "mine") == {"deleted": "mine"}

    assert not Study.objects.exists()
    assert TrainingRun.objects.count() == 2


def test_stopping_what_does_not_run_says_so(
    project: Project, file: str, capsys: pytest.CaptureFixture[str]
) -> None:
    call_command("study", "create", file)
    capsys.readouterr()

    call_command("study", "stop", "mine")

    assert "Nothing runs study 'mine'" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["dance"], "'dance' is nothing that can be done"),
        (["run"], "Name the study"),
        (["run", "nobody"], "no study 'nobody'"),
        (["create", "nowhere.yaml"], "cannot be read"),
        (["paper-one"], "Say where the data is"),
        (["paper-one", "--data", "nowhere"], "no folder 'nowhere'"),
    ],
)
def test_bad_requests_are_one_sentence(
    db: None, concord_home: Path, arguments: list[str], sentence: str
) -> None:
    with pytest.raises(CommandError, match=sentence):
        call_command("study", *arguments)

    assert not Study.objects.exists()


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"projects": ["nobody"]}, "no project 'nobody'"),
        ({"arms": [{"name": "a", "source": "version:7"}]}, "Arm 'a', project 'headlines': .*7"),
        ({"arms": [{"name": "a", "source": "poems"}]}, "not a training source"),
        ({"arms": [{"name": "a", "source": "real", "config": {"loss": "imp"}}]}, "quality checker"),
        ({"classifiers": {"x": {"classifier": "oracle"}}}, "no classifier 'oracle'"),
        ({"seeds": 0}, "0 seeds"),
        ({"colour": "red"}, "'colour', which is not known"),
    ],
)
def test_a_bad_study_file_is_one_sentence_and_changes_nothing(
    project: Project, tmp_path: Path, changed: dict[str, Any], sentence: str
) -> None:
    path = tmp_path / "bad.json"
    path.write_text(json.dumps({**PLAN, "pairs": [], **changed}), encoding="utf-8")

    with pytest.raises(CommandError, match=sentence):
        call_command("study", "create", str(path))

    assert not Study.objects.exists()
