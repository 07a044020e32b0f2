from __future__ import annotations

import json
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generation.prompting.base import Brief, LabelBrief
from generation.prompting.label_last import labelling_messages, parse_labels

IRONY = LabelBrief(name="irony", title="Ironic", definition="It means something else.")
PLAIN = LabelBrief(name="non_irony", title="As written", definition="It means what it says.")
LABELS = (IRONY, PLAIN)
BRIEF = Brief(context="", style="tweets", words=(6, 14), n_texts=2, labels=LABELS)


def labels(answer: str, *, n_texts: int = 2) -> list[str]:
    return parse_labels(answer, n_texts=n_texts, labels=LABELS)


def test_the_labelling_prompt_shows_definitions_and_numbered_texts() -> None:
    user = labelling_messages(BRIEF, ["Great, rain again.", "Sun!\nAt last."])[-1]

    for part in [
        '- irony: "Ironic", It means something else.',
        '- non_irony: "As written", It means what it says.',
        "1. Great, rain again.\n2. Sun!\n   At last.",
        "JSON",
    ]:
        assert part in user["content"]


@pytest.mark.parametrize(
    "answer",
    [
        '{"labels": ["irony", "non_irony"]}',
        '["Ironic", "as WRITTEN"]',
        '```json\n{"labels": ["irony", "non_irony"]}\n```',
        'Sure: {"labels": ["irony", "non_irony"]} Anything else?',
        '<think>["non_irony", "irony"]?</think>["irony", "non_irony"]',
        '{"1": "irony", "2": "non_irony"}',
        '{"0": "irony", "1": "non_irony"}',
        '{"text 2": "non_irony", "text 1": "irony"}',
        '{"labels": {"1": "irony", "2": "non_irony"}}',
        '[{"label": "irony"}, {"label": "non_irony"}]',
        '[{"number": 2, "label": "non_irony"}, {"number": 1, "label": "irony"}]',
        '{"text": 1, "label": "irony"}\n{"text": 2, "label": "non_irony"}',
        '{"1": {"label": "irony"}, "2": {"label": "non_irony"}}',
        "1. irony\n2. non_irony",
        "2) non_irony\n1) irony",
        "[1] irony\n[2] non_irony",
        "Text 1: irony\nText 2: non_irony",
        "**1.** `irony`\n**2.** “Non_Irony”.",
        "Here they are:\n1: label: irony\n2: label: non_irony\nDone.",
        "- irony\n- non_irony",
        "irony\nnon_irony",
        '["irony", "non_irony"]\nIn short: ["irony", "non_irony"]',
    ],
)
def test_the_same_labels_are_read_from_every_usual_form(answer: str) -> None:
    assert labels(answer) == ["irony", "non_irony"]


@pytest.mark.parametrize(
    "answer",
    [
        '{"labels": ["irony", "sarcasm", "non_irony"]}',
        '{"labels": ["irony", null, "non_irony"]}',
        '{"labels": ["irony", ["irony"], "non_irony"]}',
        '{"1": "irony", "3": "non_irony"}',
        "1. irony\n3. non_irony",
        "1. irony\n2. hard to say\n3. non_irony",
        "1. irony\n2. irony\n2. non_irony\n3. non_irony",
    ],
)
def test_what_names_no_label_stays_empty_and_spoils_no_neighbour(answer: str) -> None:
    assert labels(answer, n_texts=3) == ["irony", "", "non_irony"]


@pytest.mark.parametrize(
    "answer",
    [
        "",
        "Sorry, no.",
        '{"labels": ["irony", "non_irony"]}',
        '["irony", "irony"]',
        '["irony", "non_irony", "irony", "irony"]',
        '{"0": "irony", "1": "non_irony"}',
        '["irony", "irony", "irony"] or rather ["irony", "irony", "non_irony"]',
        "irony\nnon_irony",
        "[1, 2, 3]",
    ],
)
def test_a_list_that_cannot_be_matched_to_the_texts_says_nothing(answer: str) -> None:
    assert labels(answer, n_texts=3) == ["", "", ""]


@pytest.mark.parametrize(
    "answer",
    ['{"labels": ["irony", null, "non_irony", "non_i', '["irony", null, "non_irony"', '["irony"'],
)
def test_an_answer_cut_off_keeps_what_it_had_finished(answer: str) -> None:
    read = labels(answer, n_texts=4)

    assert read[:2] == ["irony", ""]
    assert read[2] in {"non_irony", ""}
    assert read[3] == ""


def test_a_list_too_long_counts_if_it_is_all_of_one_label() -> None:
    assert labels('["irony", "irony", "irony"]') == ["irony", "irony"]


def test_a_word_that_could_mean_two_labels_means_none() -> None:
    crossed = [LabelBrief(name="a", title="Same"), LabelBrief(name="b", title="same")]
    swapped = [LabelBrief(name="yes", title="no"), LabelBrief(name="no", title="yes")]
    cases = [LabelBrief(name="A", title="x"), LabelBrief(name="a", title="y")]

    assert parse_labels('["same"]', n_texts=1, labels=crossed) == [""]
    assert parse_labels('["no"]', n_texts=1, labels=swapped) == ["no"]
    assert parse_labels('["a", "A"]', n_texts=2, labels=cases) == ["a", "A"]


def test_codes_may_be_digits() -> None:
    digits = [LabelBrief(name="0", title="bad"), LabelBrief(name="1", title="good")]

    assert parse_labels('{"labels": [1, 0]}', n_texts=2, labels=digits) == ["1", "0"]
    assert parse_labels("1. 0\n2. 1", n_texts=2, labels=digits) == ["0", "1"]


@pytest.mark.parametrize(
    "deep",
    ["[" * 50_000, '["' * 25_000, '{"a":' * 50_000, '[{"' * 15_000, "1." * 25_000, '{"' * 25_000],
)
def test_a_hostile_answer_is_read_without_raising_and_soon(deep: str) -> None:
    started = time.perf_counter()

    assert labels(deep) == ["", ""]
    assert time.perf_counter() - started < 5


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.sampled_from(["irony", "Ironic"]),
    lambda inner: (
        st.lists(inner)
        | st.dictionaries(st.sampled_from(["labels", "1", "text 2", "label", "id"]), inner)
    ),
    max_leaves=10,
)
PIECES = st.lists(st.sampled_from(['["', "[", "]", "{", "}", '"', ",", ":", "\n", "1. ", "irony"]))


@settings(deadline=None)  # other work may hold the processor
@given(
    st.text(alphabet=st.characters()) | PIECES.map("".join) | JSON.map(json.dumps),
    st.integers(0, 5),
)
def test_no_answer_raises_and_each_gives_one_label_or_none_per_text(
    answer: str, n_texts: int
) -> None:
    read = labels(answer, n_texts=n_texts)

    assert len(read) == n_texts
    assert set(read) <= {"irony", "non_irony", ""}


@settings(deadline=None)  # other work may hold the processor
@given(st.lists(st.sampled_from(["irony", "non_irony"]), min_size=1))
def test_labels_in_the_form_asked_for_come_back_unchanged(given_labels: list[str]) -> None:
    answer = json.dumps({"labels": given_labels})

    assert labels(answer, n_texts=len(given_labels)) == given_labels
