"""Calls that will never be answered, keys and models that are refused, limits that are reached."""

from __future__ import annotations

from typing import Any

import pytest

from curation.models import Project
from generation.errors import NothingGenerated, ProviderProblem
from generation.models import Call, GenerationRun
from generation.prompting.base import GenerationOptions
from generation.services import rejected_counts
from tests.generation.limited_server import LimitedServer
from tests.generation.recount import check
from tests.generation.scripted_server import refused, said, serving, texts
from tests.generation.wishes import ask, write

FILTERED = refused(400, "The request was blocked by our content_policy")
TOO_LONG = refused(400, "This model's maximum context length is 10 tokens")
TALK = GenerationOptions(words=(3, 9), n_texts=1, turns=3)


def test_a_filtered_request_ends_its_call_and_another_is_asked(project: Project) -> None:
    run = ask(project, FILTERED, texts("One report."), texts("One joke."))

    assert (run.status, run.accepted) == ("successful", 2)
    call = Call.objects.get(status=Call.Status.REFUSED)
    assert "filtered the request" in call.problem
    assert not call.drafts.exists()
    check(run)


def test_a_filtered_answer_is_kept_with_its_reason_and_ends_its_conversation(
    project: Project,
) -> None:
    cut = said("", finish_reason="content_filter")
    replies = [cut, texts("One report."), texts("One joke."), texts("A second report.")]

    with serving([*replies, texts("Another joke.")]) as server:
        run = ask(project, base_url=server.base_url, count=4, options=TALK)

    assert (run.accepted, rejected_counts(project)) == (4, {"content_filtered": 1})
    joke = run.calls.filter(label__name="joke").order_by("pk")
    assert list(joke.values_list("conversation", "turn")) == [(0, 0), (1, 0), (1, 1)]
    check(run)


def test_a_first_prompt_that_is_too_long_ends_its_label_with_a_sentence(project: Project) -> None:
    run = ask(project, TOO_LONG, texts("One report."))

    assert (run.status, run.accepted) == ("successful", 1)
    assert "Only 1 of 2 examples could be had. The prompt is too long for 'tiny'" in run.error
    assert "Ask for fewer texts a call or show fewer examples." in run.error


def test_prompts_that_are_too_long_for_every_label_fail_with_a_sentence(
    project: Project, server: LimitedServer
) -> None:
    server.configure(context_limit=20)

    with pytest.raises(NothingGenerated, match=r"None of 20 examples.*prompt is too long"):
        write(project, server, count=20)

    assert GenerationRun.objects.get().spent == 0


def test_a_later_turn_that_is_too_long_ends_its_conversation_and_another_begins(
    project: Project,
) -> None:
    replies = [
        *[texts("One joke."), texts("One report.")],
        *[TOO_LONG, texts("A second report.")],
        texts("Another joke."),
    ]
    with serving(replies) as server:
        run = ask(project, base_url=server.base_url, count=4, options=TALK)

    assert (run.status, run.accepted) == ("successful", 4)
    joke = run.calls.filter(label__name="joke").order_by("pk")
    assert list(joke.values_list("conversation", "turn", "status")) == [
        (0, 0, "answered"),
        (0, 1, "refused"),
        (1, 0, "answered"),
    ]
    check(run)


def test_conversations_against_a_small_context_still_deliver_exactly(
    project: Project, server: LimitedServer
) -> None:
    server.configure(context_limit=900)
    options = GenerationOptions(words=(8, 24), turns=6)

    run = write(project, server, count=200, options=options)

    assert (run.status, run.accepted) == ("successful", 200)
    assert run.calls.filter(status=Call.Status.REFUSED, turn__gt=0).exists()
    check(run)


@pytest.mark.parametrize(
    ("refusing", "sentence"),
    [
        ({"unknown_models": ["tiny"]}, "knows no model 'tiny'"),
        ({"required_key": "sk-other"}, "refused the key"),
    ],
)
def test_what_stops_every_call_stops_the_run_with_a_sentence(
    project: Project, server: LimitedServer, refusing: dict[str, Any], sentence: str
) -> None:
    server.configure(**refusing)

    with pytest.raises(ProviderProblem, match=sentence):
        write(project, server, count=20)

    run = GenerationRun.objects.get()
    assert (run.status, run.spent, run.calls.count()) == ("failed", 0, 0)
    assert sentence in run.error


def test_the_most_calls_are_a_limit_that_is_said_and_can_be_raised(project: Project) -> None:
    one_each = GenerationOptions(words=(3, 9), n_texts=4, turns=1)
    numbers = iter(range(100))
    replies = [texts(f"Text number {next(numbers)}.") for _ in range(40)]
    with serving(replies) as server:
        wish: dict[str, Any] = {"base_url": server.base_url, "options": one_each, "count": 20}
        run = ask(project, **wish, patience=1, top_up=1.0)
        assert (run.status, run.accepted, len(server.requests)) == ("successful", 8, 8)
        assert "4 calls for label 'joke' were the most allowed and gave 4 of 10" in run.error
        assert "raise --top-up" in run.error

        assert ask(project, **wish, patience=1, top_up=1.0) == run
        assert len(server.requests) == 8


def test_patience_ends_a_label_and_leaves_the_other(project: Project) -> None:
    bad = texts("No.")
    good = [texts(f"Report number {number}.") for number in range(5)]
    replies = [reply for pair in zip([bad] * 3, good, strict=False) for reply in pair]

    options = GenerationOptions(words=(3, 9), n_texts=1, turns=1)
    run = ask(project, *replies, *good[3:], count=10, patience=3, options=options)

    assert (run.status, run.accepted) == ("successful", 5)
    assert "The last 3 calls for label 'joke' gave nothing that could be accepted" in run.error
    assert run.calls.filter(label__name="joke").count() == 3
    check(run)
