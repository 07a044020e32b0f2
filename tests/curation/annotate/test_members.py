"""Members on the built-in page: their list, and who they are there."""

from __future__ import annotations

import pytest
from django.test import Client

from curation.models import Annotator
from curation.services.annotating.joining import member_name, worker_name
from tests.curation.annotate.visiting import (
    WORKER,
    give,
    join_path,
    make_page_round,
    path_of,
    said,
)

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
