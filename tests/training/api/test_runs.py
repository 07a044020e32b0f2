"""Training under /api/v1/: planned, started, read."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from curation.models import Job, Membership, Project, Role
from tests.curation.api.calling import detail, kind_of, post, program, send
from tests.factories import make_member, make_project
from tests.training.factories import finished_run
from tests.training.scored_study import scored_study
from training.models import TrainingRun

pytestmark = pytest.mark.django_db

T = "/projects/headlines/training"
WISH: dict[str, Any] = {"sources": ["real", "synthetic"], "classifier": "tfidf", "seeds": 2}


@pytest.fixture
def owner(project: Project) -> Client:
    return program(make_member(project))


def test_a_plan_tells_what_training_takes(owner: Client) -> None:
    told = post(owner, f"{T}/plan", WISH).json()

    assert told["likely"].startswith("4 runs to train")
    assert [one["runs"] for one in told["sources"]] == [2, 2]
    assert not TrainingRun.objects.exists()


def test_training_is_started_once(owner: Client) -> None:
    first, second = (post(owner, f"{T}/runs", WISH) for _ in range(2))

    assert (first.status_code, second.status_code) == (202, 200)
    assert Job.objects.get().params == {
        "sources": ["real", "synthetic"],
        "seeds": 2,
        "config": {"classifier": "tfidf"},
    }


@pytest.mark.parametrize(
    ("change", "status", "sentence"),
    [
        ({"sources": ["nowhere"]}, 400, "nowhere"),
        ({"classifier": "oracle"}, 400, "classifier"),
        ({"sources": []}, 422, "sources"),
        ({"sources": ["real synthetic"]}, 422, "sources"),
        ({"loss": "imp"}, 422, "loss"),
        ({"sources": ["version:7"]}, 404, "no dataset version 7"),
    ],
)
def test_what_cannot_be_trained_is_refused(
    owner: Client, change: dict[str, Any], status: int, sentence: str
) -> None:
    assert sentence in detail(post(owner, f"{T}/runs", {**WISH, **change}), status)
    assert not Job.objects.exists()


def test_runs_and_scores_are_read(owner: Client, project: Project) -> None:
    gold = ["joke", "news"] * 3
    run = finished_run(project, "real", gold=gold, predicted=gold)

    (listed,) = send(owner, "GET", f"{T}/runs?source=real&status=successful").json()["results"]
    one = send(owner, "GET", f"{T}/runs/{run.pk}").json()
    scores = send(owner, "GET", f"{T}/scores").json()["scores"]

    assert listed == {name: one[name] for name in listed}
    assert (one["key"], one["macro_f1"]) == (f"training:{run.pk}", run.macro_f1)
    assert one["config"] == run.config
    assert list(scores) == ["real"]


def test_without_a_run_there_are_no_scores(owner: Client) -> None:
    assert kind_of(send(owner, "GET", f"{T}/scores")) == "not-now"
    assert kind_of(send(owner, "GET", f"{T}/runs/9")) == "not-found"


def test_a_token_of_one_project_is_not_told_which_studies_of_several_use_a_run() -> None:
    study = scored_study()
    other = make_project("secret-plans")
    study.projects.add(other)
    run = TrainingRun.objects.exclude(macro_f1=None).order_by("pk")[0]
    mira = make_member(run.project)
    Membership.objects.create(project=other, user=mira, role=Role.OWNER)
    path = f"{T}/runs/{run.pk}"

    bound = send(program(mira, "read", project=run.project), "GET", path).json()
    free = send(program(mira, "read"), "GET", path).json()

    assert (bound["studies"], free["studies"]) == ([], [study.slug])
