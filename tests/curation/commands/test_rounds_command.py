"""`rounds`: open, give out links, pause, refill, list."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from curation.models import AnnotationRound, Participation, Project
from curation.services.annotating.joining import read_link
from tests.factories import make_example, make_project

pytestmark = pytest.mark.django_db


@pytest.fixture
def project() -> Project:
    project = make_project()
    make_example(project, intended="joke")
    return project


def say(capsys: pytest.CaptureFixture[str], *words: str) -> dict[str, Any]:
    call_command("rounds", "jokes", *words, "--json")
    answer: dict[str, Any] = json.loads(capsys.readouterr().out)
    return answer


def test_a_round_is_opened_with_a_link_that_lets_people_in(
    project: Project, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    consent = tmp_path / "consent.txt"
    consent.write_text("We keep your answers.\n")

    opened = say(
        capsys, "open", "--overlap", "7", "--first", "3", "--gamma", "0.7",
        "--worker-parameter", "PROLIFIC_PID", "--consent", str(consent),
    )  # fmt: skip

    target = AnnotationRound.objects.get()
    assert (target.overlap, target.first_overlap, target.gamma) == (7, 3, 0.7)
    assert (target.consent, target.worker_parameter) == ("We keep your answers.", "PROLIFIC_PID")
    assert read_link(opened["link"].rstrip("/").rsplit("/", 1)[1]).round == target


def test_a_link_for_one_person_invites_them(
    project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    say(capsys, "open", "--invited-only")

    given = say(capsys, "link", "--for", "ann@example.org")

    entry = read_link(given["link"].rstrip("/").rsplit("/", 1)[1])
    assert entry.personal
    assert entry.worker == Participation.objects.get().annotator.name


def test_a_round_is_paused_reopened_refilled_and_listed(
    project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    say(capsys, "open")
    make_example(project, intended="news")

    assert say(capsys, "pause")["state"] == "paused"
    assert say(capsys, "reopen")["state"] == "open"
    assert say(capsys, "refill")["added"] == 1
    listed = say(capsys)["rounds"][0]
    assert (listed["tasks"], listed["votes"], listed["front"]) == (2, 0, "page")


def test_the_projects_threshold_is_shown_and_changed(
    project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    assert say(capsys, "threshold")["threshold"] == 0.8
    assert say(capsys, "threshold", "--gamma", "0.7")["threshold"] == 0.7


@pytest.mark.parametrize(
    ("words", "what"),
    [
        (("link",), "no round on the built-in page"),
        (("pause", "--round", "7"), "no round 7"),
        (("open", "--gold", "0.9"), "gold"),
        (("open", "--gold", "0.1"), "--split check"),
        (("open", "--consent", "missing.txt"), "missing.txt"),
        (("open", "--worker-parameter", "a b&c"), "cannot be in an address"),
        (("open", "--completion-url", "finished"), "https://"),
        (("threshold", "--gamma", "2"), "2"),
    ],
)
def test_what_cannot_be_done_gets_a_sentence(
    project: Project, words: tuple[str, ...], what: str
) -> None:
    with pytest.raises(CommandError, match=what):
        call_command("rounds", "jokes", *words)

    assert not project.rounds.exists()


def told(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    call_command("rounds", "jokes", *words)
    return capsys.readouterr().out


def test_a_link_is_told_with_the_place_of_each_persons_id(
    project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    plain = told(capsys, "open")
    prolific = told(capsys, "open", "--worker-parameter", "PROLIFIC_PID")

    assert "?worker=ID" in plain
    assert "?PROLIFIC_PID={{%PROLIFIC_PID%}}" in prolific
    assert "ID" not in told(capsys, "link", "--for", "ann").split("/join/")[1]


def test_no_link_is_given_out_where_it_lets_nobody_in(
    project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    told(capsys, "open")

    closed = told(capsys, "close")
    invited = told(capsys, "open", "--invited-only")

    assert "/join/" not in closed
    assert "manage.py rounds jokes reopen --round 1" in closed
    assert "/join/" not in invited
    assert "manage.py rounds jokes link --for ID" in invited
