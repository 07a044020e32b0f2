"""`manage.py predict`."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from curation.models import Prediction, Project
from tests.training.factories import TFIDF
from training.services import train_source

KEPT = replace(TFIDF, save_model=True)


def test_predict_answers_people_and_programs(
    project: Project, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (run,) = train_source(project, "real", seeds=1, config=KEPT)
    source, to = tmp_path / "texts.txt", tmp_path / "said.csv"
    source.write_text("parliament voted on the budget\n", encoding="utf-8")

    call_command("predict", "headlines", str(source), "--to", str(to))
    text = capsys.readouterr().out
    call_command("predict", "headlines", str(source), "--to", str(to), "--json")

    assert text == f"{run.key} judged 1 texts (joke 0, news 1); wrote {to}.\n"
    assert json.loads(capsys.readouterr().out) == {
        "project": "headlines",
        "path": str(to),
        "run": run.key,
        "rows": 1,
        "labels": {"joke": 0, "news": 1},
        "temperature": None,
        "skipped": [],
    }
    card = (run.path() / "model" / "README.md").read_text(encoding="utf-8")
    assert f"manage.py predict headlines texts.csv --run {run.key}" in card
    assert "(6 with trusted labels" not in card  # all are, so it is said in words
    assert "On 6 test rows with trusted labels: macro-F1 1.000" in card


def test_predictions_are_attached_to_the_pool_once(
    project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    (run,) = train_source(project, "real", seeds=1, config=KEPT)

    for _ in range(2):
        call_command("predict", "headlines", "--examples", "pool", "--json")

    first, second = map(json.loads, capsys.readouterr().out.splitlines())
    assert first == second
    assert (first["rows"], first["predictions"]) == (12, run.key)
    said = Prediction.objects.filter(run_key=run.key, example__split="pool")
    assert said.count() == 12
    assert all(row.label.name in row.example.external_id for row in said)


def test_texts_that_the_run_has_learned_are_not_judged_by_it(project: Project) -> None:
    (run,) = train_source(project, "synthetic", seeds=1, config=KEPT)

    with pytest.raises(CommandError, match="was trained on every text of the pool"):
        call_command("predict", "headlines", "--examples", "pool", "--run", run.key)

    assert not Prediction.objects.filter(example__split="pool").exists()


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ([], "Name a file of texts, or --examples"),
        (["texts.txt", "--examples", "pool"], "one of them"),
        (["texts.txt"], "Say what to write with --to"),
        (["texts.txt", "--to", "said.csv"], "manage.py train headlines"),
    ],
)
def test_bad_input_is_one_sentence(project: Project, arguments: list[str], sentence: str) -> None:
    with pytest.raises(CommandError, match=sentence):
        call_command("predict", "headlines", *arguments)
