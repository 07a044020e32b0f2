"""Taking a run up where its rows say it is."""

from __future__ import annotations

from typing import Any

from curation.models import Project
from generation.models import Call, Draft, GenerationRun
from generation.models.calls import UNLABELLED
from generation.prompting.parse import ParsedText
from tests.generation.services.at_work import at_work, desk_of, make_run


def add_call(run: GenerationRun, **more: Any) -> Call:
    label = run.project.labels.earliest("position")
    fields = {"conversation": 0, "turn": 0, "messages": [], "label": label}
    return Call.objects.create(run=run, **fields | more)


def test_what_others_have_spent_and_counted_since_is_known(project: Project) -> None:
    run = make_run(project)
    desk = desk_of(run, cap=1_000)
    GenerationRun.objects.update(spent=700, reasons={"duplicate": 3})  # they had not stopped yet
    add_call(run, status="sent", reserved=200)

    with at_work(desk):
        assert desk.budget.left == 100
        assert desk.reasons == {"duplicate": 3}


def test_texts_that_wait_for_a_label_are_known_to_the_screen(project: Project) -> None:
    run = make_run(project)
    call = add_call(run)
    Draft.objects.create(call=call, position=1, text="A text that waits.", reason=UNLABELLED)
    desk = desk_of(run, label_last=True)

    with at_work(desk) as source:
        (book, _) = source.books.values()
        assert [text for _, text in book.waiting] == ["A text that waits."]
        assert desk.screen.verdict(ParsedText(text="a text that WAITS"), room=5) == "duplicate"


def test_conversations_go_on_after_their_last_answered_turn(project: Project) -> None:
    run = make_run(project)
    for conversation, turn, status in [
        *[(0, 0, "answered"), (0, 1, "answered")],
        *[(1, 0, "answered"), (1, 1, "lost")],
        *[(2, 0, "refused")],
        *[(3, turn, "answered") for turn in range(3)],
    ]:
        add_call(run, conversation=conversation, turn=turn, status=status, answer="1. One joke.")

    with at_work(desk_of(run, turns=3)) as source:
        (book, _) = source.books.values()

    assert [(number, len(talk.turns)) for number, talk in book.ready] == [(0, 2)]
    assert book.next_talk == 4


def test_lost_calls_do_not_count_against_patience(project: Project) -> None:
    run = make_run(project)
    for conversation, status in enumerate(["answered", "lost", "lost", "refused"]):
        add_call(run, conversation=conversation, status=status)

    with at_work(desk_of(run)) as source:
        (book, other) = source.books.values()

    assert (book.dry, other.dry) == (2, 0)


def test_a_call_that_an_earlier_answer_was_to_serve_is_planned_anew_where_batches_are_found(
    project: Project,
) -> None:
    run = make_run(project)
    add_call(run, status="sent", cached=True)
    sent = add_call(run, conversation=1, status="sent", reserved=7, n_texts=5)
    desk = desk_of(run)
    desk.resumes = True

    with at_work(desk) as source:
        (book, _) = source.books.values()

    assert [call.row for call in book.unsettled] == [sent]
    assert list(Call.objects.all()) == [sent]
