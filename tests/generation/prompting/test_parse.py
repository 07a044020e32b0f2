from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generation.prompting.parse import ParsedText, parse_answer


def readable(answer: str) -> list[str]:
    return [text.text for text in parse_answer(answer) if not text.reason]


def reasons(answer: str) -> list[str]:
    return [text.reason for text in parse_answer(answer)]


@pytest.mark.parametrize(
    "answer",
    [
        '{"examples": ["One.", "Two."]}',
        '["One.", "Two."]',
        '{"tweets": ["One.", "Two."]}',
        '{"examples": ["One.", "Two."], "notes": ["none"]}',
        '{"examples": [{"text": "One."}, {"text": "Two."}]}',
        '{"1": "One.", "2": "Two."}',
        '```json\n{"examples": ["One.", "Two."]}\n```',
        'Sure, here they are:\n```\n["One.", "Two."]\n```\nEnjoy!',
        'Here you go: {"examples": ["One.", "Two."]} Anything else?',
        '<think>Say ["no"]?</think>\n["One.", "Two."]',
        '{"text": "One."}\n{"text": "Two."}',
        '["One."]\n["Two."]',
        "1. One.\n2. Two.",
        "1) One.\n2) Two.",
        "[1] One.\n[2] Two.",
        'Here they are:\n\n- "One."\n- “Two.”\n\nEnjoy!',
        "* One.\n\n* Two.",
    ],
)
def test_the_same_texts_are_read_from_every_usual_form(answer: str) -> None:
    assert readable(answer) == ["One.", "Two."]
    assert set(reasons(answer)) == {""}


def test_a_broken_text_does_not_spoil_its_neighbours() -> None:
    answer = '{"examples": ["One.", "He said "no" to it.", "Three."]}'

    texts = parse_answer(answer)

    assert [text.reason for text in texts] == ["", "malformed", ""]
    assert [texts[0].text, texts[2].text] == ["One.", "Three."]
    assert "no" in texts[1].text


def test_what_is_no_text_is_kept_with_its_reason() -> None:
    answer = '{"examples": ["One.", 7, null, ["x"], {"joke": 1}, "  "]}'

    assert reasons(answer) == ["", "not_text", "not_text", "not_text", "not_text", "empty"]


def test_an_answer_cut_off_in_the_middle_keeps_its_finished_texts() -> None:
    answer = '{"examples": ["One.", "Two.", "Thr'

    assert readable(answer) == ["One.", "Two."]
    assert reasons(answer) == ["", "", "truncated"]


@pytest.mark.parametrize("last", ["Two, of which,", 'He said "no"', "A list [of two]", "Two."])
def test_lines_that_were_cut_off_do_not_tell_whether_their_last_text_is_whole(last: str) -> None:
    texts = parse_answer(f"1. One.\n2. {last}", cut_off=True)

    assert [text.reason for text in texts] == ["", "truncated"]
    assert parse_answer(last, n_texts=1, cut_off=True)[0].reason == "truncated"


def test_a_list_that_was_closed_is_whole_though_the_words_after_it_were_cut_off() -> None:
    answer = '["One.", "Two."]\nI hope that these'

    assert [text.reason for text in parse_answer(answer, cut_off=True)] == ["", ""]


def test_a_list_of_lines_is_whole_though_the_words_below_it_were_cut_off() -> None:
    answer = "1. One.\n2. Two.\n\nI hope that these"

    assert [text.reason for text in parse_answer(answer, cut_off=True)] == ["", ""]


def test_a_broken_object_keeps_neither_itself_nor_those_below_it_from_being_counted() -> None:
    answer = '{"text": "One."}\n{"text": "Tw"o."}\n {"text": "Three."}\n{"text": "Fou'

    assert readable(answer) == ["One.", "Three."]
    assert reasons(answer) == ["", "malformed", "", "truncated"]


def test_a_text_with_another_label_is_kept_aside_and_not_relabelled() -> None:
    answer = '[{"text": "One.", "label": "Joke"}, {"text": "Two.", "label": "news"}]'

    texts = parse_answer(answer, label_words=frozenset({"joke"}))

    assert [text.reason for text in texts] == ["", "other_label"]


def test_an_element_may_say_its_family() -> None:
    answer = '[{"text": "One.", "family": " question "}, {"text": "Two.", "family": 7}, "Three."]'

    assert [text.family for text in parse_answer(answer)] == ["question", "", ""]
    assert readable(answer) == ["One.", "Two.", "Three."]


@pytest.mark.parametrize("answer", ["", "  \n", "<think>Hm.</think>"])
def test_an_empty_answer_is_one_empty_text(answer: str) -> None:
    assert parse_answer(answer) == [ParsedText(text="", reason="empty")]


@pytest.mark.parametrize("answer", ["Sorry, no.", '{"error": "busy"}', "{}", "[", '"One."', "7"])
def test_an_answer_without_a_list_is_kept_whole(answer: str) -> None:
    assert parse_answer(answer) == [ParsedText(text=answer, reason="unreadable")]


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        ("Just the one.", ""),
        ("Sure, here is one:\n\nJust the one.", "unreadable"),
        ('{"error": "busy"}', "unreadable"),
    ],
)
def test_of_one_text_asked_for_a_bare_answer_is_the_text(answer: str, reason: str) -> None:
    assert parse_answer(answer, n_texts=1) == [ParsedText(text=answer, reason=reason)]


@pytest.mark.parametrize("deep", ["[" * 100_000, '["' * 50_000, '{"a":' * 100_000, '[{"' * 30_000])
def test_a_hostile_answer_is_read_without_raising(deep: str) -> None:
    assert parse_answer(deep)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=10,
)
PIECES = st.lists(
    st.sampled_from(["[", "]", "{", "}", '"', ",", ":", "\\", "\n", "```", "1. ", "- ", "x", "\\u"])
)


@settings(deadline=None)  # other work may hold the processor
@given(st.text(alphabet=st.characters()) | PIECES.map("".join))
def test_no_answer_raises_and_each_gives_something(answer: str) -> None:
    texts = parse_answer(answer)

    assert texts
    assert all(text.reason or text.text.strip() for text in texts)


@settings(deadline=None)  # other work may hold the processor
@given(JSON)
def test_any_json_gives_texts_or_reasons(value: object) -> None:
    assert parse_answer(json.dumps(value))


@settings(deadline=None)  # other work may hold the processor
@given(st.lists(st.text().filter(lambda text: text.strip()), min_size=1))
def test_texts_in_the_form_asked_for_come_back_unchanged(written: list[str]) -> None:
    assert readable(json.dumps({"examples": written})) == [text.strip() for text in written]
