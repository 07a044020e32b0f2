"""Words in texts: read in small projects, looked up in large ones, recognised when common."""

from __future__ import annotations

import pytest

from curation.models import Example, Project
from curation.services.examples_table import ExampleFilter, count_of, page_of, paging, searching
from tests.factories import make_example, make_project

pytestmark = pytest.mark.django_db

TEXTS = {
    "paint": "The paint is wet, don't touch!",
    "dog": "A wet dog. ÄRGER im Park",
    "dogma": "Dogma-films are dry",
    "mail": "write to e-mail@example.org",
}


@pytest.fixture
def project() -> Project:
    project = make_project()
    for name, text in TEXTS.items():
        make_example(project, text, name=name)
    return project


@pytest.fixture
def large(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every project is taken for a large one."""
    monkeypatch.setattr(searching, "SMALL", 0)


@pytest.fixture
def common(monkeypatch: pytest.MonkeyPatch, large: None) -> None:
    """Every word is taken for one that most texts have, and texts are read three at a time."""
    monkeypatch.setattr(searching, "FEW", 0)
    monkeypatch.setattr(paging, "STEP", 3)


SAME = [
    ("wet", ["dog", "paint"]),
    ("WET dog", ["dog"]),
    ("dog", ["dog", "dogma"]),
    ("film", ["dogma"]),
    ('"wet dog"', ["dog"]),
    ('"dog wet"', []),
    ('"the paint"', ["paint"]),
    ('"the pain"', []),
    ("mail example", ["mail"]),
    ("don't", ["paint"]),
    ("d", []),
    ("cat", []),
    ("'; DROP TABLE curation_example; --", []),
]


def found(project: Project, text: str) -> list[str]:
    page = page_of(project, ExampleFilter(text=text))
    return sorted(row.external_id for row in page.rows)


@pytest.mark.parametrize(("text", "names"), SAME)
def test_words_are_looked_up(large: None, project: Project, text: str, names: list[str]) -> None:
    assert found(project, text) == names


@pytest.mark.parametrize(("text", "names"), SAME)
def test_common_words_are_recognised_the_same_way(
    common: None, project: Project, text: str, names: list[str]
) -> None:
    assert found(project, text) == names


@pytest.mark.parametrize(
    ("text", "names"),
    [("ainT", ["paint"]), ("og", ["dog", "dogma"]), ("ärger", ["dog"]), ('"is wet"', ["paint"])],
)
def test_a_small_project_is_searched_inside_of_words(
    project: Project, text: str, names: list[str]
) -> None:
    assert found(project, text) == names


def test_signs_alone_are_in_no_index(large: None, project: Project) -> None:
    assert found(project, "?!") == []


def test_a_walk_goes_on_where_it_stopped(
    common: None, project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(paging, "LOOKED_AT", 3)
    wish = ExampleFilter(text="paint", order="newest")

    first = page_of(project, wish)
    second = page_of(project, wish, after=first.after)

    assert (first.rows, first.looked_at) == ([], 3)
    assert [row.external_id for row in second.rows] == ["paint"]
    assert count_of(project, wish).more


def test_the_index_follows_deletions_and_changes(large: None, project: Project) -> None:
    Example.objects.filter(external_id="dog").delete()
    Example.objects.filter(external_id="paint").update(text="nothing to see")

    assert found(project, "wet") == []
    assert found(project, "see") == ["paint"]
