from __future__ import annotations

import pytest

from generation.regions.features import MARKS, WORD_LISTS, Feature, features_for

BY_NAME = {feature.has.split(" ", 1)[1]: feature for feature in [*MARKS, *WORD_LISTS]}


@pytest.mark.parametrize(
    ("name", "having", "lacking"),
    [
        ("that end with a question mark", ["Why?", 'So "why?"', "Why? 😀"], ["Why? Because.", "Y"]),
        ("that end with an exclamation mark", ["Wow!", "Wow!!"], ["Wow! Yes."]),
        ("with a hashtag", ["so #blessed", "#1"], ["C# is fun", "number # 1"]),
        ("with an @mention", ["hi @ann", "@bob"], ["ann@example.org", "at @ noon"]),
        ("with a URL", ["see https://a.b/c", "www.a.b"], ["see a.b", "awww.no"]),
        ("with an emoji", ["nice 😀", "nice ☀"], ["nice :)"]),
        ("with a number", ["at 9", "9am"], ["at nine"]),
        ("with quotation marks", ['so "fine"', "so “fine”", "so 'fine'"], ["don't, can't", "it's"]),
        ("with a word in capitals", ["so FINE", "É NOËL"], ["I am Ann", "中文", "so fine"]),
        ("with a negation word", ["I don't", "Never!", "can’t", "no"], ["nothingness", "knot"]),
        ("in the first person", ["I'm here", "my cat", "so We go"], ["the US", "it is"]),
    ],
)
def test_a_feature_sees_what_its_name_says(
    name: str, having: list[str], lacking: list[str]
) -> None:
    test = BY_NAME[name].test

    assert [text for text in having if not test(text)] == []
    assert [text for text in lacking if test(text)] == []


def test_lengths_come_in_quarters_that_are_named_by_their_words() -> None:
    texts = [" ".join(["word"] * n) for n in range(1, 9)]

    lengths = features_for(texts)[:4]

    assert [feature.has for feature in lengths] == [
        "short texts (up to 2 words)",
        "texts of 3 to 4 words",
        "texts of 5 to 6 words",
        "long texts (over 6 words)",
    ]
    assert [sum(map(feature.test, texts)) for feature in lengths] == [2, 2, 2, 2]


def test_lengths_that_are_all_the_same_make_no_empty_quarters() -> None:
    lengths = features_for(["two words"] * 9)[:2]

    assert [feature.has for feature in lengths] == [
        "short texts (up to 2 words)",
        "long texts (over 2 words)",
    ]


@pytest.mark.parametrize(("language", "lists"), [("", True), ("en", True), ("de", False)])
def test_word_lists_are_for_english(language: str, lists: bool) -> None:
    found: list[Feature] = features_for(["a text"], language=language)

    assert (WORD_LISTS[0] in found) is lists
