from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generation.prompting.parse import UNREADABLE, ParsedText
from generation.screening.characters import storable
from generation.screening.duplicates import text_key
from generation.screening.length import length_reason
from generation.screening.refusals import is_refusal
from generation.screening.screen import Screen


def parsed(*texts: str) -> list[ParsedText]:
    return [ParsedText(text=text) for text in texts]


def reasons(screen: Screen, *texts: str, room: int = 99) -> list[str]:
    return [text.reason for text in screen.judge(parsed(*texts), room=room)]


def test_equal_texts_in_one_answer_are_accepted_once() -> None:
    screen = Screen(words=(1, 5))

    assert reasons(screen, "One two.", "ONE  two!", "Three.") == ["", "duplicate", ""]


def test_texts_of_the_project_and_of_its_test_set_are_told_apart() -> None:
    screen = Screen(
        words=(1, 5), known={text_key("In the pool.")}, kept_apart={text_key("In the test set.")}
    )

    assert reasons(screen, "In the pool", "in the test set", "New.") == [
        "duplicate",
        "leakage",
        "",
    ]


def test_good_texts_beyond_the_room_are_surplus_and_stay_unknown() -> None:
    screen = Screen(words=(1, 5))

    judged = screen.judge(parsed("One.", "Two.", "One.", "Three."), room=1)

    assert [text.reason for text in judged] == ["", "surplus", "duplicate", "surplus"]
    assert [text.position for text in judged] == [1, 2, 3, 4]
    assert screen.reason("Two.") == ""


def test_a_refusal_is_named_so_even_when_nothing_could_be_read() -> None:
    screen = Screen(words=(1, 5))
    answer = ParsedText(text="I'm sorry, but I can't write that.", reason=UNREADABLE)

    assert screen.verdict(answer, room=1) == "refusal"


@pytest.mark.parametrize(
    ("n_words", "reason"),
    [(3, "too_short"), (4, ""), (8, ""), (28, ""), (56, ""), (57, "too_long")],
)
def test_length_is_forgiven_by_half_and_by_twice(n_words: int, reason: str) -> None:
    assert length_reason(" ".join(["word"] * n_words), words=(8, 28)) == reason


@pytest.mark.parametrize(
    "text",
    [
        "I'm sorry, but I can't help with that.",
        "I’m sorry, I cannot create spam messages.",
        "Sorry, I can't assist with this request.",
        "I cannot provide examples of that kind.",
        "As an AI language model, I do not have opinions.",
        "I am unable to generate such content.",
    ],
)
def test_a_model_that_declines_is_recognised(text: str) -> None:
    assert is_refusal(text)


@pytest.mark.parametrize(
    "text",
    [
        "I can't believe the bus came on time. Truly a miracle.",
        "Sorry not sorry, I ate the whole cake.",
        "I'm sorry for your loss, he was a good man.",
        "I'm so sorry I missed your party, the traffic was terrible.",
        "As an airline, they sure know how to wait.",
        "I won't lie, that meeting was the highlight of my week.",
    ],
)
def test_people_who_are_sorry_or_cannot_believe_it_are_no_refusal(text: str) -> None:
    assert not is_refusal(text)


def test_texts_of_emoji_alone_are_not_all_equal() -> None:
    assert text_key("🙂") != text_key("🙁")
    assert text_key("🙂 ") == text_key("🙂")


def test_vowel_signs_tell_words_apart() -> None:
    assert text_key("की") != text_key("का")


def test_characters_that_cannot_be_stored_are_marked_and_the_text_rejected() -> None:
    screen = Screen(words=(1, 5))

    (judged,) = screen.judge(parsed("half \ud83d and \x00 nothing"), room=1)

    assert judged.text == "half \ufffd and \ufffd nothing"
    assert judged.reason == "broken_characters"


@settings(deadline=None)  # other work may hold the processor
@given(st.text(alphabet=st.characters()))
def test_any_text_can_be_screened_and_stored(text: str) -> None:
    (judged,) = Screen(words=(1, 5)).judge(parsed(text), room=1)

    assert judged.text == storable(text)
    assert judged.text.encode("utf-8").decode("utf-8") == judged.text
