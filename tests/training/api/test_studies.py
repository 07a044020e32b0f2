"""Studies under /api/v1/: what the pages do, in JSON, with the same refusals."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from curation.models import Job, Project
from tests.curation.api import calling
from tests.curation.api.calling import detail, kind_of, program
from tests.factories import make_member, make_project
from tests.training.scored_study import fail_cell, planned_study, scored_study, small_plan
from training.models import Study
from training.studies.report_shape import VERSION

pytestmark = pytest.mark.django_db

STUDIES = "/api/v1/studies"


@pytest.fixture
def reader(admin_client: Client) -> Client:
    return admin_client


def post(client: Client, path: str, content: Any = None) -> Any:
    return calling.post(client, f"/studies{path}", content)


def test_nobody_reads_studies_without_a_login(client: Client, project: Project) -> None:
    assert "Send a token" in detail(client.get(STUDIES), 401)


def test_all_studies_and_one_study(reader: Client, project: Project) -> None:
    scored_study()

    every = reader.get(STUDIES).json()["results"]
    one = reader.get(f"{STUDIES}/as-good").json()

    assert [study["slug"] for study in every] == ["as-good"]
    assert (one["state"], one["cells"], one["counts"]["successful"]) == ("successful", 9, 9)
    assert one["plan"]["projects"] == ["headlines"]
    assert len(one["report"]["boards"][0]["arms"]) == 3


def test_a_report_of_an_earlier_release_is_not_told(reader: Client, project: Project) -> None:
    study = scored_study()
    Study.objects.filter(pk=study.pk).update(
        report={**(study.report or {}), "version": VERSION - 1}
    )

    assert reader.get(f"{STUDIES}/as-good").json()["report"] is None


def test_a_failed_cell_is_told_with_its_sentence(reader: Client, project: Project) -> None:
    fail_cell(planned_study(), arm="Real", seed=1, error="There was no room.")

    one = reader.get(f"{STUDIES}/as-good").json()

    assert one["counts"]["failed"] == 1
    assert [failure["sentence"] for failure in one["failures"]] == ["There was no room."]


def test_a_plan_is_told_what_it_takes_and_nothing_is_written(
    reader: Client, project: Project
) -> None:
    answer = post(reader, "/plan", {"plan": small_plan().as_json()})

    assert answer.status_code == 200
    assert (answer.json()["runs"], answer.json()["there"]) == (9, 0)
    assert not Study.objects.exists()


def test_a_study_is_written_down_once(reader: Client, project: Project) -> None:
    asked = {"plan": small_plan().as_json()}

    first, second = post(reader, "", asked), post(reader, "", asked)

    assert (first.status_code, second.status_code) == (201, 200)
    assert first.json()["slug"] == second.json()["slug"] == "is-it-as-good"
    assert Study.objects.count() == 1
    assert not Job.objects.exists()


def test_another_plan_may_not_take_a_name(reader: Client, project: Project) -> None:
    planned_study()
    asked = {"slug": "as-good", "plan": small_plan(seeds=2).as_json()}

    assert "another plan" in detail(post(reader, "", asked), 400)


def test_what_is_no_study_is_refused_with_a_sentence(reader: Client, project: Project) -> None:
    assert detail(post(reader, "/plan", {"plan": {"title": "x"}}), 400) == (
        "The study names no projects."
    )


def test_it_is_started_once_and_stopped(reader: Client, project: Project) -> None:
    planned_study()

    first, second = post(reader, "/as-good/run", {"parallel": 2}), post(reader, "/as-good/run")
    stopped = post(reader, "/as-good/stop")

    assert (first.status_code, second.status_code, stopped.status_code) == (202, 202, 200)
    assert first.json()["id"] == second.json()["id"]
    job = Job.objects.get()
    assert job.params == {"study": "as-good", "parallel": 2}
    assert job.state == Job.State.CANCELLED


@pytest.mark.parametrize("path", ["/none", "/none/run", "/none/stop"])
def test_a_study_that_is_not_there_is_not_found(reader: Client, db: None, path: str) -> None:
    answer = reader.get(f"{STUDIES}{path}") if path == "/none" else post(reader, path)

    assert "none" in detail(answer, 404)


def test_a_study_is_seen_by_who_sees_all_its_projects(project: Project) -> None:
    study = planned_study()
    study.projects.add(make_project("other"))
    reader = program(make_member(project), "read")

    assert reader.get(STUDIES).json()["results"] == []
    assert kind_of(reader.get(f"{STUDIES}/as-good")) == "not-found"


def test_a_study_is_forgotten(reader: Client, project: Project) -> None:
    planned_study()

    gone = calling.send(reader, "DELETE", "/studies/as-good")

    assert gone.status_code == 204
    assert not Study.objects.exists()


@pytest.mark.parametrize(("method", "path"), [("GET", ""), ("DELETE", ""), ("POST", "/run")])
def test_a_study_whose_projects_are_gone_is_nobodys(
    project: Project, method: str, path: str
) -> None:
    planned_study().projects.clear()
    stranger = program(make_member(make_project("others")))

    answer = calling.send(stranger, method, f"/studies/as-good{path}")

    assert answer.status_code == 404
    assert stranger.get(STUDIES).json()["results"] == []
    assert Study.objects.exists()


@pytest.mark.parametrize("place", ["/plan", ""])
def test_a_program_does_not_have_models_fetched_unless_the_operator_allowed_it(
    reader: Client, project: Project, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    monkeypatch.delenv("CONCORD_ALLOW_DOWNLOADS", raising=False)
    plan = small_plan().as_json()
    plan["classifiers"] = {
        "theirs": {"classifier": "transformer", "model": "someone/else", "hub": True}
    }

    refused = post(reader, place, {"plan": plan})
    monkeypatch.setenv("CONCORD_ALLOW_DOWNLOADS", "1")

    assert "'theirs' would fetch its model from the hub" in detail(refused, 400)
    assert post(reader, place, {"plan": plan}).status_code in (200, 201)
