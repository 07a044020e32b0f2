from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from generation.prompting import parse
from generation.prompting.parse import UNREADABLE, ParsedText
from generation.screening.characters import storable
from generation.screening.screen import REASONS, Checks, JudgedText, Screen, giveaway_words

LATE = "The bus was late again this morning, and nobody said a word."


def parsed(*texts: str) -> list[ParsedText]:
    return [ParsedText(text=text) for text in texts]


def judged(screen: Screen, *texts: str, room: int = 99, **more: Any) -> list[JudgedText]:
    return screen.judge(parsed(*texts), room=room, **more)


def reasons(screen: Screen, *texts: str, room: int = 99, **more: Any) -> list[str]:
    return [text.reason for text in judged(screen, *texts, room=room, **more)]


def by_topic(texts: Sequence[str]) -> NDArray[np.float32]:
    """An encoder that knows three topics."""
    topics = ("rain", "trains", "cake")
    rows = [[float(topic in text.lower()) + 0.01 for topic in topics] for text in texts]
    return np.array(rows, np.float32)


def test_equal_texts_in_one_answer_are_accepted_once() -> None:
    screen = Screen(words=(1, 5))

    assert reasons(screen, "One two.", "ONE  two!", "Three.") == ["", "duplicate", ""]


def test_texts_of_the_project_and_of_its_test_set_are_told_apart() -> None:
    screen = Screen(words=(1, 9))
    screen.learn(["In the pool.", "In both of them."], apart=False)
    screen.learn(["In the test set.", "In both of them."], apart=True)

    assert reasons(screen, "In the pool", "in the test set", "in both of them", "New.") == [
        "duplicate",
        "leakage",
        "leakage",
        "",
    ]


def test_almost_equal_texts_are_near_duplicates_or_near_leakage() -> None:
    pool, apart = Screen(words=(1, 20)), Screen(words=(1, 20))
    pool.learn([LATE], apart=False)
    apart.learn([LATE], apart=True)
    changed = LATE.replace("again ", "").replace("nobody", "no-body")

    (duplicate,), (leakage,) = judged(pool, changed), judged(apart, changed)

    assert (duplicate.reason, leakage.reason) == ("near_duplicate", "near_leakage")
    assert duplicate.detail.endswith(" like an earlier text")
    assert leakage.detail.endswith(" like a test or training text")
    assert 0.8 <= float(duplicate.detail[:4]) < 1


def test_almost_equal_texts_within_one_answer_are_found() -> None:
    assert reasons(Screen(words=(1, 20)), LATE, LATE + " Ok.") == ["", "near_duplicate"]


def test_the_limits_towards_pool_and_test_set_differ() -> None:
    screen = Screen(words=(1, 20), checks=Checks(near=0.95, near_apart=0.6))
    screen.learn([LATE], apart=False)
    assert reasons(screen, LATE.replace("morning", "evening")) == [""]

    screen.learn([LATE], apart=True)
    assert reasons(screen, LATE.replace("morning", "afternoon")) == ["near_leakage"]


def test_near_texts_are_accepted_when_that_check_is_off() -> None:
    screen = Screen(words=(1, 20), checks=Checks(near=0, near_apart=0))
    screen.learn([LATE], apart=True)

    assert reasons(screen, LATE + " Ok.", LATE + " Well.", LATE) == ["", "", "leakage"]


def test_a_rewritten_text_may_be_near_the_one_it_was_made_from_but_not_equal() -> None:
    screen = Screen(words=(1, 20))
    screen.learn([LATE], apart=True)
    screen.learn(["A dog slept in the sun all day long."], apart=False)

    found = reasons(
        screen, LATE + " Ok.", LATE.upper(), "A dog slept in the sun all day!", kin=[LATE]
    )

    assert found == ["", "duplicate", "near_duplicate"]


def test_a_text_to_rewrite_need_not_be_known_for_its_copy_to_be_a_duplicate() -> None:
    assert reasons(Screen(words=(1, 20)), LATE, kin=[LATE]) == ["duplicate"]


def test_texts_that_say_the_same_are_found_by_their_embeddings() -> None:
    screen = Screen(words=(1, 9), checks=Checks(semantic=0.9), embed=by_topic)
    screen.learn(["So much rain today"], apart=False)
    screen.learn(["I bake a cake"], apart=True)

    found = judged(screen, "It pours: rain!", "Cake for all of us", "Trains!", "All trains stop")

    assert [text.reason for text in found] == [
        "semantic_duplicate",
        "semantic_leakage",
        "",
        "semantic_duplicate",
    ]
    assert reasons(screen, "No trains here") == ["semantic_duplicate"]
    assert reasons(Screen(words=(1, 9), embed=by_topic), "Rain.", "More rain!") == ["", ""]


def test_texts_that_say_the_same_as_the_one_to_rewrite_are_welcome() -> None:
    screen = Screen(words=(1, 9), checks=Checks(semantic=0.9), embed=by_topic)
    screen.learn(["So much rain today", "Cake!"], apart=False)

    found = reasons(screen, "It pours: rain!", "A cake", kin=["So much rain today"])

    assert found == ["", "semantic_duplicate"]


def test_embeddings_cannot_be_compared_without_an_encoder() -> None:
    with pytest.raises(ValueError, match="encoder"):
        Screen(words=(1, 9), checks=Checks(semantic=0.9))


def test_good_texts_beyond_the_room_are_surplus_and_stay_unknown() -> None:
    screen = Screen(words=(1, 5))

    first = judged(screen, "One.", "Two.", "One.", "Three.", room=1)

    assert [text.reason for text in first] == ["", "surplus", "duplicate", "surplus"]
    assert [text.position for text in first] == [1, 2, 3, 4]
    assert screen.verdict(ParsedText(text="Two."), room=1) == ""
    assert screen.verdict(ParsedText(text="Two."), room=1) == "duplicate"


def test_a_refusal_is_named_so_even_when_nothing_could_be_read() -> None:
    screen = Screen(words=(1, 5))
    answer = ParsedText(text="I'm sorry, but I can't write that.", reason=UNREADABLE)

    assert screen.verdict(answer, room=1) == "refusal"


def test_a_text_may_not_name_its_own_label_or_any_when_none_is_said() -> None:
    words = {"irony": giveaway_words("irony", "Irony"), "joy": giveaway_words("joy", "Joy")}
    screen = Screen(words=(1, 9), label_words=words)

    (own,) = judged(screen, "What a day #irony", label="irony")

    assert (own.reason, own.detail) == ("names_label", "names the label: irony")
    assert reasons(screen, "What a day #irony", label="joy") == [""]
    assert reasons(screen, "Such a day #irony", "Such a day #joy") == ["names_label"] * 2


@pytest.mark.parametrize(
    ("text", "reason", "detail"),
    [
        ("Mail ann.lee@mail.com now", "personal_data", "e-mail address"),
        ("Dear [Name], hello", "boilerplate", "a blank to fill in"),
        ("Das ist heute wirklich ein sehr schöner Tag", "other_language", "looks German"),
        (
            "One two three four five six seven eight nine ten eleven",
            "too_long",
            "11 words, asked for 1 to 5",
        ),
        ("  ", "empty", ""),
        ("I cannot write that.", "refusal", ""),
    ],
)
def test_each_check_says_what_it_found(text: str, reason: str, detail: str) -> None:
    (found,) = judged(Screen(words=(1, 5), language="English"), text)

    assert (found.reason, found.detail) == (reason, detail)


def test_checks_can_be_switched_off() -> None:
    off = Checks(giveaway=False, personal=False, language=False, boilerplate=False)
    screen = Screen(
        words=(1, 9), language="en", label_words={"joy": frozenset({"joy"})}, checks=off
    )
    texts = ["#joy", "Mail ann.lee@mail.com now", "Dear [Name]", "Das ist wirklich ein schöner Tag"]

    assert reasons(screen, *texts) == [""] * 4


def test_checks_survive_storing() -> None:
    checks = Checks(near=0.9, semantic=0.85, personal=False)

    assert Checks.from_params(checks.as_params()) == checks
    assert Checks.from_params({}) == Checks()


@pytest.mark.parametrize("limit", [-1.0, 0.2, 1.2, float("nan")])
def test_limits_outside_their_range_are_refused(limit: float) -> None:
    with pytest.raises(ValueError, match="near"):
        Checks(near=limit)


def test_no_detail_quotes_a_known_text() -> None:
    screen = Screen(words=(1, 20), checks=Checks(semantic=0.9), embed=by_topic)
    screen.learn(["Zebras in the rain are my favourite thing"], apart=True)

    found = judged(
        screen,
        "Zebras in the rain are my favourite thing",
        "Zebras in the rain are my favourite things",
        "It may rain",
    )

    assert [text.reason for text in found] == ["leakage", "near_leakage", "semantic_leakage"]
    assert not any(word in text.detail for text in found for word in ("ebra", "favour", "thing"))


def test_the_family_of_a_text_is_carried_along() -> None:
    (found,) = Screen(words=(1, 5)).judge([ParsedText(text="One.", family="counting")], room=1)

    assert found.family == "counting"


def test_every_reason_has_words_for_people() -> None:
    named = {value for name, value in vars(parse).items() if name.isupper() and name in UNREADABLES}

    assert named <= REASONS.keys()
    assert all(words and words[0].islower() for words in REASONS.values())


UNREADABLES = ("EMPTY", "UNREADABLE", "MALFORMED", "TRUNCATED", "NOT_TEXT", "OTHER_LABEL")


def test_learning_many_texts_is_the_same_as_learning_them_one_by_one() -> None:
    texts = [
        f"Text number {number} about trains, rain and {number % 7} cakes" for number in range(200)
    ]
    together, singly = Screen(words=(1, 20)), Screen(words=(1, 20))

    together.learn([*texts, *texts], apart=False)
    for text in texts:
        singly.learn([text], apart=False)

    asked = [text.replace("trains", "train") for text in texts]
    assert reasons(together, *asked) == reasons(singly, *asked)


def test_characters_that_cannot_be_stored_are_marked_and_the_text_rejected() -> None:
    screen = Screen(words=(1, 5))

    (found,) = judged(screen, "half \ud83d and \x00 nothing", room=1)

    assert found.text == "half \ufffd and \ufffd nothing"
    assert found.reason == "broken_characters"


@settings(deadline=None)  # other work may hold the processor
@given(st.lists(st.text(alphabet=st.characters()), max_size=4))
def test_any_texts_can_be_learned_screened_and_stored(texts: list[str]) -> None:
    screen = Screen(words=(1, 5), language="en", label_words={"joy": giveaway_words("joy", "Joy")})
    screen.learn(texts[:1], apart=True)

    found = screen.judge(parsed(*texts), room=2, kin=texts[1:2])

    assert [text.text for text in found] == [storable(text) for text in texts]
    assert all(text.reason == "" or text.reason in REASONS for text in found)
    assert [text.text.encode("utf-8").decode("utf-8") for text in found] == [
        text.text for text in found
    ]
