"""Who is who: seen by those who may read the project, changed by its owners."""

from __future__ import annotations

import pytest
from django.test import Client

from curation.models import Invitation, Membership, Project, Role
from curation.services.access import role_of
from tests.curation.pages import text_of
from tests.factories import make_member, make_project

pytestmark = pytest.mark.django_db

PAGE = "/projects/jokes/members/"


@pytest.fixture
def project() -> Project:
    return make_project("jokes")


@pytest.fixture
def owner(client: Client, project: Project) -> Client:
    client.force_login(make_member(project, Role.OWNER, name="mira"))
    return client


def held(name: str) -> Membership:
    return Membership.objects.get(user__username=name)


def test_an_owner_sees_everybody_and_may_change_them(owner: Client, project: Project) -> None:
    make_member(project, Role.AUDITOR, name="tom")

    page = text_of(owner, PAGE)

    assert "2 people have a role here; you are owner." in page
    assert "Role of tom" in page
    assert "Make an invitation" in page


def test_whoever_only_reads_sees_who_is_who_and_no_links(client: Client, project: Project) -> None:
    project.invitations.create(role="owner", by="mira", expires_at="2100-01-01T00:00Z")
    client.force_login(make_member(project, Role.AUDITOR, name="tom"))

    page = text_of(client, PAGE)

    assert "tom" in page
    assert "/invitations/" not in page
    assert "Remove" not in page


def test_a_role_is_changed_by_a_button(owner: Client, project: Project) -> None:
    tom = make_member(project, Role.AUDITOR, name="tom")

    answer = owner.post(f"{PAGE}{held('tom').pk}/role/", {"role": "researcher"}, follow=True)

    assert "tom is researcher now." in answer.content.decode()
    assert role_of(tom, project) == Role.RESEARCHER


def test_removing_is_asked_once_more(owner: Client, project: Project) -> None:
    tom = make_member(project, Role.AUDITOR, name="tom")
    address = f"{PAGE}{held('tom').pk}/remove/"

    asked = text_of(owner, address)
    still = role_of(tom, project)
    done = owner.post(address, follow=True)

    assert "They lose the role auditor at once." in asked
    assert still == Role.AUDITOR
    assert role_of(tom, project) is None
    assert "tom is no member any more." in done.content.decode()


def test_the_only_owner_can_neither_go_nor_step_down(owner: Client, project: Project) -> None:
    address = f"{PAGE}{held('mira').pk}/"

    down = owner.post(f"{address}role/", {"role": "auditor"}, follow=True)
    gone = owner.post(f"{address}remove/", follow=True)

    for answer in (down, gone):
        assert "mira is the only owner" in answer.content.decode()
    assert held("mira").role == "owner"


def test_an_owner_who_steps_down_to_annotating_is_led_out(owner: Client, project: Project) -> None:
    make_member(project, Role.OWNER, name="tom")

    answer = owner.post(f"{PAGE}{held('mira').pk}/role/", {"role": "annotator"})

    assert answer["Location"] == "/"


def test_a_role_that_is_none_changes_nothing(owner: Client, project: Project) -> None:
    make_member(project, Role.AUDITOR, name="tom")

    answer = owner.post(f"{PAGE}{held('tom').pk}/role/", {"role": "king"}, follow=True)

    assert "There is no role" in answer.content.decode()
    assert held("tom").role == "auditor"


def test_another_projects_member_is_not_to_be_found_here(owner: Client) -> None:
    make_member(make_project("other"), Role.AUDITOR, name="tom")

    for part in ("role/", "remove/"):
        assert owner.post(f"{PAGE}{held('tom').pk}/{part}").status_code == 404

    assert held("tom").role == "auditor"


def test_an_invitation_is_a_link_until_it_is_withdrawn(owner: Client, project: Project) -> None:
    owner.post(f"{PAGE}invite/", {"role": "auditor", "days": "3", "note": "Tom from next door"})
    invitation = Invitation.objects.get()
    with_link = text_of(owner, PAGE)

    owner.post(f"{PAGE}invitations/{invitation.pk}/withdraw/")

    assert (invitation.role, invitation.by) == ("auditor", "mira")
    assert "http://testserver/invitations/" in with_link
    assert "Tom from next door" in with_link
    assert "/invitations/" not in text_of(owner, PAGE)


@pytest.mark.parametrize("wrong", [{"role": "king"}, {"days": "0"}, {"note": "x" * 121}])
def test_a_wish_that_cannot_be_meant_invites_nobody(owner: Client, wrong: dict[str, str]) -> None:
    answer = owner.post(f"{PAGE}invite/", {"role": "auditor", "days": "3", **wrong})

    assert answer.status_code == 400
    assert "nobody was invited" in answer.content.decode()
    assert not Invitation.objects.exists()


def test_a_page_with_links_that_let_people_in_is_kept_nowhere(owner: Client) -> None:
    assert owner.get(PAGE)["Cache-Control"] == "no-store"


def test_a_project_that_a_command_made_says_whose_it_is(
    admin_client: Client, project: Project
) -> None:
    assert "Nobody has a role here yet" in text_of(admin_client, PAGE)
