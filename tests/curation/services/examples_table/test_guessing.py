"""Words that are guessed to be common: a wrong guess costs time and never a text."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from curation.models import Annotator, Example, ExampleSummary, Project
from curation.services.examples_table import (
    Count,
    ExampleFilter,
    ExamplePage,
    count_of,
    keys_page,
    page_of,
    paging,
    searching,
)
from curation.services.examples_table.searching import Term, look_up
from curation.services.summaries import expire
from tests.factories import annotate, make_example, make_project

pytestmark = pytest.mark.django_db

PAINT = ExampleFilter(text="paint")


@pytest.fixture
def project(monkeypatch: pytest.MonkeyPatch) -> Project:
    """A project that is taken for a large one: of ten texts the oldest two have the word."""
    monkeypatch.setattr(searching, "SMALL", 0)
    project = make_project()
    for number in range(10):
        make_example(project, "wet paint" if number < 2 else "a dog", name=f"e{number}")
    return project


@pytest.fixture
def looked_up(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The words for which the index was asked."""
    asked: list[str] = []

    def told(project: Project, terms: Sequence[Term]) -> list[int]:
        asked.extend(word for term in terms for word in term.words)
        return look_up(project, terms)

    monkeypatch.setattr(searching, "look_up", told)
    return asked


@pytest.fixture
def guessed_common(monkeypatch: pytest.MonkeyPatch) -> None:
    """Statistics that take every word for a common one; a page reads four texts at most."""
    monkeypatch.setattr(searching, "expected", lambda *_: 1e6)
    monkeypatch.setattr(paging, "LOOKED_AT", 4)
    monkeypatch.setattr(paging, "STEP", 2)


def names(page: ExamplePage) -> list[str]:
    return [row.external_id for row in page.rows]


def test_a_guess_of_too_many_is_found_out_where_texts_have_it_not(
    project: Project, looked_up: list[str], guessed_common: None
) -> None:
    page = page_of(project, PAINT)

    assert (names(page), page.after) == (["e1", "e0"], "")
    assert looked_up == ["paint"]
    assert names(page_of(project, PAINT)) == ["e1", "e0"]  # by the index, without a walk
    assert count_of(project, PAINT) == Count(number=2)


def test_a_page_that_texts_soon_fill_asks_no_index(
    project: Project, looked_up: list[str], guessed_common: None
) -> None:
    page = page_of(project, ExampleFilter(text="dog"), limit=3)

    assert names(page) == ["e9", "e8", "e7"]
    assert looked_up == []


def test_pages_go_on_after_a_wrong_guess(
    project: Project, looked_up: list[str], guessed_common: None
) -> None:
    first = page_of(project, PAINT, limit=1)
    second = page_of(project, PAINT, after=first.after, limit=1)

    assert (names(first), names(second), second.after) == (["e1"], ["e0"], "")


def test_a_count_of_guessed_words_is_exact_where_a_sample_says_little(
    project: Project, looked_up: list[str], guessed_common: None
) -> None:
    assert count_of(project, PAINT) == Count(number=2)
    assert looked_up == ["paint"]


def test_a_sample_is_enough_to_say_that_most_texts_have_a_word(
    project: Project,
    looked_up: list[str],
    guessed_common: None,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(searching, "SURELY_MANY", 4)

    assert count_of(project, ExampleFilter(text="dog")) == Count(number=paging.MANY, more=True)
    assert looked_up == []


def test_a_phrase_whose_words_are_common_is_counted_as_a_phrase(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(4):
        make_example(project, "paint that is wet", name=f"apart-{number}")
    monkeypatch.setattr(searching, "FEW", 3)

    assert count_of(project, ExampleFilter(text='"wet paint"')) == Count(number=2)
    assert names(page_of(project, ExampleFilter(text='"wet paint"'))) == ["e1", "e0"]


def test_that_words_are_common_is_looked_up_once(
    project: Project, looked_up: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(searching, "FEW", 1)

    first = page_of(project, PAINT)
    second = page_of(project, PAINT)

    assert names(first) == names(second) == ["e1", "e0"]
    assert (first.looked_at, second.looked_at) == (10, 10)
    assert looked_up == ["paint"]


def test_what_is_remembered_of_words_hides_no_text(
    project: Project, looked_up: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(searching, "FEW", 2)
    assert names(page_of(project, PAINT)) == ["e1", "e0"]  # few
    make_example(project, "more paint", name="new")
    assert names(page_of(project, PAINT)) == ["new", "e1", "e0"]  # common from now on
    Example.objects.filter(external_id="e1").delete()
    assert names(page_of(project, PAINT)) == ["new", "e0"]
    Example.objects.filter(external_id__in=["new", "e0"]).delete()

    assert names(page_of(project, PAINT)) == []
    assert looked_up == ["paint", "paint"]


def test_the_database_says_how_many_texts_it_expects(project: Project) -> None:
    expected = searching.expected(project, searching.words_of("paint").terms)

    assert 0 <= expected < searching.FEW


@pytest.mark.parametrize("guess", [0, 1e6])
def test_a_filter_keeps_the_same_texts_whatever_is_expected(
    project: Project, monkeypatch: pytest.MonkeyPatch, guess: float
) -> None:
    judged = project.examples.get(external_id="e4")
    annotate(project, ["joke", "joke", "news"], example=judged)
    monkeypatch.setattr(paging, "expected_rows", lambda _: guess)

    assert names(page_of(project, ExampleFilter(annotator="ann-1"))) == ["e4"]
    assert names(page_of(project, ExampleFilter(label="joke", text="dog"))) == ["e4"]
    assert count_of(project, ExampleFilter(agreement_to=0.7)) == Count(number=1)
    assert len(names(page_of(project, ExampleFilter(method="topic")))) == 0


def test_texts_of_an_annotator_are_found_whether_their_votes_count_or_are_counted(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    annotate(project, ["joke"], example=project.examples.get(external_id="e4"))
    annotate(project, [None], example=project.examples.get(external_id="e5"))
    wish, found = ExampleFilter(annotator="ann-1"), ["e5", "e4"]
    monkeypatch.setattr(paging, "expected_rows", lambda _: 1e6)  # the table is walked

    assert names(page_of(project, wish)) == found
    project.annotators.update(standing=Annotator.Standing.EXCLUDED)
    assert names(page_of(project, wish)) == found
    project.annotators.update(standing=Annotator.Standing.GOOD)
    ExampleSummary.objects.filter(project=project).update(votes=0, skips=0)
    expire(project)

    assert keys_page(project, wish, after="", limit=5, fresh=False).keys == [
        project.examples.get(external_id=name).pk for name in found
    ]
