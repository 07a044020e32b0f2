"""The client against a real server: every row once, nothing twice, a sentence when refused."""

from __future__ import annotations

import http.client
import json
import shutil
import subprocess
import sys
import urllib.error
import zipfile
from collections.abc import Iterator
from email.message import Message
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from pytest_django.live_server_helper import LiveServer

from curation import client
from curation.client import Concord, ConcordError
from curation.models import Annotation, Example, Project
from curation.services.tokens import create_token
from tests.factories import make_curated, make_member, make_project

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def project() -> Project:
    return make_project("jokes")


@pytest.fixture
def concord(project: Project, live_server: LiveServer) -> Concord:
    key = create_token(make_member(project, name="mira"), name="test", scopes=["manage"]).key
    return Concord(live_server.url, key, sleep=lambda _: None)


def test_a_program_walks_from_texts_to_an_export(concord: Concord, tmp_path: Path) -> None:
    jokes = concord.project("jokes")
    texts = [{"id": f"t{n}", "text": f"text {n}"} for n in range(4)]
    votes = [
        {"example": f"t{n}", "annotator": name, "label": "joke" if n else "news"}
        for n in range(4)
        for name in ("ann", "bob")
    ]

    added, judged = jokes.add_examples(texts), jokes.add_votes(votes)
    version = jokes.freeze(threshold=0.8, note="by a program")
    file = jokes.export(version["number"], "csv", tmp_path / "jokes.zip")

    assert (added["added"], judged["added"]) == (4, 8)
    assert version["labels"] == {"joke": 3, "news": 1}
    assert [row["example"] for row in jokes.rows(1, show="kept")] == ["t0", "t1", "t2", "t3"]
    assert any(name.endswith("checksums.sha256") for name in zipfile.ZipFile(file).namelist())
    assert [path for path in tmp_path.iterdir() if path.is_file()] == [file]


def test_a_list_is_followed_over_its_pages(concord: Concord, project: Project) -> None:
    make_curated(project)

    found = [row["id"] for row in concord.project("jokes").examples(limit=3)]

    assert found == list(project.examples.order_by("pk").values_list("external_id", flat=True))


def test_many_rows_go_in_several_requests(
    concord: Concord, project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("curation.client.project.ROWS", 2)
    rows = [{"id": f"t{n}", "text": f"text {n}"} for n in range(5)]

    told = concord.project("jokes").add_examples(iter(rows))

    assert told == {"added": 5, "unchanged": 0, "skipped": []}
    assert Example.objects.count() == 5


def test_a_refusal_has_its_kind_and_sentence(concord: Concord) -> None:
    with pytest.raises(ConcordError, match="There is no project 'other'") as caught:
        concord.project("other").get()

    assert (caught.value.status, caught.value.kind) == (404, "not-found")


def test_a_project_is_made_and_changed(concord: Concord) -> None:
    tweets = concord.create_project("tweets", ["yes", "no"], title="Tweets")

    tweets.change(overlap=5)

    assert [one["slug"] for one in concord.projects()] == ["jokes", "tweets"]
    assert tweets.get()["overlap"] == 5
    assert concord.me()["user"] == "mira"


def test_a_job_that_fails_is_told_in_its_sentence(concord: Concord, project: Project) -> None:
    job = concord.project("jokes").post("/jobs", {"kind": "agreement"})
    project.jobs.update(state="failed", error="Nobody has voted yet.")

    with pytest.raises(ConcordError, match="Nobody has voted yet"):
        concord.wait(job)


class Flaky:
    """Lets every request through to the server, and loses the first answers."""

    def __init__(self, opener: Any, troubles: Iterator[Exception]) -> None:
        self._opener, self._troubles = opener, troubles
        self.sent = 0

    def open(self, request: Any, timeout: float) -> Any:
        self.sent += 1
        answer = self._opener.open(request, timeout=timeout)
        trouble = next(self._troubles, None)
        if trouble is None:
            return answer
        answer.close()
        raise trouble


def busy(status: int) -> urllib.error.HTTPError:
    headers = Message()
    headers["Retry-After"] = "3"
    body = json.dumps({"type": "/api/v1/problems/busy", "detail": "Busy."}).encode()
    return urllib.error.HTTPError("", status, "", headers, BytesIO(body))


@pytest.mark.parametrize(
    "trouble", [lambda: busy(429), lambda: busy(503), lambda: urllib.error.URLError("lost")]
)
def test_votes_whose_answer_was_lost_are_not_added_twice(
    concord: Concord, project: Project, trouble: Any
) -> None:
    flaky = Flaky(concord._opener, iter([trouble(), trouble()]))
    concord._opener = flaky  # type: ignore[assignment]
    jokes = concord.project("jokes")

    told = jokes.add_examples([{"id": "t1", "text": "a text"}])

    assert flaky.sent == 3
    assert told == {"added": 1, "unchanged": 0, "skipped": []}


class BreaksOff:
    """A server whose answers end before their bodies do, the first ones of them."""

    def __init__(self, opener: Any, n: int) -> None:
        self._opener, self._left = opener, n
        self.keys: list[str | None] = []

    def open(self, request: Any, timeout: float) -> Any:
        self.keys.append(request.get_header("Idempotency-key"))
        answer = self._opener.open(request, timeout=timeout)
        if self._left:
            self._left -= 1
            whole = answer.read()
            answer.fp, answer.length = BytesIO(whole[:-1]), len(whole)
            del answer.headers["Content-Length"]
            answer.headers["Content-Length"] = str(len(whole))
        return answer


def test_what_is_made_is_made_once_where_the_answer_breaks_off(
    concord: Concord, project: Project
) -> None:
    cut = BreaksOff(concord._opener, 2)
    concord._opener = cut  # type: ignore[assignment]

    made = concord.post("/projects/jokes/invitations", {"role": "annotator"})

    assert project.invitations.get().pk == made["id"]
    assert len(cut.keys) == 3
    assert len(set(cut.keys)) == 1


def test_a_file_whose_answer_breaks_off_is_asked_for_again(
    concord: Concord, project: Project, tmp_path: Path
) -> None:
    make_curated(project)
    jokes = concord.project("jokes")
    version = jokes.freeze(threshold=0.8)
    concord._opener = BreaksOff(concord._opener, 1)  # type: ignore[assignment]

    file = jokes.export(version["number"], "csv", tmp_path / "jokes.zip")

    assert zipfile.ZipFile(file).testzip() is None


def test_answers_that_break_off_every_time_are_a_lost_connection(concord: Concord) -> None:
    concord._opener = BreaksOff(concord._opener, 100)  # type: ignore[assignment]

    with pytest.raises(ConnectionError, match="broke off"):
        concord.me()


def test_an_address_that_cannot_be_is_said_at_once(live_server: LiveServer) -> None:
    waits: list[float] = []
    concord = Concord(live_server.url, "a token", sleep=waits.append)

    with pytest.raises(http.client.InvalidURL):
        concord.get("/projects/my project")

    assert waits == []


def test_it_waits_as_long_as_it_is_told(project: Project, live_server: LiveServer) -> None:
    slept: list[float] = []
    key = create_token(make_member(project), name="test", scopes=["read"]).key
    concord = Concord(live_server.url, key, sleep=slept.append, attempts=2)
    concord._opener = Flaky(concord._opener, iter([busy(429), busy(429)]))  # type: ignore[assignment]

    with pytest.raises(ConcordError, match=r"Busy\. \(429, busy\)"):
        concord.me()

    assert slept == [3.0]
    assert not Annotation.objects.exists()


def test_texts_are_set_aside_and_taken_back(concord: Concord, project: Project) -> None:
    make_curated(project)
    jokes = concord.project("jokes")

    by_id, by_filter = jokes.set_aside("spam", ["joke-0"]), jokes.set_aside("spam", label="news")
    back = jokes.take_back(aside=True)

    assert (by_id, by_filter, back) == (1, 5, 6)


def test_people_are_invited_changed_and_removed(concord: Concord, project: Project) -> None:
    make_member(project, "auditor", name="tom@lab.org")
    jokes = concord.project("jokes")

    link = jokes.invite("annotator", note="for Ann")["link"]
    changed = jokes.change_role("tom@lab.org", "researcher")
    jokes.remove_member("tom@lab.org")

    assert "/invitations/" in link
    assert changed["role"] == "researcher"
    assert [one["user"] for one in jokes.members()] == ["mira"]
    with pytest.raises(ConcordError, match="is the only owner"):
        jokes.leave()


def test_a_secret_is_kept_and_its_line_is_in_the_audit_log(
    concord: Concord, project: Project
) -> None:
    jokes = concord.project("jokes")

    kept = jokes.keep_secret("llm_key", "https://api.openai.com/v1", "sk-a-key-of-somebody-here")

    assert kept["ending"] == "here"
    assert next(jokes.audit())["what"] == "secret.set"


def test_an_annotator_whose_name_holds_a_slash_is_paused(
    concord: Concord, project: Project
) -> None:
    project.annotators.create(name="a/b c")

    done = concord.project("jokes").act_on("a/b c", "pause", "too fast")

    assert done["standing"] == "paused"
    assert [one["name"] for one in concord.project("jokes").annotators()] == ["a/b c"]


def test_the_folder_works_where_it_is_copied(tmp_path: Path) -> None:
    shutil.copytree(Path(client.__file__).parent, tmp_path / "copied" / "concord")
    program = "from concord import Concord; print(Concord('http://x', 'k').project('a/b')._path)"

    said = subprocess.run(
        [sys.executable, "-I", "-c", f"import sys; sys.path.insert(0, '.'); {program}"],
        cwd=tmp_path / "copied", check=True, capture_output=True, text=True,
    )  # fmt: skip

    assert said.stdout.strip() == "/projects/a%2Fb"
