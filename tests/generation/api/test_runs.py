"""Generation under /api/v1/: planned, started, watched, stopped; the texts with their verdicts."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from curation.models import Job, Project
from generation.models import GenerationRun
from generation.providers.address import OPENAI_URL
from tests.curation.api.calling import detail, kind_of, post, program, send
from tests.factories import make_member
from tests.generation.wishes import replay

pytestmark = pytest.mark.django_db

G = "/projects/jokes/generation"
WISH: dict[str, Any] = {"provider": "openai", "method": "zero_shot", "count": 10, "model": "tiny"}


@pytest.fixture
def owner(project: Project) -> Client:
    return program(make_member(project))


def test_a_plan_tells_the_prompts_and_what_it_takes(owner: Client) -> None:
    told = post(owner, f"{G}/plan", {**WISH, "price": ["1", "4"]}).json()

    assert list(told["prompts"]) == ["joke", "news"]
    assert told["estimate"]["low"]["calls"] >= 2
    assert "USD" in told["estimate"]["likely"]["cost"]
    assert not GenerationRun.objects.exists()
    assert not Job.objects.exists()


def test_generating_is_started_once(owner: Client) -> None:
    first, second = (post(owner, f"{G}/runs", WISH) for _ in range(2))

    job = Job.objects.get()
    assert (first.status_code, second.status_code) == (202, 200)
    assert first.json()["id"] == second.json()["id"]
    assert job.kind == "generate"
    assert job.params == {**WISH, "seed": 0, "base_url": OPENAI_URL}


REFUSED: dict[str, tuple[dict[str, Any], int, str]] = {
    "no such method": ({"method": "other"}, 400, "There is no method 'other'"),
    "no model": ({"model": ""}, 400, "Name the model"),
    "an address of one's own": ({"base_url": "http://10.0.0.1/v1"}, 400, ""),
    "a file outside": (
        {"provider": "recorded", "recordings": "../x.jsonl"}, 400, "in the data folder",
    ),
    "an unknown option": ({"options": {"wrds": 1}}, 422, "options.wrds"),
    "a cap of no number": ({"cap": "much"}, 422, "cap"),
    "in this process": ({"provider": "transformers"}, 422, "provider"),
}  # fmt: skip


@pytest.mark.parametrize("case", list(REFUSED))
def test_a_wish_that_cannot_be_is_refused(owner: Client, case: str) -> None:
    change, status, sentence = REFUSED[case]

    for place in ("plan", "runs"):
        assert sentence in detail(post(owner, f"{G}/{place}", {**WISH, **change}), status)
    assert not Job.objects.exists()


def test_a_recording_in_the_data_folder_is_replayed(
    owner: Client, recording: Path, concord_home: Path
) -> None:
    shutil.copy(recording, concord_home / "jokes.jsonl")
    wish = {"provider": "recorded", "method": "zero_shot", "count": 4, "recordings": "jokes.jsonl"}

    assert post(owner, f"{G}/runs", wish).status_code == 202


def test_runs_are_told_with_their_texts(owner: Client, project: Project, recording: Path) -> None:
    replay(project, recording, 10)

    (run,) = send(owner, "GET", f"{G}/runs").json()["results"]
    drafts = send(owner, "GET", f"{G}/runs/1/drafts?reason=accepted&limit=6")
    more = owner.get(drafts.json()["next"].removeprefix("http://testserver"))

    assert run == send(owner, "GET", f"{G}/runs/1").json()
    assert (run["status"], run["accepted"], run["spent"]) == ("successful", 10, "0")
    lines = [*drafts.json()["results"], *more.json()["results"]]
    assert len({line["id"] for line in lines}) == 10
    assert {line["label"] for line in lines} == {"joke", "news"}


def test_a_run_is_asked_to_do_what_fits(owner: Client, project: Project, recording: Path) -> None:
    replay(project, recording, 10)

    for action, sentence in (
        ("pause", "is not running"),
        ("resume", "is through"),
        ("cancel", "No job runs run 1"),
    ):
        assert sentence in detail(post(owner, f"{G}/runs/1/{action}"), 400)
    assert kind_of(post(owner, f"{G}/runs/1/restart")) == "not-understood"
    assert kind_of(post(owner, f"{G}/runs/7/pause")) == "not-found"


def test_lists_are_stored_and_removed(owner: Client) -> None:
    stored = send(owner, "PUT", f"{G}/lists/topic", {"values": ["cats", "trains", "cats"]}).json()
    listed = send(owner, "GET", f"{G}/lists").json()
    gone, again = (send(owner, "DELETE", f"{G}/lists/topic") for _ in range(2))

    assert stored["values"] == ["cats", "trains"]
    assert listed == [stored]
    assert (gone.status_code, again.status_code) == (204, 404)
