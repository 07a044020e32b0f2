"""Lists show what is one's own, and nothing else."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from curation.models import Membership, Project, Role
from curation.services.objectivity.studies import create_study
from tests.curation.pages import text_of
from tests.factories import make_member, make_project
from tests.training.scored_study import planned_study, small_plan
from training.forms import plan_as_file
from training.models import Study

pytestmark = pytest.mark.django_db


@pytest.fixture
def projects() -> dict[str, Project]:
    return {slug: make_project(slug) for slug in ("mine", "judged", "foreign")}


@pytest.fixture
def mira(projects: dict[str, Project]) -> User:
    """Researcher in `mine`, annotator in `judged`, nothing in `foreign`."""
    user = make_member(projects["mine"], Role.RESEARCHER, name="mira")
    Membership.objects.create(project=projects["judged"], user=user, role=Role.ANNOTATOR)
    return user


@pytest.fixture
def reader(client: Client, mira: User) -> Client:
    client.force_login(mira)
    return client


def test_the_list_holds_what_one_may_read_and_where_one_annotates(reader: Client) -> None:
    page = text_of(reader, "/")

    assert "/projects/mine/" in page
    assert "/projects/judged/" not in page
    assert "<bdi>judged</bdi>" in page
    assert "foreign" not in page


def test_somebody_who_only_annotates_is_led_there(
    client: Client, projects: dict[str, Project]
) -> None:
    client.force_login(make_member(projects["judged"], Role.ANNOTATOR))

    page = text_of(client, "/")

    assert "You annotate in 1 project;" in page
    assert 'href="/annotate/"' in page


def test_the_interface_lists_the_same(reader: Client) -> None:
    listed = reader.get("/api/v1/projects").json()["results"]

    assert [one["slug"] for one in listed] == ["mine"]


def test_a_study_is_there_for_whoever_may_read_all_its_projects(reader: Client, mira: User) -> None:
    planned_study("own", "other", slug="both")
    planned_study("own", slug="one")
    Membership.objects.create(project=Project.objects.get(slug="own"), user=mira, role=Role.AUDITOR)

    page = text_of(reader, "/studies/")

    assert "/studies/one/" in page
    assert "/studies/both/" not in page
    assert reader.get("/studies/one/").status_code == 200
    assert reader.get("/studies/both/").status_code == 404
    assert [one["slug"] for one in reader.get("/api/v1/studies").json()["results"]] == ["one"]


def test_the_weakest_role_counts_in_a_study(reader: Client, mira: User) -> None:
    planned_study("own", "other", slug="both")
    for slug, role in (("own", Role.OWNER), ("other", Role.AUDITOR)):
        project = Project.objects.get(slug=slug)
        Membership.objects.create(project=project, user=mira, role=role)

    refused = reader.post("/studies/both/start/")

    assert reader.get("/studies/both/").status_code == 200
    assert refused.status_code == 403
    assert "in each of its projects" in refused.content.decode()


@pytest.mark.parametrize("role", [None, Role.AUDITOR])
def test_no_study_is_made_of_projects_one_may_not_work_in(
    reader: Client, mira: User, role: Role | None
) -> None:
    planned_study("own", slug="there")
    if role is not None:
        project = Project.objects.get(slug="own")
        Membership.objects.create(project=project, user=mira, role=role)
    plan: Any = small_plan("own", title="Another one")

    page = reader.post("/studies/new/", {"file": plan_as_file(plan), "action": "start"})
    answers = [
        reader.post("/api/v1/studies", {"plan": plan.as_json()}, "application/json"),
        reader.post("/api/v1/studies/plan", {"plan": plan.as_json()}, "application/json"),
    ]

    assert page.status_code == 400
    assert {answer.status_code for answer in answers} == {404 if role is None else 403}
    assert Study.objects.count() == 1
    assert "?project=own" not in text_of(reader, "/studies/new/")


def test_tasks_compared_are_listed_where_all_of_them_are_ones_own(
    reader: Client, projects: dict[str, Project], mira: User
) -> None:
    create_study("shared", ["mine", "foreign"])
    before = text_of(reader, "/objectivity/")
    Membership.objects.create(project=projects["foreign"], user=mira, role=Role.AUDITOR)

    after = text_of(reader, "/objectivity/")

    assert "/objectivity/shared/" not in before
    assert "/objectivity/shared/" in after
