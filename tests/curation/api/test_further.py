"""The report, aggregators side by side, the rule for annotators, texts next to the line."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client, RequestFactory

from curation.guards import too_many
from curation.models import Annotator, Project, Role
from curation.progress import silent
from curation.services.aggregating.comparing import compare_aggregators
from tests.curation.api.calling import detail, kind_of, post, program, send
from tests.factories import annotate, make_curated, make_member, make_project

pytestmark = pytest.mark.django_db

P = "/projects/jokes"


@pytest.fixture
def project() -> Project:
    return make_project("jokes")


@pytest.fixture
def owner(project: Project) -> Client:
    return program(make_member(project))


def test_the_report_is_read_as_numbers_and_as_one_file(owner: Client, project: Project) -> None:
    make_curated(project)

    told = send(owner, "GET", f"{P}/report").json()
    file = send(owner, "GET", f"{P}/report/file")

    assert told["project"] == "jokes"
    assert [version["number"] for version in told["dataset_versions"]] == [1, 2]
    assert file.headers["Content-Type"].startswith("text/html")
    assert "jokes-report.html" in file.headers["Content-Disposition"]


def test_aggregators_stand_side_by_side_once_a_job_compared_them(
    owner: Client, project: Project
) -> None:
    annotate(project, ["joke", "joke", "news"])
    annotate(project, ["news", "news", "news"])
    before = send(owner, "GET", f"{P}/agreement/aggregators")
    compare_aggregators(project, silent)

    told = send(owner, "GET", f"{P}/agreement/aggregators").json()

    assert "start the job aggregators" in detail(before, 409)
    majority = next(one for one in told["methods"] if one["name"] == "majority")
    assert majority["labels"] == {"joke": 1, "news": 1}
    assert told["alike"]["majority"]["majority"] == 1.0
    assert (told["examples"], told["fresh"]) == (2, True)
    assert told["flipping"] == len(told["flips"])


def test_the_rule_for_annotators_is_read_by_all_and_set_by_owners(
    owner: Client, project: Project
) -> None:
    reader = program(make_member(project, Role.RESEARCHER))

    before = send(reader, "GET", f"{P}/annotator-rule").json()
    refused = send(reader, "PUT", f"{P}/annotator-rule", {"rule": "pause"})
    after = send(owner, "PUT", f"{P}/annotator-rule", {"rule": "pause"}).json()

    assert (before["rule"], after["rule"]) == ("off", "pause")
    assert kind_of(refused) == "not-allowed"
    assert after["meaning"]


def test_whom_an_id_stands_for_is_told(owner: Client, project: Project) -> None:
    Annotator.objects.create(project=project, name="ann-1")

    found = post(owner, f"{P}/annotator-search", {"known_as": "ann-1"}).json()

    assert found == [{"name": "ann-1", "how": "the name itself"}]
    assert post(owner, f"{P}/annotator-search", {"known_as": "bob"}).json() == []


def test_the_texts_next_to_the_line_are_told(owner: Client, project: Project) -> None:
    sure = annotate(project, ["joke", "joke", "joke"])
    nearly = annotate(project, ["joke", "joke", "news"])

    told = post(owner, f"{P}/explorer/margin", {"threshold": 0.8}).json()

    assert [one["example"] for one in told["stay"]["texts"]] == [sure.external_id]
    assert [one["example"] for one in told["go"]["texts"]] == [nearly.external_id]
    assert (told["stay"]["total"], told["further"]) == (1, False)


def test_one_row_of_a_version_is_found_by_its_example(owner: Client, project: Project) -> None:
    make_curated(project)

    rows = send(owner, "GET", f"{P}/versions/1/rows?example=joke-0").json()["results"]

    assert [row["example"] for row in rows] == ["joke-0"]


def test_an_address_says_which_methods_it_takes(owner: Client, project: Project) -> None:
    answer = send(owner, "DELETE", f"{P}/report")

    assert kind_of(answer) == "no-such-method"
    assert answer.headers["Allow"] == "GET"
    assert answer.status_code == 405


def test_what_is_refused_before_it_is_read_has_a_kind_too(owner: Client) -> None:
    too_long = send(owner, "POST", f"{P}/votes", "{}", **{"Content-Length": "1" + "0" * 12})

    assert kind_of(too_long) == "too-large"


def test_who_asks_too_often_is_told_when_to_come_back(rf: RequestFactory) -> None:
    answer = too_many(rf.get("/api/v1/projects"), "requests come in", wait=3)

    assert kind_of(_Read(answer)) == "too-many-requests"
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "3")


class _Read:
    """An answer as the test client gives it."""

    def __init__(self, answer: HttpResponse) -> None:
        self.headers, self.content = answer.headers, answer.content

    def json(self) -> Any:
        return json.loads(self.content)
