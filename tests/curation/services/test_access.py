"""Who may do what in a project."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import AnonymousUser, User
from django.db import connection
from django.test.utils import CaptureQueriesContext

from curation.errors import NotAllowed, ProjectNotFound
from curation.models import Membership, Project, Role
from curation.services.access import Right, may, project_for, projects_of, role_of
from curation.services.projects import NewLabel, create_project
from tests.factories import make_member, make_project

pytestmark = pytest.mark.django_db

ALLOWED = {
    "owner": {"see", "work", "manage", "annotate", "audit", "leave"},
    "researcher": {"see", "work", "annotate", "leave"},
    "annotator": {"annotate", "leave"},
    "auditor": {"see", "audit", "leave"},
}


@pytest.fixture
def project() -> Project:
    return make_project("jokes")


@pytest.mark.parametrize("role", ALLOWED)
def test_a_role_allows_what_it_says_and_nothing_else(project: Project, role: str) -> None:
    user = make_member(project, role)

    assert {right.value for right in Right if may(user, project, right)} == ALLOWED[role]
    assert role_of(user, project) == role


def test_a_role_counts_in_its_own_project_only(project: Project) -> None:
    user = make_member(project, Role.OWNER)
    other = make_project("other")

    assert role_of(user, other) is None
    assert list(projects_of(user)) == [project]
    with pytest.raises(ProjectNotFound):
        project_for(user, "other", Right.SEE)


def test_a_stranger_is_told_the_same_of_a_project_as_of_none(project: Project) -> None:
    stranger = make_member(project, None)

    with pytest.raises(ProjectNotFound) as there:
        project_for(stranger, "jokes", Right.SEE)
    with pytest.raises(ProjectNotFound) as nowhere:
        project_for(stranger, "jests", Right.SEE)

    assert str(there.value) == str(nowhere.value).replace("jests", "jokes")


def test_a_role_that_does_not_suffice_is_told_which_does(project: Project) -> None:
    auditor = make_member(project, Role.AUDITOR)

    with pytest.raises(NotAllowed) as refused:
        project_for(auditor, "jokes", Right.WORK)

    assert str(refused.value) == (
        "In project 'jokes' this takes the role owner or researcher, but yours is auditor; "
        "ask an owner of it."
    )


def test_superusers_own_every_project(project: Project, admin_user: User) -> None:
    assert role_of(admin_user, project) == Role.OWNER
    assert project_for(admin_user, "jokes", Right.MANAGE) == project
    assert list(projects_of(admin_user, Right.MANAGE)) == [project]


def test_an_account_that_was_closed_and_nobody_at_all_have_no_role(project: Project) -> None:
    closed = make_member(project, Role.OWNER)
    closed.is_active = False
    closed.save(update_fields=["is_active"])

    for user in (closed, AnonymousUser()):
        assert role_of(user, project) is None
        assert not projects_of(user).exists()
        with pytest.raises(ProjectNotFound):
            project_for(user, "jokes", Right.ANNOTATE)


def test_projects_can_be_asked_for_by_what_one_may_do_there(project: Project) -> None:
    user = make_member(project, Role.ANNOTATOR)
    worked = make_project("worked")
    Membership.objects.create(project=worked, user=user, role=Role.RESEARCHER)

    assert set(projects_of(user)) == {project, worked}
    assert list(projects_of(user, Right.SEE)) == [worked]
    assert not projects_of(user, Right.MANAGE).exists()


def test_the_door_asks_the_database_once(project: Project) -> None:
    user = make_member(project, Role.RESEARCHER)

    with CaptureQueriesContext(connection) as asked:
        project_for(user, "jokes", Right.WORK)

    assert len(asked) == 1


def test_who_creates_a_project_owns_it(django_user_model: type[User]) -> None:
    mira = django_user_model.objects.create_user("mira")

    project = create_project("new", labels=[NewLabel(name="a"), NewLabel(name="b")], owner=mira)

    assert role_of(mira, project) == Role.OWNER
