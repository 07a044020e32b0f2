"""Objectivity studies for programs: what whoever only reads is not given."""

from __future__ import annotations

import pytest
from django.test import Client

from curation.models import Membership, Project, Role
from curation.services.objectivity.studies import create_study
from tests.curation.api.calling import program
from tests.factories import make_member, make_project

pytestmark = pytest.mark.django_db

STUDY = "/api/v1/objectivity/tasks"


@pytest.fixture
def projects() -> list[Project]:
    found = [make_project(slug) for slug in ("jokes", "news")]
    create_study("tasks", [project.slug for project in found])
    return found


def member(projects: list[Project], role: Role, *scopes: str) -> Client:
    user = make_member(projects[0], role)
    Membership.objects.create(project=projects[1], user=user, role=role)
    return program(user, *scopes)


def test_the_link_that_lets_people_in_is_for_those_who_may_give_it_out(
    projects: list[Project],
) -> None:
    researcher = member(projects, Role.RESEARCHER, "write").get(STUDY).json()
    auditor = member(projects, Role.AUDITOR, "manage").get(STUDY).json()
    reading = member(projects, Role.RESEARCHER, "read").get(STUDY).json()

    assert "/compare/" in researcher["link"]
    assert auditor["link"] is None
    assert reading["link"] is None
    assert auditor["slug"] == reading["slug"] == "tasks"
