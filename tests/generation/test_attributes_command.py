"""manage.py attributes: show, write, replace, remove."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from curation.models import Project
from generation.models import Attribute
from generation.services.attributes import set_values
from tests.generation.scripted_server import said, serving


def attributes(*arguments: str) -> str:
    out = io.StringIO()
    call_command("attributes", "jokes", *arguments, stdout=out)
    return out.getvalue()


@pytest.fixture
def topics(tmp_path: Path) -> Path:
    path = tmp_path / "topics.txt"
    path.write_text("\ufeffTrains\n\nNight markets\nTrains\n", encoding="utf-8")
    return path


def test_a_project_without_lists_says_so(project: Project) -> None:
    assert attributes() == "The project has no lists yet.\n"


def test_a_list_is_taken_from_a_file_of_lines(project: Project, topics: Path) -> None:
    said = attributes("topic", "--from", str(topics))

    assert said == "topic (2 values):\n  Trains\n  Night markets\n"
    assert Attribute.objects.get().values == ["Trains", "Night markets"]


def test_a_model_writes_a_list(project: Project) -> None:
    reply = said(json.dumps({"values": ["Trains", "Rain"]}))
    with serving([reply]) as server:
        out = attributes("topic", "--write", "2", "--model", "m", "--base-url", server.base_url)

    assert out == "topic (2 values, written by tiny@1):\n  Trains\n  Rain\n"
    assert "List 2 different topics" in server.requests[0]["messages"][-1]["content"]


def test_with_json_it_prints_one_object(project: Project, topics: Path) -> None:
    attributes("topic", "--from", str(topics))
    set_values(project, "style", ["dry"])

    assert json.loads(attributes("--json")) == {
        "style": {"values": ["dry"], "written_by": ""},
        "topic": {"values": ["Trains", "Night markets"], "written_by": ""},
    }
    assert set(json.loads(attributes("topic", "--json"))) == {"topic"}


def test_a_list_is_removed(project: Project) -> None:
    set_values(project, "style", ["dry"])

    assert attributes("style", "--remove") == "The list of 'style' is removed.\n"
    assert not Attribute.objects.exists()


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["topic"], "no list of 'topic'; have it written with --write N"),
        (["topic", "--remove"], "no list of 'topic'"),
        (["--remove"], "Name the attribute"),
        (["--write", "3"], "Name the attribute"),
        (["topic", "--write", "0"], "0 values cannot be written"),
        (["topic", "--write", "3"], "Name the model"),
        (["topic", "--write", "3", "--provider", "recorded"], "recorded"),
        (["topic", "--from", "nowhere.txt"], "nowhere.txt"),
    ],
)
def test_bad_input_is_one_sentence_and_changes_nothing(
    project: Project, arguments: list[str], sentence: str
) -> None:
    with pytest.raises(CommandError, match=sentence):
        attributes(*arguments)

    assert not Attribute.objects.exists()


@pytest.mark.parametrize(
    ("content", "sentence"), [(b"\n \n", "The list of 'topic' is empty"), (b"\xff\xfe", "UTF-8")]
)
def test_a_file_without_values_is_one_sentence(
    project: Project, tmp_path: Path, content: bytes, sentence: str
) -> None:
    path = tmp_path / "topics.txt"
    path.write_bytes(content)

    with pytest.raises(CommandError, match=sentence):
        attributes("topic", "--from", str(path))
