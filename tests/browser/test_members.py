"""Inviting somebody and joining, in real browsers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.auth.models import User

from curation.models import Membership, Project, Role
from curation.services.invitations import invitation_token, invite
from tests.browser.accessibility import findings
from tests.browser.people import follow, sign_in
from tests.factories import make_curated, make_member, make_project

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
]

PAGE = "/projects/jokes/members/"


@pytest.fixture
def project() -> Project:
    project = make_project("jokes")
    make_curated(project)
    for name, role in (("ann", "owner"), ("bob", "annotator"), ("zoe", "auditor")):
        make_member(project, role, name=name)
    invite(project, Role.RESEARCHER, by="ann", note="Tom from the second floor")
    return project


def let_in(project: Project, name: str) -> None:
    """Make the operator of `open_page` a member, too."""
    project.memberships.create(user=User.objects.get(username=name), role=Role.RESEARCHER)


@pytest.fixture
def stranger(chromium: Any, live_server: Any) -> Iterator[Any]:
    """A function that opens an address as somebody who has never been here."""
    contexts = []

    def open_address(address: str, *, width: int = 1280, scheme: str = "light") -> Any:
        context = chromium.new_context(
            viewport={"width": width, "height": 900}, color_scheme=scheme
        )
        contexts.append(context)
        page = context.new_page()
        page.problems = []
        page.on("console", lambda message: page.problems.append(message.text))
        page.on("pageerror", lambda error: page.problems.append(str(error)))
        page.goto(address if "//" in address else live_server.url + address)
        return page

    yield open_address
    for context in contexts:
        context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
def test_nothing_spills_and_everything_can_be_read(
    project: Project, open_page: Any, stranger: Any, width: int, scheme: str
) -> None:
    bob = Membership.objects.get(user__username="bob")
    token = invitation_token(project.invitations.get())
    let_in(project, "mira")

    pages = [
        open_page(PAGE, width=width, scheme=scheme),
        open_page(f"{PAGE}leave/", width=width, scheme=scheme),
        stranger(f"/invitations/{token}/", width=width, scheme=scheme),
    ]

    for page in pages:
        assert page.evaluate("document.documentElement.scrollWidth") == width
        assert page.problems == []
        assert findings(page) == []
    follow(pages[0], f'a[href$="/{bob.pk}/remove/"]')
    assert findings(pages[0]) == []


def test_an_owner_invites_and_somebody_new_joins_by_the_link(
    project: Project, open_page: Any, stranger: Any
) -> None:
    owner = open_page(PAGE)
    owner.select_option("#id_role", "auditor")
    owner.fill("#id_note", "Uma")
    owner.click("text=Make an invitation")
    owner.wait_for_selector("text=send its link to Uma")
    link = owner.text_content(".open-invitations li:has-text('Uma') code")

    page = stranger(link)
    page.fill("#id_username", "uma")
    page.fill("#id_password1", "a-long-password")
    page.fill("#id_password2", "a-long-password")
    page.click("text=Make an account and join")
    page.wait_for_selector("text=You are auditor in")

    assert page.url.endswith("/projects/jokes/")
    assert page.locator("main form[method=post]").count() == 0
    assert page.problems == []
    assert Membership.objects.get(user__username="uma").role == "auditor"
    again = stranger(link)
    assert "This invitation was used already" in again.text_content("main")


def test_a_role_is_changed_and_a_member_removed_by_keyboard(
    project: Project, open_page: Any
) -> None:
    page = open_page(PAGE)
    zoe, bob = (Membership.objects.get(user__username=name) for name in ("zoe", "bob"))

    page.select_option(f"#role-{zoe.pk}", "researcher")
    page.locator(f"#role-{zoe.pk} ~ button").press("Enter")
    page.wait_for_selector("text=zoe is researcher now.")
    page.locator(f'a[href$="/{bob.pk}/remove/"]').press("Enter")
    page.locator("main button.primary").press("Enter")
    page.wait_for_selector("text=bob is no member any more.")

    assert set(Membership.objects.values_list("user__username", "role")) == {
        ("ann", "owner"), ("zoe", "researcher"),
    }  # fmt: skip


def test_a_member_leaves_by_keyboard_after_a_second_look(project: Project, open_page: Any) -> None:
    let_in(project, "mira")
    page = open_page(PAGE)

    page.locator("text=Leave this project").press("Enter")
    page.wait_for_selector("text=You lose the role researcher")
    page.locator("main button.primary").press("Enter")
    page.wait_for_selector("text=You have left")

    assert page.problems == []
    assert not Membership.objects.filter(user__username="mira").exists()


def test_whoever_may_not_is_told_why(project: Project, stranger: Any, live_server: Any) -> None:
    bob = Membership.objects.get(user__username="bob").user
    bob.set_password("a-long-password")
    bob.save()

    page = stranger("/login/?next=/projects/jokes/")
    sign_in(page, "bob")
    page.wait_for_selector("text=You may not see this page")

    assert "yours is annotator" in page.text_content("main")
    page.goto(f"{live_server.url}/")
    assert "You annotate in 1 project" in page.text_content("main")
