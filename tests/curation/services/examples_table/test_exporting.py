"""What a filter means, as a file."""

from __future__ import annotations

import csv
import json

import pytest

from curation.errors import BadInput
from curation.models import Project
from curation.services.examples_table import ExampleFilter, exporting
from curation.services.examples_table.exporting import exported
from tests.factories import annotate, make_example, make_project

pytestmark = pytest.mark.django_db


@pytest.fixture
def project() -> Project:
    project = make_project()
    annotate(
        project,
        ["joke", "joke", "news", None],
        example=make_example(project, "=1+1\nΔ", name="a", intended="news"),
    )
    make_example(project, "x" * 700, name="b")
    return project


def test_csv_and_json_lines_say_the_same(project: Project) -> None:
    wish = ExampleFilter(order="oldest")

    table = list(csv.DictReader(exported(project, wish, form="csv")))
    lines = [json.loads(line) for line in exported(project, wish, form="jsonl")]

    assert lines[0] == {
        "id": "a", "text": "=1+1\nΔ", "source": "synthetic", "split": "pool", "method": "",
        "prompt": "", "run": None, "intended_label": "news", "label": "joke",
        "agreement": pytest.approx(2 / 3), "votes": 3, "skips": 1, "predicted_label": None,
        "set_aside": False, "votes_joke": 2, "votes_news": 1,
    }  # fmt: skip
    assert [len(row["text"]) for row in lines] == [6, 700]
    assert (table[0]["text"], table[0]["votes_joke"]) == ("'=1+1\nΔ", "2")
    assert [row["id"] for row in table] == ["a", "b"]


def test_a_file_is_read_in_steps(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exporting, "STEP", 1)

    lines = list(exported(project, ExampleFilter(), form="jsonl"))

    assert [json.loads(line)["id"] for line in lines] == ["b", "a"]


def test_what_is_wrong_is_said_before_the_first_line(project: Project) -> None:
    with pytest.raises(BadInput, match="poem"):
        exported(project, ExampleFilter(label="poem"), form="csv")


def test_a_file_of_nothing_has_its_header(project: Project) -> None:
    (header,) = exported(project, ExampleFilter(annotator="", votes_from=9), form="csv")

    assert header.startswith("id,text,source")
