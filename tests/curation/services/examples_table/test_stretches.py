"""A search along the keys finds what a search through all texts finds."""

from __future__ import annotations

import pytest

from curation.models import Project
from curation.services.examples_table import ExampleFilter, page_of, searching, stretches
from curation.services.examples_table.searching import words_of
from curation.services.examples_table.stretches import stretches_for
from tests.factories import make_example, make_project

pytestmark = pytest.mark.django_db

WITH_BOTH = [1, 2, 7, 13, 14, 20, 21, 22, 23]  # numbers of the texts that have both words
PHRASE = [2, 7, 14, 21, 23]  # of those in which they follow one another


def text_of(number: int) -> str:
    if number in PHRASE:
        return "a wet dog"
    return "dog, wet" if number in WITH_BOTH else "a cat"


@pytest.fixture
def project(monkeypatch: pytest.MonkeyPatch) -> Project:
    """A project that is taken for a large one, in which no words are looked up."""
    monkeypatch.setattr(searching, "SMALL", 0)
    monkeypatch.setattr(searching, "FEW", 0)
    project, other = make_project(), make_project("songs")
    for number in range(25):
        make_example(project, text_of(number), name=f"{number}")
        make_example(other, "a wet dog", name=f"{number}")
    return project


@pytest.fixture(params=[1, 5, 50])
def in_stretches(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Stretches for two texts each, by too low, good and too high a guess of how many there are."""
    monkeypatch.setattr(stretches, "expected", lambda *_: request.param)
    monkeypatch.setattr(stretches, "COMMON", 1)
    monkeypatch.setattr(stretches, "READ_ALL", 0)
    monkeypatch.setattr(stretches, "HOPED", 2)


def all_found(project: Project, text: str, *, order: str, limit: int) -> list[int]:
    wish, found, after = ExampleFilter(text=text, order=order), [], ""
    while True:
        page = page_of(project, wish, after=after, limit=limit)
        found += [int(row.external_id) for row in page.rows]
        after = page.after
        if not after:
            return found


@pytest.mark.parametrize("limit", [1, 3, 50])
@pytest.mark.parametrize(
    ("text", "numbers"), [("wet dog", WITH_BOTH), ('"wet dog"', PHRASE), ("bird", [])]
)
def test_all_that_have_the_words_are_found_in_order(
    in_stretches: None, project: Project, text: str, numbers: list[int], limit: int
) -> None:
    assert all_found(project, text, order="oldest", limit=limit) == numbers
    assert all_found(project, text, order="newest", limit=limit) == numbers[::-1]


def test_other_conditions_hold_as_well(in_stretches: None, project: Project) -> None:
    wish = ExampleFilter(text="wet dog", split="train")

    assert page_of(project, wish).rows == []


def test_a_stretch_is_as_long_as_the_words_are_rare(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stretches, "expected", lambda *_: 1)
    words, phrase = words_of("dog"), words_of('"wet dog"')

    # 49 keys from the first to the last, since texts of another project lie between
    assert stretches_for(project, words, limit=50) == stretches_for(project, words, limit=500)
    assert stretches_for(project, phrase, limit=1) == stretches_for(project, words, limit=50)
    assert stretches_for(project, words, limit=1) is None
    monkeypatch.setattr(stretches, "expected", lambda *_: 10)
    assert stretches_for(project, phrase, limit=50) is None
