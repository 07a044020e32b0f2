from __future__ import annotations

from collections import Counter
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from curation.errors import BadInput
from generation.prompting.grammar import Grammar
from generation.prompting.grammar_file import LabelRules

FILE = """
joke:
  families:
    question: ["Why did the {animal} {deed}?"]
    knock: ["Knock, knock. {animal}.", "Knock!"]
  slots:
    animal: [duck, goose, 7]
news:
  families:
    report: ["A {animal} was seen {place}."]
slots:
  animal: [cow]
  deed: ["sing", "leave {place}"]
  place: ["home", "town"]
"""


@pytest.fixture
def grammar(tmp_path: Path) -> Grammar:
    return read(tmp_path, FILE)


def read(folder: Path, content: str) -> Grammar:
    path = folder / "grammar.yaml"
    path.write_text(content)
    return Grammar.read(path)


def test_patterns_are_filled_with_own_shared_and_nested_slots(grammar: Grammar) -> None:
    # 3 animals × (sing, leave home, leave town), 3 animals + 1; 1 animal × 2 places
    assert (grammar.size("joke"), grammar.size("news")) == (9 + 4, 2)
    assert {text for text, _ in grammar.expand("news", n=2, seed=0)} == {
        "A cow was seen home.",
        "A cow was seen town.",
    }
    assert ("Why did the 7 leave town?", "question") in grammar.expand("joke", n=18, seed=0)


def test_families_take_turns(grammar: Grammar) -> None:
    families = [family for _, family in grammar.expand("joke", n=8, seed=3)]

    assert Counter(families) == {"question": 4, "knock": 4}
    assert all(first != second for first, second in pairwise(families))


def test_texts_depend_on_the_seed_and_a_longer_list_begins_like_a_shorter_one(
    grammar: Grammar,
) -> None:
    texts = grammar.expand("joke", n=12, seed=1)

    assert texts == grammar.expand("joke", n=12, seed=1)
    assert texts[:5] == grammar.expand("joke", n=5, seed=1)
    assert any(texts != grammar.expand("joke", n=12, seed=seed) for seed in range(2, 12))


def test_every_text_is_given_before_one_is_repeated(grammar: Grammar) -> None:
    texts = grammar.expand("joke", n=26, seed=5)

    assert len(set(texts[:13])) == 13
    assert texts[13:] == texts[:13]


@settings(deadline=None, max_examples=30)  # other work may hold the processor
@given(sizes=st.lists(st.integers(1, 5), min_size=1, max_size=3), seed=st.integers())
def test_the_size_is_the_number_of_texts_that_come_out(sizes: list[int], seed: int) -> None:
    slots = {f"s{at}": [f"{at}-{n}" for n in range(size)] for at, size in enumerate(sizes)}
    pattern = " ".join(f"{{{slot}}}" for slot in slots)
    grammar = Grammar({"joke": LabelRules(families={"only": [pattern]}, slots=slots)})

    size = grammar.size("joke")

    assert len(set(grammar.expand("joke", n=size, seed=seed))) == size


def test_patterns_that_read_the_same_count_once() -> None:
    slots = {"a": ["x", "xx"]}
    grammar = Grammar({"joke": LabelRules(families={"only": ["{a}{a}"]}, slots=slots)})

    assert grammar.size("joke") == 3


def test_the_size_of_a_huge_grammar_is_found_at_once() -> None:
    slots = {"digit": [str(digit) for digit in range(10)]}
    grammar = Grammar({"joke": LabelRules(families={"only": ["{digit}" * 30]}, slots=slots)})

    assert grammar.size("joke") == 10**9
    assert len(set(grammar.expand("joke", n=500, seed=0))) == 500


def test_json_is_read_too(tmp_path: Path) -> None:
    grammar = read(tmp_path, '{"joke": {"families": {"only": ["Knock!"]}}}')

    assert grammar.expand("joke", n=2, seed=0) == [("Knock!", "only"), ("Knock!", "only")]


CHAIN = "\n".join(f"  s{n}: ['{{s{n + 1}}}']" for n in range(30)) + "\n  s30: [end]\n"


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("joke: [", "is not YAML"),
        ("a: 2024-99-99", "is not YAML"),
        ("[" * 5000, "is not YAML"),
        ("- joke", "must name labels"),
        ("slots: {a: [b]}", "has no label"),
        ("joke: {slots: {a: [b]}}", "'joke' in .* has no families"),
        ("joke: {families: {}}", "has no families"),
        ("no: {families: {f: [x]}}", "put it in quotes"),
        ("joke: {families: {f: []}}", "'f' of the families .* is empty"),
        ("joke: {families: [x]}", "must be names with lists"),
        ("joke: {families: {f: x}}", "is empty or no list"),
        ("joke: {families: {f: [yes]}}", "True .* is no text"),
        ("joke: {families: {f: ['{a}']}, slots: {a: []}}", "'a' of the slots .* is empty"),
        ("joke: {families: {f: ['{a}']}}", "unknown slot 'a'"),
        ("joke: {families: {f: ['x']}, slots: {a: ['{b}']}}", "unknown slot 'b'"),
        ("joke: {families: {f: ['{a']}}", "without its partner"),
        ("joke: {families: {f: ['{a}']}, slots: {a: ['{a}']}}", "circle: a → a"),
        (
            "joke: {families: {f: ['{a}']}, slots: {a: ['{b}'], b: ['x', '{a}']}}",
            "circle: a → b → a",
        ),
        (f"joke: {{families: {{f: ['{{s0}}']}}}}\nslots:\n{CHAIN}", "more than 20 deep"),
    ],
)
def test_a_grammar_that_cannot_be_gets_a_sentence(tmp_path: Path, content: str, says: str) -> None:
    with pytest.raises(BadInput, match=says):
        read(tmp_path, content)


def test_a_missing_file_gets_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="There is no file"):
        Grammar.read(tmp_path / "nowhere.yaml")


def test_a_label_without_patterns_gets_a_sentence(grammar: Grammar) -> None:
    with pytest.raises(BadInput, match="no patterns for label 'poem', only for joke, news"):
        grammar.expand("poem", n=1, seed=0)


def test_slots_that_share_slots_are_checked_once(tmp_path: Path) -> None:
    layers = "\n".join(f"  s{n}: ['{{s{n + 1}}}', '{{s{n + 1}}}!']" for n in range(18))
    content = f"joke: {{families: {{f: ['{{s0}}']}}}}\nslots:\n{layers}\n  s18: [x]\n"

    assert read(tmp_path, content).size("joke") == 2**18
