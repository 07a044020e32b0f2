"""Programs with tokens: what they may do, and what a token never adds."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from curation.models import ApiToken, Project, Role
from curation.services.tokens import create_token, revoke_token
from tests.curation.api.calling import detail, kind_of, post, program, send
from tests.factories import annotate, make_curated, make_member, make_project

pytestmark = pytest.mark.django_db

ALL = {"keep_all": True}
VERSIONS = "/projects/jokes/versions"


@pytest.fixture
def project() -> Project:
    return make_project("jokes")


def test_a_program_reads_with_a_token_and_no_cookie(project: Project) -> None:
    reader = program(make_member(project), "read")

    answer = send(reader, "GET", "/projects")

    assert [one["slug"] for one in answer.json()["results"]] == ["jokes"]


def test_a_program_needs_no_csrf_token(project: Project) -> None:
    annotate(project, ["joke"] * 3)

    assert post(program(make_member(project), "write"), VERSIONS, ALL).status_code == 201


@pytest.mark.parametrize(("scope", "status"), [("read", 403), ("annotate", 403), ("write", 201)])
def test_a_token_does_no_more_than_its_scopes(project: Project, scope: str, status: int) -> None:
    annotate(project, ["joke"] * 3)

    answer = post(program(make_member(project), scope), VERSIONS, ALL)

    assert answer.status_code == status
    assert status == 201 or kind_of(answer) == "scope-missing"


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.ANNOTATOR])
def test_a_token_does_no_more_than_its_makers_role(project: Project, role: Role) -> None:
    annotate(project, ["joke"] * 3)

    answer = post(program(make_member(project, role), "manage"), VERSIONS, ALL)

    assert kind_of(answer) == "not-allowed"
    assert f"yours is {role.value}" in detail(answer, 403)


def test_who_has_no_role_does_not_learn_that_the_project_is_there(project: Project) -> None:
    stranger = program(make_member(project, None), "manage")

    there, nowhere = send(stranger, "GET", "/projects/jokes"), send(stranger, "GET", "/projects/x")

    assert detail(there, 404).replace("jokes", "x") == detail(nowhere, 404)


def test_a_token_for_one_project_opens_no_other(project: Project) -> None:
    owner = make_member(project)
    make_member_of = make_project("tweets")
    make_member_of.memberships.create(user=owner, role=Role.OWNER)
    bound = program(owner, "manage", project=project)

    listed = send(bound, "GET", "/projects").json()["results"]

    assert [one["slug"] for one in listed] == ["jokes"]
    assert kind_of(send(bound, "GET", "/projects/tweets")) == "not-found"
    assert kind_of(post(bound, "/projects", {"slug": "new", "preset": "x"})) == "scope-missing"


def test_a_revoked_token_opens_nothing(project: Project) -> None:
    owner = make_member(project)
    reader = program(owner, "read")
    revoke_token(owner, ApiToken.objects.get().pk)

    answer = send(reader, "GET", "/projects")

    assert "was revoked" in detail(answer, 401)
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"expires_at": timezone.now() - timedelta(seconds=1)}, "has expired"),
        ({"digest": "0" * 64}, "Nobody has this token"),
    ],
)
def test_a_token_that_is_over_or_unknown_is_refused(
    project: Project, change: dict[str, Any], sentence: str
) -> None:
    reader = program(make_member(project), "read")
    ApiToken.objects.update(**change)

    assert sentence in detail(send(reader, "GET", "/projects"), 401)


def test_a_token_of_a_closed_account_is_refused(project: Project) -> None:
    owner = make_member(project)
    reader = program(owner, "read")
    owner.is_active = False
    owner.save(update_fields=["is_active"])

    assert "is closed" in detail(send(reader, "GET", "/projects"), 401)


def test_a_wrong_token_is_not_helped_by_a_session(admin_client: Client, project: Project) -> None:
    answer = admin_client.get("/api/v1/projects", headers={"Authorization": "Bearer concord_x"})

    assert kind_of(answer) == "token-refused"


def test_a_program_asks_who_it_is(project: Project) -> None:
    owner = make_member(project, name="mira")

    told = send(program(owner, "read", "annotate", project=project), "GET", "/me").json()

    assert told == {
        "user": "mira",
        "token": "test",
        "scopes": ["read", "annotate"],
        "project": "jokes",
        "expires_at": None,
    }


def test_a_use_is_written_down_once_a_minute(project: Project) -> None:
    reader = program(make_member(project), "read")

    send(reader, "GET", "/me")
    first = ApiToken.objects.get().last_used_at
    send(reader, "GET", "/me")

    assert first is not None
    assert ApiToken.objects.get().last_used_at == first


def test_only_the_digest_of_a_key_is_stored(project: Project) -> None:
    made = create_token(make_member(project), name="export", scopes=["read"])

    row = ApiToken.objects.values().get()

    assert made.key not in str(row)
    assert made.key.startswith(row["prefix"])


def test_who_sends_nothing_is_told_how_to_come_in(client: Client, project: Project) -> None:
    make_curated(project)

    for path in ("/projects", VERSIONS, f"{VERSIONS}/1/export/csv"):
        assert "Send a token" in detail(send(client, "GET", path), 401)
    assert "Send a token" in detail(post(Client(enforce_csrf_checks=True), VERSIONS, ALL), 401)
