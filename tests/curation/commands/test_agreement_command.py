"""`manage.py agreement`: statistics and cautions for people and as JSON."""

from __future__ import annotations

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from curation.job_handlers import agreement
from curation.models import Project
from tests.factories import annotate, make_project

pytestmark = pytest.mark.django_db


@pytest.fixture
def project() -> Project:
    project = make_project()
    for _ in range(6):
        annotate(project, ["joke", "joke", "joke"])
        annotate(project, ["news", "news", "joke"])
    return project


def said(*options: str) -> str:
    out = StringIO()
    call_command("agreement", "jokes", *options, stdout=out)
    return out.getvalue()


def test_statistics_and_cautions_are_printed(project: Project) -> None:
    text = said()

    assert "Krippendorff’s α            0.271 [" in text
    assert "n = 12" in text
    assert "Gwet’s AC1" in text
    assert "Only 12 examples have two votes or more" in text
    assert "With 3.0 votes per text, raw agreement is" in text


def test_json_holds_the_same(project: Project) -> None:
    answer: dict[str, Any] = json.loads(said("--json"))

    assert answer["statistics"]["nominal_alpha"]["value"] == pytest.approx(answer["alpha"])
    assert answer["statistics"]["gwet_ac1"]["n"] == 12
    assert [one["gamma"] for one in answer["posterior"]["reach"]] == [0.6, 0.7, 0.8, 0.9]
    assert len(answer["cautions"]) == 2


def test_each_examples_posterior_can_be_written_to_a_file(project: Project, tmp_path: Path) -> None:
    path = tmp_path / "each.jsonl"

    said("--per-example", str(path))

    lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    assert len(lines) == 12
    assert {round(line["a_i"], 2) for line in lines} == {1, 0.67}
    for line in lines:
        assert line["posterior"]["low"] < line["posterior"]["mean"] < line["posterior"]["high"]


def test_what_is_undefined_says_why(db: None) -> None:
    project = make_project()
    annotate(project, ["joke"])

    text = said()

    assert text.count("undefined: No example has two votes") == 4
    assert "only says what was assumed beforehand" in text


def test_the_job_keeps_the_same_figures(project: Project) -> None:
    result = agreement(project, {}, lambda *_: None)

    assert json.loads(json.dumps(result)) == json.loads(said("--json"))
