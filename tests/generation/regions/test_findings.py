from __future__ import annotations

import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from generation.regions.features import features_for
from generation.regions.findings import JudgedRow, regions_of, two_proportions

TITLES = {"ironic": "Ironic", "plain": "As written", "other": "Something else"}

# Every word that a sentence may hold besides titles and numbers. None comes from a judged text.
TEMPLATE_WORDS = frozenset(
    """
    a about against all an and are as bits by capitals do emoji end entropy equally exclamation
    first for gets hashtag have in is it judge label least long mark marks mean mention negation
    none not number of over person question quotation real right short sure taken text texts that
    the there to too up url is no least with without word words wrong another
    """.split()  # noqa: SIM905
)


def row(
    text: str = "some text here", *, gold: str = "ironic", predicted: str = "", bits: float = 0.0
) -> JudgedRow:
    return JudgedRow(text=text, gold=gold, predicted=predicted or gold, entropy=bits)


def sentences(label: str, rows: list[JudgedRow], language: str = "") -> list[str]:
    features = features_for([one.text for one in rows], language=language)
    return [region.sentence for region in regions_of(label, rows, TITLES, features)]


def test_what_a_label_is_taken_for_comes_first_and_most_often_first() -> None:
    rows = [
        *[row(predicted="other")] * 2,
        row(predicted="plain"),
        *[row()] * 7,
        *[row(gold="plain")] * 5,
    ]

    assert sentences("ironic", rows)[:2] == [
        '2 of 10 real "Ironic" texts are taken for "Something else" (20 %).',
        '1 of 10 real "Ironic" texts is taken for "As written" (10 %).',
    ]


def test_a_label_without_errors_says_so_and_where_the_classifier_is_least_sure() -> None:
    rows = [*[row("is it so?", bits=0.9)] * 10, *[row(bits=0.1)] * 10]

    assert sentences("ironic", rows) == [
        'None of 20 real "Ironic" texts is taken for another label.',
        "It is least sure of texts that end with a question mark: "
        "mean entropy 0.90 bits against 0.10.",
    ]


def test_a_label_without_errors_or_doubts_says_that() -> None:
    assert sentences("ironic", [row(bits=0.25)] * 4) == [
        'None of 4 real "Ironic" texts is taken for another label.',
        "It is about equally sure of all 4: mean entropy 0.25 bits.",
    ]


def test_a_label_without_texts_says_that() -> None:
    assert sentences("ironic", [row(gold="plain")]) == [
        'There is no real "Ironic" text to judge by.'
    ]


def test_errors_are_told_apart_from_hits_by_what_they_look_like() -> None:
    tagged = "lovely weather #blessed"
    rows = [
        *[row(tagged, predicted="plain")] * 9,
        *[row(predicted="plain")] * 3,
        *[row(tagged)] * 20,
        *[row()] * 48,
    ]

    assert sentences("ironic", rows) == [
        '12 of 80 real "Ironic" texts are taken for "As written" (15 %).',
        "Texts with a hashtag: 9 of the 12 it gets wrong, against 20 of the 68 it gets right.",
    ]


def test_what_errors_lack_is_said_too() -> None:
    rows = [*[row(predicted="plain")] * 10, *[row("at 9 o'clock then")] * 30]

    assert (
        "Texts without a number: 10 of the 10 it gets wrong, against 0 of the 30 it gets right."
        in sentences("ironic", rows)
    )


@pytest.mark.parametrize("errors", [1, 7])
def test_a_few_errors_say_nothing_about_a_kind_of_text(errors: int) -> None:
    rows = [*[row("so #blessed today", predicted="plain")] * errors, *[row()] * 60]

    assert not any("hashtag" in sentence for sentence in sentences("ironic", rows))


def test_a_small_difference_says_nothing() -> None:
    tagged = "so #blessed today"
    rows = [
        *[row(tagged, predicted="plain")] * 540,
        *[row(predicted="plain")] * 460,
        *[row(tagged)] * 400,
        *[row()] * 600,
    ]  # 54 % against 40 %: beyond chance, but below 15 points

    assert not any("hashtag" in sentence for sentence in sentences("ironic", rows))


def test_the_number_of_rows_behind_a_sentence_is_that_of_its_label() -> None:
    rows = [*[row()] * 3, *[row(gold="plain")] * 5]

    assert {region.rows for region in regions_of("plain", rows, TITLES, [])} == {5}


def test_equal_shares_are_no_difference() -> None:
    assert two_proportions(5, 10, 5, 10) == 1.0
    assert two_proportions(0, 10, 0, 10) == 1.0


WORDS = st.sampled_from(
    [
        "zebra", "quagga", "#okapi", "@gnu", "https://ibex.example", "42", "I'm", "don't", "NEVER",
        "😀", "“yak”", "?", "!", "real", "pangolin",
    ]
)  # fmt: skip
TEXTS = st.lists(WORDS, min_size=1, max_size=30).map(" ".join)
ROWS = st.lists(
    st.builds(
        JudgedRow,
        text=st.one_of(TEXTS, st.text(min_size=1)),
        gold=st.sampled_from(list(TITLES)),
        predicted=st.sampled_from(list(TITLES)),
        entropy=st.floats(0, 1.58),
    ),
    min_size=30,
    max_size=120,
)


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(rows=ROWS)
def test_no_sentence_holds_a_word_that_is_not_a_template_word_a_title_or_a_number(
    rows: list[JudgedRow],
) -> None:
    for label in TITLES:
        found = sentences(label, rows)

        assert found == sentences(label, rows)
        for sentence in found:
            for title in TITLES.values():
                sentence = sentence.replace(f'"{title}"', "")
            words = re.findall(r"[^\W\d_]+", sentence)
            assert {word.lower() for word in words} <= TEMPLATE_WORDS


def test_the_sentences_of_a_test_set_with_clear_errors_hold_none_of_its_words() -> None:
    """The same where every kind of sentence is sure to be there."""
    rows = [
        *[row("quagga 42 #okapi? I'm zebra", predicted="plain", bits=0.9)] * 20,
        *[row("pangolin pangolin pangolin", bits=0.1)] * 20,
    ]

    found = sentences("ironic", rows)

    assert len(found) == 5
    assert not re.search("quagga|42|okapi|zebra|pangolin|i'm", " ".join(found).lower())
