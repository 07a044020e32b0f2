from __future__ import annotations

import json
from pathlib import Path

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from curation.models import Project
from curation.services.projects import preset_titles

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("name", preset_titles())
def test_every_preset_makes_a_project(name: str) -> None:
    call_command("create_project", "mine", "--preset", name)

    project = Project.objects.get()
    assert project.title == preset_titles()[name]
    assert project.labels.count() >= 2
    assert set(project.writing) == {"context", "style", "words"}


def test_what_is_said_goes_before_what_the_preset_says() -> None:
    call_command("create_project", "mine", "--preset", "imdb", "--title", "Mine", "--overlap", "5")

    project = Project.objects.get()
    assert (project.title, project.overlap) == ("Mine", 5)
    assert project.description == "Did the reviewer like the film?"


def test_presets_are_listed_with_their_titles(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("create_project", "--presets")
    assert "tweet_irony             Irony in tweets" in capsys.readouterr().out

    call_command("create_project", "--presets", "--json")
    assert json.loads(capsys.readouterr().out)["presets"] == preset_titles()
    assert not Project.objects.exists()


@pytest.mark.parametrize(
    ("writing", "stored"),
    [
        ({}, {}),
        ({"writing": None}, {}),
        (
            {"writing": {"style": "tweets", "words": [8, 28]}},
            {"style": "tweets", "words": [8, 28]},
        ),
    ],
)
def test_a_task_file_may_say_how_texts_are_written(
    tmp_path: Path, writing: dict[str, object], stored: dict[str, object]
) -> None:
    file = tmp_path / "task.json"
    file.write_text(json.dumps({"labels": ["joke", "news"], **writing}), encoding="utf-8-sig")

    call_command("create_project", "mine", "--from", str(file))

    assert Project.objects.get().writing == stored


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["mine", "--preset", "poems"], "no preset 'poems'; choose one of ag_news, "),
        (["mine", "--preset", "imdb", "--from", "task.json"], "Say the labels either"),
        (["mine", "--preset", "imdb", "--labels", "a,b"], "Say the labels either"),
        (["--preset", "imdb"], "Name the project"),
    ],
)
def test_a_preset_that_cannot_be_used_gets_a_sentence(arguments: list[str], says: str) -> None:
    with pytest.raises(CommandError, match=says):
        call_command("create_project", *arguments)
    assert not Project.objects.exists()


def test_writing_of_another_form_in_a_task_file_gets_a_sentence(tmp_path: Path) -> None:
    file = tmp_path / "task.json"
    file.write_text('{"labels": ["joke", "news"], "writing": {"tone": "dry"}}')

    with pytest.raises(CommandError, match="has 'tone'"):
        call_command("create_project", "mine", "--from", str(file))
    assert not Project.objects.exists()


def test_a_task_file_nested_too_deep_gets_a_sentence(tmp_path: Path) -> None:
    file = tmp_path / "task.json"
    file.write_text('{"labels": ' + "[" * 100_000)

    with pytest.raises(CommandError, match="is not JSON"):
        call_command("create_project", "mine", "--from", str(file))
    assert not Project.objects.exists()
