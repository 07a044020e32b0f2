"""One label: what it still needs, and which call is due."""

from __future__ import annotations

from curation.models import Project
from generation.errors import CallRefused
from generation.services.books import FEWEST, Book
from generation.services.planned import Planned
from tests.generation.services.at_work import book_of, desk_of, make_run


def due(book: Book) -> list[Planned]:
    """All calls that may go out now."""
    calls = []
    while call := book.next_call():
        calls.append(call)
    return calls


def test_as_many_texts_are_asked_for_as_are_missing_and_some_for_those_that_fail(
    project: Project,
) -> None:
    book = book_of(desk_of(make_run(project)), quota=18)

    calls = due(book)

    assert [call.request.n_texts for call in calls] == [5, 5, 5, 5]  # nine of ten pass, we think
    assert book.missing <= 0


def test_the_last_call_asks_for_fewer_but_never_for_very_few(project: Project) -> None:
    book = book_of(desk_of(make_run(project)), quota=10)

    assert [call.request.n_texts for call in due(book)] == [5, 5, FEWEST]


def test_every_call_has_a_conversation_and_a_seed_of_its_own(project: Project) -> None:
    calls = due(book_of(desk_of(make_run(project)), quota=40))

    assert [call.talk.number for call in calls] == list(range(len(calls)))
    assert len({call.request.seed for call in calls}) == len(calls)


def test_a_call_that_gave_nothing_is_made_up_for(project: Project) -> None:
    book = book_of(desk_of(make_run(project)), quota=5)
    first, *_ = due(book)

    book.came_back(first, goes_on=False)
    book.was_refused(first, CallRefused("filtered", reason="content_filtered"))

    assert len(due(book)) == 1
    assert book.dry == 1


def test_a_conversation_that_will_give_enough_keeps_others_from_beginning(
    project: Project,
) -> None:
    book = book_of(desk_of(make_run(project), turns=4), quota=18)

    (only,) = due(book)

    assert only.talk.number == 0
    assert book.busy_turns == 3


def test_a_call_that_is_overdue_is_not_counted_on_nor_is_the_rest_of_its_conversation(
    project: Project,
) -> None:
    book = book_of(desk_of(make_run(project), turns=4), quota=18)
    (slow,) = due(book)

    book.overdue(slow)
    book.overdue(slow)
    (other,) = due(book)

    assert other.talk.number == 1
    assert book.asked_for == 5
    book.came_back(slow, goes_on=True)
    book.came_back(other, goes_on=True)
    assert (book.asked_for, book.busy_turns, book.writing) == (0, 0, 0)
    assert [talk.number for _, talk in book.ready] == [0, 1]


def test_patience_is_a_number_of_calls_in_a_row(project: Project) -> None:
    book = book_of(desk_of(make_run(project)), quota=50)
    calls = due(book)

    for call in calls[:3]:
        assert not book.shortfall
        book.came_back(call, goes_on=False)
        book.took(call, [])

    assert "The last 3 calls for label 'joke' gave nothing" in book.shortfall
    assert book.next_call() is None
