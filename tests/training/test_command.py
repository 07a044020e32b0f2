from __future__ import annotations

import json

import pytest
from django.core.management import CommandError, call_command

from curation.models import Example, Project
from tests.factories import annotate, make_example
from training.models import TrainingRun


def test_train_prints_one_json_object(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    call_command(
        "train", "headlines", "--source", "real", "--seeds", "1", "--classifier", "tfidf", "--json"
    )

    answer = json.loads(capsys.readouterr().out)
    assert answer["project"] == "headlines"
    assert answer["scores"]["real"]["macro_f1"]["mean"] == 1.0
    assert answer["scores"]["real"]["train_rows"] == 12
    assert sorted(answer["scores"]["real"]["calibration"]) == ["brier", "by_chance", "ece"]


def test_train_prints_a_table_for_people(
    project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    call_command("train", "headlines", "--source", "real", "--seeds", "1", "--classifier", "tfidf")

    out = capsys.readouterr().out
    assert "macro-F1" in out
    assert "1.000" in out
    assert "±" not in out  # one run has no spread
    assert "test texts with trusted labels." in out


def test_train_says_how_many_test_texts_have_only_the_label_that_people_gave(
    project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    example = make_example(project, name="judged", split=Example.Split.TEST)
    annotate(project, [project.label_names()[0]] * 3, example=example)

    call_command("train", "headlines", "--source", "real", "--seeds", "1", "--classifier", "tfidf")

    assert ", 1 with those that people gave them." in " ".join(capsys.readouterr().out.split())


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["nobody", "--source", "real"], "no project 'nobody'"),
        (["headlines", "--source", "poems"], "not a training source"),
        (["headlines", "--source", "real", "--steps", "0"], "max_steps is 0"),
        (["headlines", "--source", "version:1"], "no dataset version 1"),
    ],
)
def test_bad_input_is_one_sentence(project: Project, arguments: list[str], sentence: str) -> None:
    with pytest.raises(CommandError, match=sentence):
        call_command("train", *arguments)

    assert not TrainingRun.objects.exists()
