"""With --json every command says one JSON object on stdout, also where it refuses."""

from __future__ import annotations

import json
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command, get_commands, load_command_class
from django.core.management.base import CommandError

from curation.management.base import ConcordCommand
from tests.factories import make_member, make_project

APPS = ("curation", "generation", "training")
OURS = sorted(name for name, app in get_commands().items() if app in APPS)


def command(name: str) -> Any:
    return load_command_class(get_commands()[name], name)


def on_stdout(name: str, *arguments: str, status: int, capsys: Any) -> Any:
    """What the command, called as on a command line, says there."""
    with pytest.raises(SystemExit) as ended:
        command(name).run_from_argv(["manage.py", name, *arguments])
    assert ended.value.code == status
    return json.loads(capsys.readouterr().out)


@pytest.mark.parametrize("name", OURS)
def test_every_command_answers_in_json_where_it_is_asked_to(name: str) -> None:
    found = command(name)

    assert isinstance(found, ConcordCommand)
    assert "--json" in found.create_parser("manage.py", name).format_help()


@pytest.mark.django_db
def test_a_refusal_is_one_object_with_the_sentence() -> None:
    out = StringIO()

    with pytest.raises(CommandError) as caught:
        call_command("agreement", "nowhere", "--json", stdout=out)

    assert json.loads(out.getvalue()) == {"error": str(caught.value)}
    assert "There is no project 'nowhere'" in str(caught.value)


@pytest.mark.django_db
def test_without_json_a_refusal_says_nothing_on_stdout() -> None:
    out = StringIO()

    with pytest.raises(CommandError):
        call_command("agreement", "nowhere", stdout=out)

    assert out.getvalue() == ""


@pytest.mark.django_db
def test_a_refusal_ends_with_a_status_other_than_0(capsys: Any) -> None:
    told = on_stdout("members", "list", "nowhere", "--json", status=1, capsys=capsys)

    assert "There is no project 'nowhere'" in told["error"]


def test_what_cannot_be_parsed_is_told_as_json_too(capsys: Any) -> None:
    told = on_stdout("curate", "--json", status=2, capsys=capsys)

    assert "the following arguments are required: slug" in told["error"]


@pytest.mark.django_db
@pytest.mark.parametrize("arguments", [["--json", "list", "jokes"], ["list", "jokes", "--json"]])
def test_json_may_stand_before_or_after_a_verb(arguments: list[str]) -> None:
    make_member(make_project("jokes"), name="mira")
    out = StringIO()

    call_command("members", *arguments, stdout=out)

    assert json.loads(out.getvalue())["members"][0]["name"] == "mira"
