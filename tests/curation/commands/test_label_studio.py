"""push, pull and labelstudio as typed, on the fake front."""

from __future__ import annotations

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from curation import job_handlers, jobs
from curation.label_studio.fake import FakeLabelStudio
from curation.models import Job, Project
from curation.services.pulling import pseudonym
from tests.curation.services.on_fake import answer
from tests.factories import make_example, make_project

pytestmark = pytest.mark.django_db


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"fake:{tmp_path}/front.sqlite3"


@pytest.fixture
def front(tmp_path: Path, url: str) -> FakeLabelStudio:
    return FakeLabelStudio(tmp_path / "front.sqlite3")


@pytest.fixture(autouse=True)
def token(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CONCORD_LABEL_STUDIO_TOKEN", "abc")


@pytest.fixture
def project() -> Project:
    project = make_project(overlap=2)
    for number in range(3):
        make_example(project, name=f"text-{number}")
    return project


def run(*words: str) -> dict[str, Any]:
    """What a command answers with --json."""
    out = StringIO()
    call_command(*words, "--json", stdout=out)
    answer: dict[str, Any] = json.loads(out.getvalue())
    return answer


def push(url: str, *options: str) -> dict[str, Any]:
    return run("push", "jokes", "--label-studio-url", url, *options)


def test_a_new_round_is_pushed_with_its_options(project: Project, url: str) -> None:
    push(url)

    second = push(
        url, "--new-round", "--overlap", "5", "--first", "2", "--gamma", "0.9", "--invited-only"
    )

    target = project.rounds.get(number=second["round"])
    assert (second["round"], second["sent"]) == (2, 3)
    assert (target.overlap, target.first_overlap, target.gamma) == (5, 2, 0.9)
    assert target.invited_only


@pytest.mark.parametrize("option", ["--overlap=3", "--first=2", "--only-undecided", "--gold=0.1"])
def test_options_of_a_new_round_need_one(project: Project, url: str, option: str) -> None:
    with pytest.raises(CommandError, match="add --new-round"):
        push(url, option)

    assert not project.rounds.exists()


def test_all_open_rounds_are_pulled_or_one(project: Project, url: str) -> None:
    push(url)
    push(url, "--new-round")

    both = run("pull", "jokes")
    one = run("pull", "jokes", "--round", "1")

    assert [row["round"] for row in both["rounds"]] == [1, 2]
    assert (one["round"], [row["round"] for row in one["rounds"]]) == (1, [1])


def test_what_was_pulled_is_said_in_whole_sentences(
    project: Project, url: str, front: FakeLabelStudio
) -> None:
    push(url)
    target = project.rounds.get()
    for person, label in (("ann", "poem"), ("bob", "joke")):
        answer(front, target, person, label)

    said, out = StringIO(), StringIO()
    call_command("pull", "jokes", stdout=said)
    front.storage.delete_annotation(project.rounds.get().strays.get().remote_id)
    call_command("pull", "jokes", stdout=out)

    assert said.getvalue().splitlines()[:2] == [
        "Round 1 has 1 annotation now and 1 answer set aside; 3 tasks were read.",
        "1 task goes to one person more.",
    ]
    assert "person more" not in out.getvalue()


def test_a_round_whose_server_is_away_keeps_no_other_back(
    project: Project, url: str, front: FakeLabelStudio
) -> None:
    first = push(url)
    push(url, "--new-round")
    front.delete_project(int(first["url"].rsplit("/", 1)[1]))
    out = StringIO()

    with pytest.raises(CommandError, match="Round 1: Could not count the tasks"):
        call_command("pull", "jokes", "--json", stdout=out)

    assert [row["round"] for row in json.loads(out.getvalue())["rounds"]] == [2]
    assert [bool(target.trouble) for target in project.rounds.all()] == [True, False]


def test_people_are_invited_from_the_command_line_or_a_file(
    project: Project, url: str, tmp_path: Path
) -> None:
    push(url)
    listed = tmp_path / "people.txt"
    listed.write_text("ann@lab.org\n\nbob@lab.org, cem@lab.org\n")

    told = run("labelstudio", "invite", "jokes", "--emails", "ann@lab.org")
    from_file = run("labelstudio", "invite", "jokes", "--emails", str(listed))
    links = run("labelstudio", "invite", "jokes")

    assert [person["email"] for person in from_file["people"]] == [
        "ann@lab.org", "bob@lab.org", "cem@lab.org",
    ]  # fmt: skip
    assert from_file["people"][:1] == told["people"]
    assert links["people"] == []
    assert links["start"].endswith("/data?labeling=1")
    assert "signup" in links["sign_up"]


def test_a_stranger_is_named_and_let_in(project: Project, url: str, front: FakeLabelStudio) -> None:
    target = project.rounds.get(number=push(url, "--new-round", "--invited-only")["round"])
    eve = front.annotator("eve@lab.org", password="Secret-12345", name="")
    task = target.tasks.first()
    assert task is not None
    eve.annotate(task.remote_id or 0, "joke", unique_id="u", seconds=1)

    before = run("pull", "jokes")
    run("labelstudio", "accept", "jokes", "--person", before["strangers"][0])
    after = run("pull", "jokes")

    assert before["strangers"] == [pseudonym("eve@lab.org")]
    assert (before["annotations"], after["annotations"], after["strangers"]) == (0, 1, [])


def test_the_command_that_lets_a_stranger_in_works_as_it_is_told(
    project: Project, url: str, front: FakeLabelStudio
) -> None:
    target = project.rounds.get(number=push(url, "--new-round", "--invited-only")["round"])
    push(url, "--new-round")
    eve = front.annotator("eve@lab.org", password="Secret-12345", name="")
    task = target.tasks.first()
    assert task is not None
    eve.annotate(task.remote_id or 0, "joke", unique_id="u", seconds=1)
    out = StringIO()

    call_command("pull", "jokes", "--round", "1", stdout=out)
    told = out.getvalue().partition("with manage.py ")[2].strip().removesuffix(".")
    call_command(*told.split(), stdout=StringIO())

    assert run("pull", "jokes", "--round", "1")["annotations"] == 1


def test_a_closed_round_is_left_alone_until_it_is_reopened(project: Project, url: str) -> None:
    push(url)

    closed = run("labelstudio", "close", "jokes")
    with pytest.raises(CommandError, match="no open round"):
        run("pull", "jokes")
    reopened = run("labelstudio", "reopen", "jokes")

    assert (closed["state"], reopened["state"]) == ("closed", "open")
    assert run("pull", "jokes")["round"] == 1


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (["labelstudio", "invite"], "Say which project"),
        (["labelstudio", "accept", "jokes"], "Say whose answers"),
        (["labelstudio", "connect"], "Say which server"),
        (["pull", "jokes", "--round", "3"], "no round 3 on Label Studio; it has 1"),
    ],
)
def test_what_is_missing_is_said(
    project: Project, url: str, words: list[str], complaint: str
) -> None:
    push(url)

    with pytest.raises(CommandError, match=complaint):
        run(*words)


def test_a_job_pulls_all_open_rounds_or_the_one_it_is_told(project: Project, url: str) -> None:
    push(url)
    push(url, "--new-round")

    def silent(done: int, total: int, note: str = "") -> None: ...

    both = job_handlers.pull(project, {}, silent)
    one = job_handlers.pull(project, {"round": 2}, silent)

    assert set(both) == set(one) == {"changed_tasks", "annotations", "asked_again"}
    assert (both["changed_tasks"], one["changed_tasks"]) == (6, 3)


def test_a_poll_that_fails_is_a_failed_job_and_a_sentence_on_the_round(
    project: Project, url: str, front: FakeLabelStudio, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CONCORD_LABEL_STUDIO_URL", url)
    push(url)
    front.fail_next("read")
    job = jobs.start("pull", project, {"round": 1, "poll": True, "failures": 0}, queue="fronts")

    jobs.run_job.func(job.pk)

    job.refresh_from_db()
    assert job.state == Job.State.FAILED
    assert job.error.startswith("Round 1: Could not read the tasks")
    assert project.rounds.get().trouble.startswith("Could not read the tasks")
