from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generation.prompting.base import Brief, LabelBrief
from generation.prompting.topic_list import parse_topics, topic_list_messages

JOKE = LabelBrief(name="joke", title="Joke", definition="It is meant to be funny.")
NEWS = LabelBrief(name="news", title="News report", definition="It reports what happened.")
BRIEF = Brief(
    context="Imagine a newspaper.", style="headlines", words=(6, 14), n_texts=2, labels=(JOKE, NEWS)
)


@pytest.mark.parametrize(
    ("attribute", "kind"),
    [("topic", "topics"), ("style", "styles"), ("length", "lengths"), ("mood", '"mood"')],
)
def test_one_list_is_asked_for_that_serves_all_labels(attribute: str, kind: str) -> None:
    system, user = topic_list_messages(BRIEF, attribute=attribute, n_values=20)

    assert system["content"] == "Imagine a newspaper."
    for part in [
        "headlines",
        "6 to 14 words",
        '- "Joke": It is meant to be funny.',
        '- "News report": It reports what happened.',
        "List 20 different",
        kind,
        "every label alike",
        "20 strings in one list",
    ]:
        assert part in user["content"]


@pytest.mark.parametrize(
    "answer",
    [
        '{"values": ["Trains", "Night markets"]}',
        '{"topics": ["Trains", "Night markets"]}',
        '["Trains", "Night markets"]',
        'Here:\n```json\n["Trains", "Night markets"]\n```',
        "1. Trains\n2. Night markets",
        "- Trains\n- Night markets",
        '["Trains", "  TRAINS ", "", 7, "Night\\n markets", "half \\ud83d"]',
    ],
)
def test_the_same_entries_are_read_from_every_usual_form(answer: str) -> None:
    assert parse_topics(answer) == ["Trains", "Night markets"]


@pytest.mark.parametrize("answer", ["", "Sorry, no.", "{}", '{"values": []}'])
def test_an_answer_without_a_list_gives_no_entries(answer: str) -> None:
    assert parse_topics(answer) == []


def test_an_entry_that_is_a_lecture_is_left_out() -> None:
    assert parse_topics(json.dumps(["x" * 200, "x" * 201])) == ["x" * 200]


@settings(deadline=None)  # other work may hold the processor
@given(st.text(alphabet=st.characters()) | st.lists(st.text()).map(json.dumps))
def test_no_answer_raises_and_entries_are_short_and_different(answer: str) -> None:
    entries = parse_topics(answer)

    assert all(entry.strip() and len(entry) <= 200 for entry in entries)
    assert len({entry.casefold() for entry in entries}) == len(entries)


def test_the_entry_that_a_cut_off_answer_ends_in_is_left_out() -> None:
    assert parse_topics("1. Trains\n2. Night mar", cut_off=True) == ["Trains"]
    assert parse_topics('{"values": ["Trains", "Night markets"', cut_off=True) == [
        "Trains",
        "Night markets",
    ]
