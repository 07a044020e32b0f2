"""docs/api.md: every example in it works, and no endpoint is left out."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from pytest_django.live_server_helper import LiveServer

from curation.client import Concord
from curation.models import Invitation, Job, Project, Role, Secret
from curation.progress import silent
from curation.services.aggregating.comparing import compare_aggregators
from curation.services.objectivity.studies import create_study
from curation.services.tokens import create_token
from generation.models import Call
from tests.curation.api.calling import program
from tests.curation.api.rows import ROWS
from tests.factories import make_member, make_project
from tests.generation.pages.asking import make_call, make_run
from tests.training.scored_study import scored_study

DOCUMENT = (Path(settings.BASE_DIR) / "docs" / "api.md").read_text()
BY_EXAMPLE = DOCUMENT.partition("## By example")[2].partition("## The same from a shell")[0]
SERVER = "http://concord"


def blocks() -> Iterator[str]:
    """What stands indented, without the indent."""
    for block in BY_EXAMPLE.split("\n\n"):
        lines = block.split("\n")
        if all(line.startswith("    ") or not line for line in lines):
            yield "\n".join(line.removeprefix("    ") for line in lines)


def curls() -> list[str]:
    texts = [block for block in blocks() if block.startswith("curl")]
    return [one for text in texts for one in re.split(r"\n(?=curl)", text)]


def python() -> str:
    """All in one go, but what takes a server of its own or a worker."""
    texts = [block for block in blocks() if not block.startswith("curl")]
    code = "\n".join(text for text in texts if "Concord" not in text)
    return re.sub(r"print\((.*)\)$", r"said(\1)", code, flags=re.M)


@pytest.fixture
def owner(db: None) -> Client:
    """Of projects that the examples make; what is there before they do."""
    mira = make_member(make_project("nowhere"), name="mira")
    return program(mira, "manage")


def test_every_curl_of_the_document_is_answered(owner: Client) -> None:
    seen = []

    for text in curls():
        method, address, body = _read(text)
        answer = owner.generic(method, address, body, content_type="application/json")
        assert answer.status_code < 400, (text, answer.content.decode())
        seen.append(address)
        _follow(address, answer.status_code)

    assert len(seen) > 40


def _read(text: str) -> tuple[str, str, str]:
    """Method, address and body of one `curl`."""
    words = iter(shlex.split(_known(text)))
    method, address, body = "GET", "", ""
    for word in words:
        if word == "-X":
            method = next(words)
        elif word == "-d":
            body = next(words)
        elif word in {"-H", "-o"}:
            next(words)
        elif word.startswith(SERVER):
            address = word.removeprefix(SERVER)
    return method, address, body


def _known(text: str) -> str:
    """With what `$C` and the others stand for."""
    rows: dict[str, Any] = {"$INVITATION": Invitation, "$SECRET": Secret, "$CALL": Call}
    for name, model in rows.items():
        if name in text:
            text = text.replace(name, str(model.objects.order_by("pk").last().pk))
    return text.replace("$C", SERVER).replace("sk-…", "sk-of-the-lab")


def _follow(address: str, status: int) -> None:
    """What happens beside the examples: people join, jobs are done, a study is scored."""
    if address == "/api/v1/projects" and status == 201:
        jokes = Project.objects.get(slug="jokes")
        make_member(jokes, Role.AUDITOR, name="tom")
        make_call(make_run(jokes), label="yes")
        headlines = scored_study().projects.get()
        headlines.memberships.create(user=jokes.memberships.get(role="owner").user, role="owner")
        create_study("tasks", ["headlines", "jokes"])
    job = Job.objects.filter(kind="aggregators", state=Job.State.READY).first()
    if job is not None:
        assert job.project is not None
        compare_aggregators(job.project, silent)
        Job.objects.update(state=Job.State.SUCCESSFUL)


class Waiting(Concord):
    """As long as there is no worker, jobs are done here."""

    def wait(self, job: dict[str, Any], *, seconds: float | None = None) -> dict[str, Any]:
        _follow("", 0)
        return super().wait(self.get(job["href"].partition("/api/v1")[2]), seconds=seconds)


@pytest.mark.django_db(transaction=True)
def test_every_line_of_python_runs(
    live_server: LiveServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mira = make_member(scored_study().projects.get(), name="mira")
    create_study("tasks", ["headlines", make_project("jokes").slug])
    Project.objects.get(slug="jokes").memberships.create(user=mira, role="owner")
    key = create_token(mira, name="test", scopes=["manage"]).key
    monkeypatch.chdir(tmp_path)
    told: list[Any] = []

    exec(
        python(),
        {"concord": Waiting(live_server.url, key), "said": lambda *said: told.append(said)},
    )

    assert len(told) > 10
    assert {path.name for path in tmp_path.iterdir()} >= {"puns.zip", "scores.csv"}


def test_every_kind_of_address_stands_in_the_list() -> None:
    told = DOCUMENT.partition("## What there is")[2].partition("## By example")[0]
    ends = {re.sub(r"/\{\w+(?::\w+)?\}", "", path).rpartition("/")[2] for _, path in ROWS}

    assert {end for end in ends if end not in told} == set()
