from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from curation.errors import BadInput
from curation.models import Example, Project
from generation.errors import SeedPoolTooSmall
from generation.models import Call, Draft, GenerationRun
from generation.prompting.base import GenerationOptions
from generation.scheduling.gate import Limits
from generation.screening.checks import Checks
from generation.services import (
    rejected_counts,
    run_summary,
    surplus_count,
)
from tests.factories import make_example, make_project
from tests.generation.scripted_server import said, serving, texts
from tests.generation.wishes import ask, generate, replay, texts_of


def test_examples_come_in_equal_numbers_with_the_label_asked_for(
    project: Project, recording: Path
) -> None:
    run = replay(project, recording, 20)

    assert run.status == "successful"
    assert (run.accepted, run.rejected, run.surplus) == (20, 0, 0)
    assert len(texts_of(project, "joke")) == len(texts_of(project, "news")) == 10
    assert all(text.startswith("joke") for text in texts_of(project, "joke"))
    assert set(project.examples.values_list("source", "split")) == {("synthetic", "pool")}


def test_exactly_as_many_as_asked_for_are_accepted_and_the_rest_is_surplus(
    project: Project, recording: Path
) -> None:
    run = replay(project, recording, 13)

    assert (run.accepted, run.surplus) == (13, 7)
    assert (len(texts_of(project, "joke")), len(texts_of(project, "news"))) == (7, 6)
    assert rejected_counts(project) == {}
    assert surplus_count(project) == 7


def test_ids_say_where_a_text_comes_from(project: Project, recording: Path) -> None:
    replay(project, recording, 20, options=GenerationOptions(turns=1))

    ids = project.examples.values_list("external_id", flat=True)

    assert set(ids) == {
        f"g1/zero_shot/{label}/{conversation}/0/{position}"
        for label in ("joke", "news")
        for conversation in (0, 1)
        for position in (1, 2, 3, 4, 5)
    }


def test_an_example_can_be_walked_back_to_the_prompt_it_answers(
    project: Project, recording: Path
) -> None:
    replay(project, recording, 20)
    example = project.examples.get(external_id="g1/zero_shot/joke/0/1/3")

    draft = Draft.objects.get(example=example)
    sent = draft.call.sent()

    assert draft.text == example.text
    assert [message["role"] for message in sent] == ["system", "user", "assistant", "user"]
    assert sent[2]["content"] == Call.objects.get(label=draft.call.label, turn=0).answer
    assert "more diverse" in sent[3]["content"]
    assert draft.call.run.prompt_version == example.provenance["prompt_version"]


def test_rejected_texts_are_kept_with_their_reasons(project: Project) -> None:
    make_example(project, "Real and secret test text.", split="test", source="real", gold="joke")
    answer = [
        "A fine new joke.",
        "a fine new JOKE",
        "real and secret test text",
        "Short",
        "I'm sorry, but I can't write jokes.",
        " ".join(["word"] * 19),
    ]

    run = ask(project, texts(*answer), texts("A joke, really."), texts("One report."), count=3)

    reasons = run.calls.earliest("pk").drafts.values_list("reason", flat=True)
    assert list(reasons) == ["", "duplicate", "leakage", "too_short", "refusal", "too_long"]
    assert rejected_counts(project) == dict.fromkeys(reasons[1:], 1)


def test_an_answer_that_cannot_be_read_is_kept_and_asked_for_again(project: Project) -> None:
    run = ask(project, said("Nope."), texts("One report."), texts("One joke."))

    assert rejected_counts(project) == {"unreadable": 1}
    assert Draft.objects.get(reason="unreadable").text == "Nope."
    assert (run.accepted, run.calls.count()) == (2, 3)


@pytest.mark.parametrize(
    "cut_off",
    [
        '{"examples": ["One fine joke.", "Two fi',
        "1. One fine joke.\n2. Two fi",
        '1. One fine joke.\n2. Two fine "jokes"',
    ],
)
def test_of_an_answer_that_was_cut_off_only_the_last_text_is_lost(
    project: Project, cut_off: str
) -> None:
    run = ask(project, said(cut_off, finish_reason="length"), texts("One report."))

    assert rejected_counts(project) == {"truncated": 1}
    assert texts_of(project, "joke") == ["One fine joke."]
    assert run.calls.earliest("pk").finish_reason == "length"


def test_tokens_are_added_up(project: Project) -> None:
    run = ask(project, texts("One joke."), texts("One report."))

    assert (run.prompt_tokens, run.completion_tokens) == (20, 40)
    assert run_summary(run)["calls"] == 2


def test_a_conversation_sends_its_earlier_turns_and_ends_after_its_turns(
    project: Project,
) -> None:
    replies = [texts(f"Text number {number}.") for number in range(6)]
    with serving(replies) as server:
        options = GenerationOptions(words=(2, 9), turns=2)
        ask(project, count=6, base_url=server.base_url, options=options)

    roles = [[message["role"] for message in request["messages"]] for request in server.requests]
    opening = ["system", "user"]
    second = [*opening, "assistant", "user"]
    assert roles == [opening, opening, second, second, opening, opening]


def test_few_shot_shows_training_texts_of_the_label_and_nothing_of_the_test_set(
    project: Project,
) -> None:
    for label in ("joke", "news"):
        for number in range(6):
            for split in ("train", "test"):
                text = f"{split} {label} {number}"
                make_example(project, text, split=split, source="real", gold=label)
        make_example(project, f"synthetic {label}", split="train", gold=label)
    options = GenerationOptions(words=(2, 9), shots=3, n_texts=1, seed_share=1.0)
    replies = [texts(f"Fresh text number {number}.") for number in range(20)]

    run = ask(project, *replies, count=20, method="few_shot", options=options)

    assert run.accepted == 20
    shown_for = {"joke": set[str](), "news": set[str]()}
    for call in Call.objects.select_related("label"):
        prompt = " ".join(message["content"] for message in call.sent())
        assert "test joke" not in prompt
        assert "test news" not in prompt
        assert "synthetic" not in prompt
        shown = {line[2:] for line in prompt.splitlines() if line.startswith("- train")}
        assert len(shown) == 3
        assert call.label is not None
        shown_for[call.label.name] |= shown
    assert shown_for["joke"] == {f"train joke {number}" for number in range(6)}
    assert shown_for["news"] == {f"train news {number}" for number in range(6)}


def test_a_copy_of_a_training_text_is_leakage(project: Project) -> None:
    make_example(project, "A seed text.", split="train", source="real", gold="joke")

    ask(project, texts("a seed text"), texts("One report."), texts("One joke."))

    assert rejected_counts(project) == {"leakage": 1}


def test_few_shot_without_enough_training_texts_changes_nothing(project: Project) -> None:
    make_example(project, split="train", source="real", gold="joke")

    with pytest.raises(
        SeedPoolTooSmall, match=r"5 real examples of label 'joke', but 1 may be shown: 10% of the 1"
    ):
        ask(project, method="few_shot")

    assert not GenerationRun.objects.exists()


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"count": 0}, "count is 0"),
        ({"method": "guess"}, "no method 'guess'; choose zero_shot or few_shot or"),
        ({"provider": "psychic"}, "no provider 'psychic'"),
        ({"limits": Limits(parallel=0)}, "parallel is 0"),
        ({"patience": 0}, "patience is 0"),
        ({"seed": 2**63}, "too large"),
        ({"recordings": None}, "--recordings"),
        ({"provider": "openai", "model": "m", "base_url": "https://llm.example"}, "No key"),
    ],
)
def test_bad_input_gets_a_sentence_and_changes_nothing(
    project: Project, recording: Path, wrong: dict[str, Any], sentence: str
) -> None:
    wish: dict[str, Any] = {
        "provider": "recorded",
        "method": "zero_shot",
        "count": 4,
        "recordings": recording,
    }

    with pytest.raises(BadInput, match=sentence):
        generate(project, **(wish | wrong))

    assert not GenerationRun.objects.exists()
    assert not Example.objects.exists()


def test_calls_of_several_labels_go_out_together_and_nothing_is_lost(db: None) -> None:
    project = make_project("many", labels=tuple("abcdef"))
    replies = [
        texts(f"Fresh text {number} one.", f"Fresh text {number} two.") for number in range(60)
    ]
    with serving(replies) as server:
        run = generate(
            project,
            provider="openai",
            method="zero_shot",
            count=60,
            model="tiny",
            base_url=server.base_url,
            limits=Limits(parallel=6),
            checks=Checks(near=0),
            options=GenerationOptions(words=(2, 9), n_texts=2),
        )

    assert (run.accepted, run.calls.count(), len(server.requests)) == (60, 30, 30)
    assert {len(texts_of(project, label)) for label in "abcdef"} == {10}
