"""Texts are found, written down and set aside from the command line."""

from __future__ import annotations

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from curation.models import Project, SetAside
from tests.factories import annotate, make_example, make_project

pytestmark = pytest.mark.django_db


@pytest.fixture
def project() -> Project:
    project = make_project("jokes", labels=("joke", "news"))
    annotate(project, ["joke", "joke", "news"], example=make_example(project, "so wet", name="a"))
    make_example(project, "so dry", name="b")
    return project


def told(*arguments: str, **options: Any) -> str:
    out = StringIO()
    call_command("examples", "jokes", *arguments, stdout=out, **options)
    return out.getvalue()


def test_texts_are_listed_with_their_votes(project: Project) -> None:
    said = told("--text", "wet")

    assert said.splitlines() == ["a  so wet", "    0.67 2 joke, 1 news", "1 of 1 text."]


def test_programs_read_a_page_and_go_on_after_it(project: Project) -> None:
    first = json.loads(told("--limit", "1", "--json"))
    second = json.loads(told("--limit", "1", "--after", first["after"], "--json"))

    assert [row["id"] for row in first["examples"] + second["examples"]] == ["b", "a"]
    assert (first["count"], first["more"], second["after"]) == (2, False, "")


def test_what_is_found_is_written_to_a_file(project: Project, tmp_path: Path) -> None:
    told("--label", "joke", "--to", str(tmp_path / "found.jsonl"))

    lines = (tmp_path / "found.jsonl").read_text().splitlines()
    assert [json.loads(line)["id"] for line in lines] == ["a"]


def test_texts_are_set_aside_and_taken_back(project: Project) -> None:
    assert told("--text", "dry", "--set-aside", "too dry") == "1 text set aside.\n"
    assert SetAside.objects.get().reason == "too dry"
    assert told("--aside", "yes", "--take-back") == "1 text taken back in.\n"


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (["--label", "poem"], "poem"),
        (["--votes-from", "many"], "a number"),
        (["--to", "found.xls"], "csv or .jsonl"),
        (["--after", "x"], "begin with the first page"),
        (["--text", "nowhere", "--set-aside", "odd"], "No text is like that"),
        (["--set-aside", "odd"], "say which ones are meant"),
        (["--set-aside", "odd", "--order", "oldest"], "say which ones are meant"),
        (["--text", "dry", "--set-aside", " "], "why these texts"),
    ],
)
def test_bad_input_gets_a_sentence(project: Project, arguments: list[str], word: str) -> None:
    with pytest.raises(CommandError, match=word):
        told(*arguments)

    assert not SetAside.objects.exists()
