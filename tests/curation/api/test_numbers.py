"""Annotators, agreement, explorer, rows and differences of versions, jobs, predictions."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from curation.models import Annotator, Job, Project
from tests.curation.api.calling import detail, kind_of, post, program, send
from tests.factories import annotate, make_curated, make_member, make_project

pytestmark = pytest.mark.django_db

P = "/projects/jokes"


@pytest.fixture
def project() -> Project:
    return make_project("jokes")


@pytest.fixture
def owner(project: Project) -> Client:
    return program(make_member(project, name="mira"))


def test_annotators_are_told_by_pseudonym(owner: Client, project: Project) -> None:
    make_curated(project)

    listed = send(owner, "GET", f"{P}/annotators").json()["results"]
    one = send(owner, "GET", f"{P}/annotators/ann-1").json()

    assert [person["name"] for person in listed] == ["ann-1", "ann-2", "ann-3"]
    assert one == listed[0]
    assert one["votes"] == 10


def test_an_annotators_votes_are_set_aside_and_taken_back(owner: Client, project: Project) -> None:
    make_curated(project)
    act = f"{P}/annotators/ann-3"

    done = post(owner, act, {"do": "requeue", "reason": "one button"}).json()
    again = post(owner, act, {"do": "requeue", "reason": "one button"}).json()
    back = post(owner, act, {"do": "restore", "reason": "a mistake"}).json()

    assert (done["changed"], done["standing"]) == (True, "excluded")
    assert again["changed"] is False
    assert back["standing"] == "good"
    assert [one.by for one in Annotator.objects.get(name="ann-3").actions.all()] == ["mira"] * 2


def test_what_does_not_fit_an_annotator_is_refused(owner: Client, project: Project) -> None:
    make_curated(project)

    for act in ("requeue", "pause"):
        answer = post(owner, f"{P}/annotators/ann-1", {"do": act, "reason": "x"})

    assert "pause does not fit" in detail(answer, 400)
    assert kind_of(send(owner, "GET", f"{P}/annotators/nobody")) == "not-found"


def test_agreement_comes_with_intervals(owner: Client, project: Project) -> None:
    make_curated(project)

    told = send(owner, "GET", f"{P}/agreement/statistics").json()

    assert (told["answers"], told["fresh"]) == (30, True)
    assert {"value", "low", "high", "n"} <= told["statistics"]["nominal_alpha"].keys()


@pytest.mark.parametrize("path", ["/agreement", "/agreement/statistics", "/explorer/scores"])
def test_numbers_that_are_not_there_yet_are_refused(owner: Client, path: str) -> None:
    assert kind_of(send(owner, "GET", f"{P}{path}")) == "not-now"


def test_the_explorer_tells_what_a_policy_keeps(owner: Client, project: Project) -> None:
    make_curated(project)

    told = post(owner, f"{P}/explorer", {"threshold": 0.9}).json()

    assert (told["judged"], told["kept"]) == (10, 6)
    assert told["labels"] == [
        {"label": "joke", "judged": 5, "kept": 2},
        {"label": "news", "judged": 5, "kept": 4},
    ]
    assert told["dropped"] == {"below_threshold": 4}


def test_a_version_is_foreseen_and_nothing_is_written(owner: Client, project: Project) -> None:
    make_curated(project)

    known = post(owner, f"{P}/versions/foresee", {"threshold": 0.9}).json()
    new = post(owner, f"{P}/versions/foresee", {"threshold": 0.5}).json()

    assert (known["kept"], known["version"]) == (6, 1)
    assert (new["kept"], new["version"]) == (10, None)
    assert project.dataset_versions.count() == 2


def test_rows_of_a_version_are_filtered(owner: Client, project: Project) -> None:
    make_curated(project)

    dropped = send(owner, "GET", f"{P}/versions/1/rows?show=dropped&label=news").json()["results"]

    assert [(row["example"], row["drop_reason"]) for row in dropped] == [
        ("news-4", "below_threshold")
    ]
    assert dropped[0]["votes"] == {"joke": 1, "news": 2}


def test_versions_are_compared(owner: Client, project: Project) -> None:
    make_curated(project)

    diff = send(owner, "GET", f"{P}/versions/1/diff/2").json()
    rows = [
        send(owner, "GET", f"{P}/versions/1/diff/2/rows?change={change}").json()["results"]
        for change in ("in", "out")
    ]

    assert {one["field"] for one in diff["policy"]}
    assert [len(found) for found in rows] == [diff["changes"]["in"], diff["changes"]["out"]]
    assert rows[0][0]["why"] == "the policy changed"


def test_rows_that_changed_come_a_page_at_a_time(owner: Client, project: Project) -> None:
    for label in ("joke", "news"):
        for _ in range(3):
            annotate(project, [label] * 2 + ["joke"])
    for asked in ({"threshold": 0.9}, {"keep_all": True}):
        post(owner, f"{P}/versions", asked)

    names, path = [], f"{P}/versions/1/diff/2/rows?limit=1"
    while path:
        page = send(owner, "GET", path).json()
        names += [row["example"] for row in page["results"]]
        path = (page["next"] or "").removeprefix("http://testserver/api/v1")

    assert len(names) == len(set(names)) == 3


def test_the_card_and_the_lineage_of_a_version_are_read(owner: Client, project: Project) -> None:
    make_curated(project)

    card = send(owner, "GET", f"{P}/versions/1/card")
    lineage = send(owner, "GET", f"{P}/versions/1/lineage").json()

    assert card.headers["Content-Type"].startswith("text/markdown")
    assert "entity" in lineage


def test_jobs_are_started_cancelled_and_tried_again(owner: Client, project: Project) -> None:
    begun, same = (post(owner, f"{P}/jobs", {"kind": "agreement"}) for _ in range(2))
    number = begun.json()["id"]
    stopped = post(owner, f"{P}/jobs/{number}/cancel").json()
    again = post(owner, f"{P}/jobs/{number}/again")

    assert (begun.status_code, same.status_code, again.status_code) == (202, 200, 202)
    assert same.json()["id"] == number
    assert stopped["state"] == "cancelled"
    assert Job.objects.count() == 2


def test_a_job_that_went_well_is_not_tried_again(owner: Client, project: Project) -> None:
    job = Job.objects.create(project=project, kind="agreement", state=Job.State.SUCCESSFUL)

    assert kind_of(post(owner, f"{P}/jobs/{job.pk}/again")) == "not-now"


def test_a_job_of_another_project_is_not_found(owner: Client) -> None:
    job = Job.objects.create(project=make_project("others"), kind="agreement")

    assert kind_of(send(owner, "GET", f"{P}/jobs/{job.pk}")) == "not-found"


def test_predictions_of_others_are_attached(owner: Client, project: Project) -> None:
    make_curated(project)
    sent: dict[str, Any] = {
        "run": "outside:mine",
        "predictions": [{"example": "joke-0", "probabilities": {"joke": 0.75, "news": 0.25}}],
    }

    first, second = (post(owner, f"{P}/predictions", sent).json() for _ in range(2))
    listed = send(owner, "GET", f"{P}/predictions?run=outside:mine").json()["results"]

    assert (first, second) == ({"written": 1}, {"written": 0})
    assert [(one["example"], one["label"]) for one in listed] == [("joke-0", "joke")]
    assert send(owner, "GET", f"{P}/predictions/runs").json() == [
        {"run": "outside:mine", "examples": 1}
    ]


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"run": "training:1"}, 422),
        ({"predictions": [{"example": "joke-0", "probabilities": {"joke": 0.5}}]}, 400),
        ({"predictions": [{"example": "nowhere", "probabilities": {"joke": 1}}]}, 400),
    ],
)
def test_predictions_that_are_none_are_refused(
    owner: Client, project: Project, change: dict[str, Any], status: int
) -> None:
    make_curated(project)
    good = {"example": "joke-0", "probabilities": {"joke": 1}}
    sent = {"run": "outside:mine", "predictions": [good], **change}

    assert detail(post(owner, f"{P}/predictions", sent), status)
