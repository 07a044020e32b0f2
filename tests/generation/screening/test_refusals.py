from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generation.screening.length import length_detail, length_reason
from generation.screening.refusals import is_refusal


@pytest.mark.parametrize(
    "text",
    [
        "I'm sorry, but I can't help with that.",
        "I’m sorry, I cannot create spam messages.",
        "I am very sorry, but I'm unable to write hateful texts.",
        "I'm sorry, but this request goes against my guidelines.",
        "Sorry, I can't assist with this request.",
        "I cannot provide examples of that kind.",
        "I won't help with spam.",
        "I'm not able to generate such content.",
        "As an AI language model, I do not have opinions.",
        "I am unable to generate such content.",
        "We cannot fulfill this request.",
    ],
)
def test_a_model_that_declines_is_recognised(text: str) -> None:
    assert is_refusal(text)


@pytest.mark.parametrize(
    "text",
    [
        "I can't believe the bus came on time. Truly a miracle.",
        "I can't help it, the cake is gone.",
        "I cannot help but think of the seaside.",
        "I can’t help but wonder who parked there.",
        "I can't help loving this band.",
        "I won't help a neighbour who starts drilling at six.",
        "I'm sorry, I can't hear you over this music.",
        "I am sorry, all of you, but I really cannot see what the noise is about.",
        "I am sorry that I was unable to come to your concert.",
        "Sorry not sorry, I ate the whole cake.",
        "I'm sorry for your loss, he was a good man.",
        "I'm so sorry I missed your party, the traffic was terrible.",
        "As an airline, they sure know how to wait.",
        "I won't lie, that meeting was the highlight of my week.",
    ],
)
def test_people_who_are_sorry_or_cannot_believe_it_are_no_refusal(text: str) -> None:
    assert not is_refusal(text)


@pytest.mark.parametrize(
    ("n_words", "reason"),
    [(3, "too_short"), (4, ""), (8, ""), (28, ""), (56, ""), (57, "too_long")],
)
def test_length_is_forgiven_by_half_and_by_twice(n_words: int, reason: str) -> None:
    assert length_reason(" ".join(["word"] * n_words), words=(8, 28)) == reason


def test_the_length_is_told_beside_what_was_asked_for() -> None:
    assert length_detail("Hello", words=(8, 28)) == "1 word, asked for 8 to 28"


@settings(deadline=None)
@given(st.text(alphabet=st.characters()))
def test_any_text_can_be_looked_at(text: str) -> None:
    assert is_refusal(text) == is_refusal(text)
