"""Members, invitations, secrets and the audit log, as programs of an owner see them."""

from __future__ import annotations

import pytest
from django.test import Client

from curation.models import AuditEntry, KeptAnswer, Membership, Project, Role, Secret
from curation.services.access import role_of
from curation.services.secrets import secret_for
from tests.curation.api.calling import detail, kind_of, post, program, send
from tests.factories import make_member, make_project

pytestmark = pytest.mark.django_db

P = "/projects/jokes"
KEY = "sk-of-a-language-model-0123456789"
SECRET = {"kind": "llm_key", "address": "https://api.openai.com/v1", "value": KEY}


@pytest.fixture
def project() -> Project:
    return make_project("jokes")


@pytest.fixture
def owner(project: Project) -> Client:
    return program(make_member(project, name="mira"))


def test_members_are_listed_changed_and_removed(owner: Client, project: Project) -> None:
    tom = make_member(project, Role.AUDITOR, name="tom@lab.org")

    changed = send(owner, "PATCH", f"{P}/members/tom@lab.org", {"role": "researcher"}).json()
    listed = send(owner, "GET", f"{P}/members").json()["results"]
    removed = send(owner, "DELETE", f"{P}/members/tom@lab.org")

    assert changed["role"] == "researcher"
    assert [(one["user"], one["role"]) for one in listed] == [
        ("mira", "owner"),
        ("tom@lab.org", "researcher"),
    ]
    assert removed.status_code == 204
    assert role_of(tom, project) is None


def test_somebody_who_is_no_member_is_invited_not_added(owner: Client, project: Project) -> None:
    make_member(project, None, name="tom")

    assert kind_of(send(owner, "PATCH", f"{P}/members/tom", {"role": "owner"})) == "not-found"


def test_the_last_owner_stays(owner: Client) -> None:
    for answer in (
        send(owner, "DELETE", f"{P}/members/mira"),
        send(owner, "PATCH", f"{P}/members/mira", {"role": "auditor"}),
        post(owner, f"{P}/leave"),
    ):
        assert "is the only owner" in detail(answer, 400)


def test_any_other_leaves_and_sees_nothing_more(owner: Client, project: Project) -> None:
    tom = program(make_member(project, Role.ANNOTATOR))

    left = post(tom, f"{P}/leave")

    assert left.status_code == 204
    assert kind_of(post(tom, f"{P}/leave")) == "not-found"
    assert Membership.objects.filter(project=project).count() == 1


def test_an_invitation_is_made_and_its_link_read_apart(owner: Client, client: Client) -> None:
    asked = {"role": "auditor", "days": 3, "note": "for Tom"}
    first, second = (
        post(owner, f"{P}/invitations", asked, **{"Idempotency-Key": "tom"}) for _ in range(2)
    )

    link = send(owner, "GET", first.json()["href"].partition("/api/v1")[2]).json()["link"]

    assert (first.status_code, second.json()) == (201, first.json())
    assert client.get(link).status_code == 200
    assert link.rpartition("/invitations/")[2] not in KeptAnswer.objects.get().body
    assert len(send(owner, "GET", f"{P}/invitations").json()["results"]) == 1


def test_an_invitation_is_withdrawn(owner: Client, client: Client) -> None:
    place = post(owner, f"{P}/invitations", {"role": "auditor"}).json()["href"]
    place = place.partition("/api/v1")[2]
    link = send(owner, "GET", place).json()["link"]

    gone = send(owner, "DELETE", place)

    assert gone.status_code == 204
    assert client.get(link).status_code == 410
    assert kind_of(send(owner, "GET", place)) == "not-found"


def test_a_secret_goes_in_and_never_comes_out(owner: Client, project: Project) -> None:
    kept = send(owner, "PUT", f"{P}/secrets", SECRET)
    listed = send(owner, "GET", f"{P}/secrets")

    assert secret_for("llm_key", "https://api.openai.com", project=project) == KEY
    assert (kept.json()["ending"], kept.json()["set_by"]) == (KEY[-4:], "mira")
    assert listed.json() == [kept.json()]
    for answer in (kept, listed, send(owner, "GET", f"{P}/audit")):
        assert KEY not in answer.content.decode()


def test_a_secret_is_forgotten(owner: Client) -> None:
    number = send(owner, "PUT", f"{P}/secrets", SECRET).json()["id"]

    assert send(owner, "DELETE", f"{P}/secrets/{number}").status_code == 204
    assert not Secret.objects.exists()
    assert kind_of(send(owner, "DELETE", f"{P}/secrets/{number}")) == "not-found"


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"address": "nowhere"}, 400),
        ({"address": "http://169.254.169.254/latest"}, 400),
        ({"value": ""}, 400),
        ({"value": "schlüssel"}, 400),
        ({"kind": "password"}, 422),
    ],
)
def test_what_is_no_secret_is_refused_without_being_told_back(
    owner: Client, change: dict[str, str], status: int
) -> None:
    answer = send(owner, "PUT", f"{P}/secrets", SECRET | change)

    assert KEY not in detail(answer, status)
    assert not Secret.objects.exists()


def test_the_audit_log_is_read_newest_first_by_those_who_may(
    owner: Client, project: Project
) -> None:
    send(owner, "PATCH", P, {"threshold": 0.7})
    send(owner, "PUT", f"{P}/annotator-rule", {"rule": "warn"})
    auditor = program(make_member(project, Role.AUDITOR), "manage")

    lines = send(auditor, "GET", f"{P}/audit?who=mira").json()["results"]

    assert [line["what"] for line in lines][:2] == ["project.annotator_rule", "project.changed"]
    assert lines[0]["after"] == {"rule": "warn"}
    numbers = [line["number"] for line in lines]
    assert numbers == sorted(numbers, reverse=True)
    assert AuditEntry.objects.filter(project="jokes").count() >= len(lines)


def test_the_audit_log_of_one_project_tells_of_no_other(owner: Client, project: Project) -> None:
    other = make_project("jests")
    send(program(make_member(other)), "PATCH", "/projects/jests", {"threshold": 0.7})

    assert {line["after"] for line in _changed(owner)} == set()


def _changed(owner: Client) -> list[dict[str, str]]:
    found = send(owner, "GET", f"{P}/audit?what=project.changed").json()["results"]
    return list(found)
