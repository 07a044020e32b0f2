from __future__ import annotations

from xml.etree import ElementTree as ET

import pytest

from curation.label_studio.errors import BadLabels
from curation.label_studio.interface import WORD_JOINER, labelling_config
from curation.label_studio.records import LabelChoice


def choices(*titles: str) -> list[LabelChoice]:
    return [LabelChoice(code=f"c{number}", title=title) for number, title in enumerate(titles)]


def parse(labels: list[LabelChoice], question: str = "Which?") -> ET.Element:
    return ET.fromstring(labelling_config(labels, question=question))


def test_annotators_read_titles_and_answers_carry_codes() -> None:
    labels = [
        LabelChoice(code="irony", title="Ironic", description="Means the opposite."),
        LabelChoice(code="none", title="Not ironic"),
    ]

    shown = [dict(choice.attrib) for choice in parse(labels).iter("Choice")]

    assert shown == [
        {"value": "Ironic", "alias": "irony", "hotkey": "1", "hint": "Means the opposite."},
        {"value": "Not ironic", "alias": "none", "hotkey": "2"},
    ]


def test_controls_have_the_names_that_answers_refer_to() -> None:
    view = parse(choices("a", "b"))

    (control,) = view.iter("Choices")
    (text,) = view.iter("Text")
    assert control.get("name") == "label"
    assert control.get("toName") == text.get("name") == "text"
    assert text.get("value") == "$text"
    assert control.get("choice") == "single"


def test_a_long_text_scrolls_in_its_box_above_the_choices() -> None:
    view = parse(choices("a", "b"))

    box = view.find("View")
    assert box is not None
    assert box.find("Text") is not None
    assert "overflow:auto" in box.get("style", "")
    assert view.find("Choices") is not None


def test_lines_run_in_the_direction_of_their_own_letters() -> None:
    (style,) = parse(choices("a", "b")).iter("Style")

    assert "unicode-bidi:plaintext" in (style.text or "")


@pytest.mark.parametrize(
    "awkward",
    ['"quoted" & <tagged>', "two\nlines\tand a tab", "😀 emoji", "שלום עולם", "]]> &amp; '"],
)
def test_awkward_words_arrive_as_they_were_written(awkward: str) -> None:
    labels = [
        LabelChoice(code="a", title=awkward, description=awkward),
        LabelChoice(code="b", title="B"),
    ]

    view = parse(labels, question=awkward)

    first = next(view.iter("Choice"))
    header = view.find("Header")
    assert header is not None
    assert (header.get("value"), first.get("value"), first.get("hint")) == (awkward,) * 3


def test_a_dollar_is_not_taken_for_a_field_of_the_task() -> None:
    view = parse(choices("$text", "b"), question="Is $text worth $5?")

    header = view.find("Header")
    assert header is not None
    assert header.get("value") == f"Is ${WORD_JOINER}text worth ${WORD_JOINER}5?"
    assert next(view.iter("Choice")).get("value") == f"${WORD_JOINER}text"


def test_letters_that_no_xml_can_hold_are_left_out() -> None:
    view = parse(choices("bell\x07", "half an emoji \ud83d"))

    titles = [choice.get("value") for choice in view.iter("Choice")]

    assert titles == ["bell ", "half an emoji  "]


def test_the_tenth_label_has_no_key() -> None:
    keys = [choice.get("hotkey") for choice in parse(choices(*"abcdefghijk")).iter("Choice")]

    assert keys == [*"123456789", None, None]


@pytest.mark.parametrize(
    ("labels", "complaint"),
    [
        ([], "at least two"),
        (choices("only"), "at least two"),
        (choices("Same", "same "), "title 'same'"),
        ([LabelChoice(code="a", title="A"), LabelChoice(code="A", title="B")], "code 'a'"),
        ([LabelChoice(code="a", title="b"), LabelChoice(code="b", title="x")], "title of another"),
        ([LabelChoice(code="", title="b"), LabelChoice(code="b", title="x")], "empty"),
        ([LabelChoice(code="a\n", title="b"), LabelChoice(code="c", title="x")], "control"),
        (choices("a", " "), "no title"),
    ],
)
def test_labels_that_could_be_mistaken_are_refused(
    labels: list[LabelChoice], complaint: str
) -> None:
    with pytest.raises(BadLabels, match=complaint):
        labelling_config(labels, question="Which?")
