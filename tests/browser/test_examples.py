"""The table of texts in a real browser: by keyboard alone, at both widths, light and dark."""

from __future__ import annotations

from typing import Any

import pytest

from curation.models import Membership, Project, Role, SetAside
from curation.services.examples_table.acting import set_aside
from tests.browser.accessibility import findings
from tests.factories import make_curated, make_example, make_project

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
]

TABLE = "/projects/jokes/examples/"
PATHS = ["", "?text=zebra", "?label=joke&differs=yes&version=1&verdict=dropped", "joke-4/"]


@pytest.fixture
def project(django_user_model: Any) -> Project:
    project = make_project("jokes", labels=("joke", "news"))
    make_curated(project)
    for number in range(55):
        make_example(project, f"Text {number} has nothing in it but words. " * 5)
    return project


@pytest.fixture
def open_table(open_page: Any, project: Project, django_user_model: Any) -> Any:
    mira = django_user_model.objects.get(username="mira")
    Membership.objects.get_or_create(project=project, user=mira, defaults={"role": Role.OWNER})
    return open_page


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("path", PATHS)
def test_nothing_spills_nothing_is_blocked_and_axe_finds_nothing(
    open_table: Any, path: str, width: int, scheme: str
) -> None:
    page = open_table(TABLE + path, width=width, scheme=scheme)

    assert page.evaluate("document.documentElement.scrollWidth") == width
    assert page.problems == []
    assert findings(page) == []


def test_the_table_is_read_by_keyboard_alone(open_table: Any) -> None:
    page = open_table(TABLE)
    page.wait_for_selector(".how-many:has-text('65 texts')")

    page.keyboard.press("/")
    page.keyboard.type('"text 7"')
    page.keyboard.press("Enter")
    page.wait_for_url("**text=**")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_selector(".drawer:not([hidden])")

    assert "Text 7 has" in page.inner_text(".drawer .text")
    assert "open=" in page.url
    assert findings(page) == []
    page.keyboard.press("Escape")
    assert page.is_hidden(".drawer")
    page.keyboard.press("x")
    assert page.inner_text(".tally") == "1 of 1 here ticked"
    assert page.problems == []


def test_an_address_opens_the_text_again(open_table: Any) -> None:
    page = open_table(f"{TABLE}?order=oldest")

    page.get_by_role("link", name="joke-2", exact=True).click()
    page.wait_for_selector(".drawer:not([hidden])")
    page.keyboard.press("j")
    page.wait_for_selector(".drawer .name:has-text('joke-3')")
    page.reload()
    page.wait_for_selector(".drawer:not([hidden])")

    assert page.inner_text(".drawer .name") == "joke-3"


def test_texts_are_ticked_and_set_aside(open_table: Any, project: Project) -> None:
    page = open_table(f"{TABLE}?order=oldest")

    page.check(".all-here")
    assert page.inner_text(".tally") == "50 of 50 here ticked"
    page.click("button:has-text('Set aside')")
    page.fill("#id_reason", "a trial")
    assert findings(page) == []
    page.click("button:has-text('Set 50 texts aside')")
    page.wait_for_url(f"**{TABLE}?order=oldest")

    assert SetAside.objects.filter(undone_at=None).count() == 50
    assert "50 texts set aside" in page.inner_text(".messages")


def test_the_next_page_comes_by_key(open_table: Any, project: Project) -> None:
    page = open_table(TABLE)

    page.keyboard.press("n")
    page.wait_for_url("**after=**")

    assert page.locator(".example").count() == 15


def test_the_sheet_of_a_telephone_closes(open_table: Any, project: Project) -> None:
    first = project.examples.order_by("-pk")[0]
    set_aside(project, [first.pk], reason="a trial", by="mira")
    page = open_table(TABLE, width=390)

    page.get_by_role("link", name=first.external_id, exact=True).click()
    page.wait_for_selector(".drawer:not([hidden])")
    assert "set aside by hand" in page.inner_text(".drawer")
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    page.click(".drawer >> text=Close")

    assert page.is_hidden(".drawer")
