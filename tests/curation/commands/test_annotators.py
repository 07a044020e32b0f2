"""`manage.py annotators`: lists, acts, compares, finds."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from curation.models import Project
from curation.services.annotating.joining import member_name
from tests.curation.services.quality.crowded import make_crowded
from tests.factories import make_project

pytestmark = pytest.mark.django_db


@pytest.fixture
def project() -> Project:
    return make_crowded(texts=30, known=4)


def told(capsys: pytest.CaptureFixture[str], *options: str) -> Any:
    call_command("annotators", "jokes", "--json", *options)
    return json.loads(capsys.readouterr().out)


def said(capsys: pytest.CaptureFixture[str], *options: str) -> str:
    call_command("annotators", "jokes", *options)
    return capsys.readouterr().out


def standing(project: Project, name: str) -> str:
    return project.annotators.get(name=name).standing


def test_it_lists_everybody_most_doubtful_first(
    project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    listed = told(capsys)

    assert listed["answers"] == 6 * 34
    assert {one["name"] for one in listed["annotators"][:2]} == {"sim-05", "sim-06"}
    assert listed["annotators"][0]["flags"][0]["sentence"]
    assert set(listed["annotators"][-1]["figures"]["gold"]) >= {"value", "low", "high", "n"}

    assert "sim-05" in said(capsys)


def test_a_project_nobody_judged_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    make_project()

    assert "Nobody has answered yet." in said(capsys)


def test_a_dry_run_says_what_it_would_mean_and_does_nothing(
    project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    impact = told(capsys, "--action", "requeue", "--name", "sim-05", "--dry-run")

    assert (impact["votes"], impact["tasks"]) == (30, 30)
    assert standing(project, "sim-05") == "good"
    assert "changes no vote" in said(capsys, "--action", "warn", "--name", "sim-05", "--dry-run")


def test_an_action_is_done_and_done_again_changes_nothing(
    project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    action = ("--action", "requeue", "--name", "sim-05", "--reason", "careless")

    first, second = told(capsys, *action), told(capsys, *action)

    assert (first["changed"], first["tasks"]) == (True, 30)
    assert not second["changed"]
    assert standing(project, "sim-05") == "excluded"
    assert project.annotators.get(name="sim-05").actions.count() == 1


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (["--action", "pause"], "Say about whom with --name"),
        (["--action", "pause", "--name", "nobody", "--reason", "x"], "no annotator 'nobody'"),
        (["--action", "pause", "--name", "sim-05"], "Say why"),
        (["--without", "nobody"], "no annotator 'nobody'"),
        (["--find", " "], "Say whom to find"),
    ],
)
def test_what_cannot_be_done_is_answered_with_a_sentence(
    project: Project, options: list[str], sentence: str
) -> None:
    with pytest.raises(CommandError, match=sentence):
        call_command("annotators", "jokes", *options)


def test_it_shows_the_project_without_somebody(
    project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    difference = told(capsys, "--without", "sim-05", "--without", "sim-06")

    assert difference["names"] == ["sim-05", "sim-06"]
    assert difference["without"]["alpha"] > difference["with"]["alpha"]
    assert "as many random votes gone" in said(capsys, "--without", "sim-05")


def test_it_finds_somebody_by_a_user_name(
    project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    project.annotators.create(name=member_name("mira"))

    assert told(capsys, "--find", "mira")["found"][0]["name"] == member_name("mira")
    assert "Nobody in project" in said(capsys, "--find", "somebody else")


def test_the_rule_is_set_and_applied(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    assert told(capsys)["rule"] == "off"

    done = told(capsys, "--rule", "pause", "--apply-rule")

    assert done["rule"] == "pause"
    assert len(done["done"]) == 2
    assert standing(project, "sim-05") == "paused"
