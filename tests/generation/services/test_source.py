"""Calls written down before they are sent, and every way in which they can end."""

from __future__ import annotations

import pytest

from curation.models import Project
from generation.errors import CallRefused, NoAnswer, NoMoreAnswers, RunTakenOver
from generation.models import Call, GenerationRun
from generation.scheduling.errand import Withdrawn
from tests.generation.recount import check
from tests.generation.services.at_work import answer, at_work, desk_of, fail, make_run


def test_a_call_is_written_down_with_what_is_set_aside_before_it_is_sent(project: Project) -> None:
    desk = desk_of(make_run(project))

    with at_work(desk) as source:
        errands = source.claim(2)

    rows = list(Call.objects.all())
    assert [row.status for row in rows] == ["sent", "sent"]
    assert [row.label.name for row in rows if row.label] == ["joke", "news"]
    assert all(row.reserved > 0 and len(row.key) == 64 for row in rows)
    assert desk.budget.reserved == sum(row.reserved for row in rows)
    assert [errand.request.label for errand in errands] == ["joke", "news"]


def test_an_answer_is_paid_for_by_its_tokens_and_frees_the_rest(project: Project) -> None:
    desk = desk_of(make_run(project))
    with at_work(desk) as source:
        source.settle([answer(errand) for errand in source.claim(2)])

    assert (desk.budget.reserved, desk.budget.spent) == (0, 2 * (10_000 + 40_000))
    check(desk.run)


def test_a_broken_attempt_is_paid_for_twice_when_it_is_asked_again(project: Project) -> None:
    desk = desk_of(make_run(project))
    with at_work(desk) as source:
        (errand,) = source.claim(1)
        reserved = Call.objects.get().reserved
        assert source.doubt(errand)
        assert desk.budget.reserved == 2 * reserved
        source.settle([answer(errand)])

    row = Call.objects.get()
    assert (row.doubtful, row.spent) == (reserved, reserved + 50_000)
    assert (desk.budget.reserved, desk.budget.spent) == (0, row.spent)
    check(desk.run)


def test_a_broken_attempt_that_the_cap_does_not_allow_again_is_paid_for(project: Project) -> None:
    desk = desk_of(make_run(project), cap=3_000_000)
    with at_work(desk) as source:
        (errand,) = source.claim(1)
        reserved = Call.objects.get().reserved
        desk.budget.cap = reserved
        assert not source.doubt(errand)
        source.settle([fail(errand, CallRefused("cut", reason="failed", billed=True))])
        assert not source.claim(1)

    row = Call.objects.get()
    assert (row.status, row.spent, row.doubtful) == ("refused", reserved, reserved)
    assert (desk.budget.reserved, desk.budget.spent) == (0, reserved)
    check(desk.run)


@pytest.mark.parametrize(
    ("problem", "status"),
    [
        (NoAnswer("cut", billed=True), "lost"),
        (CallRefused("filtered", reason="content_filtered"), "refused"),
        (NoAnswer("500"), None),
        (Withdrawn("it ended"), None),
        (NoMoreAnswers("used up"), None),
    ],
)
def test_what_becomes_of_a_call_without_an_answer(
    project: Project, problem: NoAnswer, status: str | None
) -> None:
    desk = desk_of(make_run(project))
    with at_work(desk) as source:
        source.settle([fail(errand, problem) for errand in source.claim(1)])

    assert list(Call.objects.values_list("status", flat=True)) == ([status] if status else [])
    assert desk.budget.reserved == 0
    assert (desk.budget.spent > 0) == (status == "lost")
    check(desk.run)


def test_a_call_that_waits_for_money_goes_out_first_once_there_is_some(project: Project) -> None:
    desk = desk_of(make_run(project))
    with at_work(desk) as source:
        (first,) = source.claim(1)
        desk.budget.cap = desk.budget.reserved + 60_000
        assert source.claim(5) == ()
        assert not source.capped
        source.settle([answer(first)])
        assert source.more()
        (second,) = source.claim(5)

        assert source.capped is False
        source.settle([answer(second)])
        assert source.claim(5) == ()
        assert source.capped
        assert not source.more()

    assert [call.conversation for call in Call.objects.all()] == [0, 0]  # none was skipped
    check(desk.run)


def test_there_is_more_to_ask_until_every_label_has_its_share(project: Project) -> None:
    desk = desk_of(make_run(project))
    with at_work(desk) as source:
        assert source.more()
        source.settle([answer(errand) for errand in source.claim(2)])
        assert source.more()
        while errands := source.claim(9):
            source.settle([answer(errand) for errand in errands])

        assert not source.more()

    assert GenerationRun.objects.get().accepted == 20


def test_texts_that_wait_for_their_labels_are_more_to_ask(project: Project) -> None:
    desk = desk_of(make_run(project, target=10), label_last=True)
    with at_work(desk) as source:
        source.settle([answer(errand) for errand in source.claim(2)])

        assert all(book.missing == 0 for book in source.books.values())
        assert source.more()
        GenerationRun.objects.update(pause_requested=True)
        source.claim(1)
        assert not source.more()


def test_who_has_lost_the_run_writes_nothing_and_sends_nothing_more(project: Project) -> None:
    desk = desk_of(make_run(project))
    with at_work(desk) as source:
        errands = source.claim(2)
        GenerationRun.objects.update(claim="somebody else")
        Call.objects.update(status=Call.Status.LOST)

        assert not source.doubt(errands[0])
        with pytest.raises(RunTakenOver):
            source.claim(1)
        with pytest.raises(RunTakenOver, match="run 1"):
            source.settle([answer(errand) for errand in errands])

    assert set(Call.objects.values_list("status", "doubtful")) == {("lost", 0)}
    assert GenerationRun.objects.get().accepted == 0


def test_a_pause_is_noticed_with_the_next_answer(project: Project) -> None:
    desk = desk_of(make_run(project))
    with at_work(desk) as source:
        errands = source.claim(1)
        GenerationRun.objects.update(pause_requested=True)
        source.settle([answer(errand) for errand in errands])

        assert source.claim(3) == ()


def test_answers_that_do_not_count_tokens_cost_what_was_set_aside(project: Project) -> None:
    desk = desk_of(make_run(project))
    with at_work(desk) as source:
        source.settle([answer(errand, tokens=None) for errand in source.claim(1)])

    row = Call.objects.get()
    assert row.spent == row.reserved == desk.budget.spent
