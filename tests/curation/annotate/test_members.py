"""Members on the built-in page: their list, and who they are there."""

from __future__ import annotations

import pytest
from django.test import Client

from curation.assignment import Checks
from curation.models import Annotation, Annotator, Role
from curation.services.annotating.joining import member_name, worker_name
from curation.services.annotating.rounds import RoundOptions, open_round
from tests.curation.annotate.visiting import (
    WORKER,
    ask_next,
    give,
    join_path,
    make_page_round,
    path_of,
    said,
)
from tests.curation.annotating.room import add_known
from tests.factories import make_member

pytestmark = pytest.mark.django_db


def test_members_need_to_sign_in_for_their_list(client: Client) -> None:
    assert client.get("/annotate/").headers["Location"] == "/login/?next=/annotate/"


def test_members_see_open_rounds_with_what_is_left(admin_client: Client) -> None:
    target = make_page_round()
    make_page_round(slug="closed").project.rounds.update(state="closed")
    make_page_round(slug="secret", invited_only=True)

    before = said(admin_client.get("/annotate/"))
    admin_client.get(path_of(target))
    give(admin_client, target, label="joke", seconds=3)
    after = said(admin_client.get("/annotate/"))

    assert before.count("<li>\n") == 1
    assert "4 texts" in before
    assert "Begin</a>" in before
    assert "1 of 4" in after
    assert "Go on</a>" in after


@pytest.mark.parametrize("limit", [None, 3])
def test_the_list_counts_a_qualification_before_one_has_begun_as_after(
    admin_client: Client, limit: int | None
) -> None:
    project = make_page_round().project
    project.rounds.update(state="closed")
    add_known(project, 5)
    target = open_round(project, RoundOptions(checks=Checks(qualification=2), answers_each=limit))

    before = said(admin_client.get("/annotate/"))
    admin_client.get(path_of(target))
    after = said(admin_client.get("/annotate/"))

    assert f"{2 + (limit or 4)} texts" in before
    assert f"0 of {2 + (limit or 4)}" in after


def test_the_list_counts_for_somebody_who_has_not_agreed_yet_as_for_a_newcomer(
    admin_client: Client,
) -> None:
    target = make_page_round(consent="Do you take part?")

    admin_client.get(path_of(target))
    after = said(admin_client.get("/annotate/"))

    assert Annotator.objects.get().participations.get().state == "invited"
    assert "4 texts" in after
    assert "Begin</a>" in after


def test_a_member_is_known_by_a_pseudonym(admin_client: Client) -> None:
    target = make_page_round()

    admin_client.get(path_of(target))

    assert Annotator.objects.get().name == member_name("admin")


def test_a_member_who_opened_a_link_before_is_a_member_again(admin_client: Client) -> None:
    target = make_page_round()
    admin_client.get(join_path(target))

    admin_client.get(path_of(target, "mine/"), follow=True)

    names = {worker_name(target, WORKER), member_name("admin")}
    assert set(Annotator.objects.values_list("name", flat=True)) == names
    assert "concord_annotator" not in {
        name for name, morsel in admin_client.cookies.items() if morsel.value
    }


def test_an_empty_list_says_what_belongs_there(admin_client: Client) -> None:
    assert "none is open for you" in said(admin_client.get("/annotate/"))


def test_a_list_names_no_round_to_somebody_who_is_paused(admin_client: Client) -> None:
    target = make_page_round()
    admin_client.get(path_of(target))
    Annotator.objects.update(standing="paused")

    assert "none is open for you" in said(admin_client.get("/annotate/"))
    assert admin_client.get(path_of(target, "next/")).status_code == 403


def test_a_list_names_rounds_of_ones_own_projects_only(client: Client) -> None:
    mine, other = make_page_round(), make_page_round(slug="other")
    client.force_login(make_member(mine.project, Role.ANNOTATOR))

    page = said(client.get("/annotate/"))

    assert path_of(mine, "mine/") in page
    assert path_of(other, "mine/") not in page


def test_an_account_without_a_role_finds_no_round(client: Client) -> None:
    target = make_page_round()
    client.force_login(make_member(target.project, None))

    answer = client.get(path_of(target))

    assert answer.status_code == 404
    assert "There is no such round" in said(answer)
    assert not Annotator.objects.exists()


def test_an_auditor_is_told_that_annotating_takes_another_role(client: Client) -> None:
    target = make_page_round()
    client.force_login(make_member(target.project, Role.AUDITOR))

    answer = client.get(path_of(target))

    assert answer.status_code == 403
    assert "the role owner, researcher or annotator" in said(answer)


def test_an_account_without_a_role_may_still_come_by_a_link(client: Client) -> None:
    target = make_page_round()
    client.force_login(make_member(target.project, None))

    client.get(join_path(target))

    assert client.get(path_of(target)).status_code == 200
    assert give(client, target, label="joke", seconds=3).status_code == 200


def test_whoever_lost_their_role_cannot_go_on(client: Client) -> None:
    target = make_page_round()
    member = make_member(target.project, Role.ANNOTATOR)
    client.force_login(member)
    client.get(path_of(target))
    first = ask_next(client, target)["tasks"][0]["key"]

    member.memberships.all().delete()

    assert give(client, target, key=first, label="joke").status_code == 401
    assert client.get(path_of(target, "next/")).status_code == 401
    assert not Annotation.objects.exists()
