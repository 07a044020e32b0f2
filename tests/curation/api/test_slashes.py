"""Names that hold a slash are addressed as they are, escaped or not."""

from __future__ import annotations

import pytest
from django.test import Client

from curation.models import Annotator, Label, Project
from generation.models import Attribute
from tests.curation.api.calling import program, send
from tests.factories import make_example, make_member, make_project

pytestmark = pytest.mark.django_db

P = "/projects/jokes"
NAMES = ("a/b", "a%2Fb")  # the same name, written in two ways


@pytest.fixture
def project() -> Project:
    return make_project("jokes")


@pytest.fixture
def owner(project: Project) -> Client:
    return program(make_member(project))


@pytest.mark.parametrize("name", NAMES)
def test_an_example(owner: Client, project: Project, name: str) -> None:
    make_example(project, name="a/b")

    assert send(owner, "GET", f"{P}/examples/{name}").json()["id"] == "a/b"


@pytest.mark.parametrize("name", NAMES)
def test_an_annotator(owner: Client, project: Project, name: str) -> None:
    Annotator.objects.create(project=project, name="a/b")

    told = send(owner, "GET", f"{P}/annotators/{name}").json()
    done = send(owner, "POST", f"{P}/annotators/{name}", {"do": "pause", "reason": "too fast"})

    assert told["name"] == "a/b"
    assert done.json()["standing"] == "paused"


@pytest.mark.parametrize("name", NAMES)
def test_a_label(owner: Client, project: Project, name: str) -> None:
    Label.objects.filter(project=project, name="joke").update(name="a/b")

    changed = send(owner, "PATCH", f"{P}/labels/{name}", {"title": "Either"}).json()

    assert (changed["name"], changed["title"]) == ("a/b", "Either")


@pytest.mark.parametrize("name", NAMES)
def test_a_list_that_prompts_draw_from(owner: Client, project: Project, name: str) -> None:
    Attribute.objects.create(project=project, name="a/b", values=["cats"])

    gone = send(owner, "DELETE", f"{P}/generation/lists/{name}")

    assert gone.status_code == 204
    assert not Attribute.objects.exists()


def test_an_annotator_named_like_an_address(owner: Client, project: Project) -> None:
    Annotator.objects.create(project=project, name="ann/actions")

    assert send(owner, "GET", f"{P}/annotators/ann/actions").json()["name"] == "ann/actions"
