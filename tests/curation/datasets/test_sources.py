"""The grammar of training sources."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from curation.datasets.sources import (
    Part,
    SourceError,
    describe_source,
    draws_by_seed,
    first_rows,
    parse_source,
)


@pytest.mark.parametrize(
    "source",
    [
        "real", "synthetic", "judged", "method:zero_shot", "version:3", "random:3", "agreed:0.8",
        "share:0.5", "random-agreed:0.8", "random-share:1", "real@100", "real@150each",
        "real@100+method:zero_shot@1000", "real@1+synthetic+judged@2each",
    ],
)  # fmt: skip
def test_a_source_is_written_as_it_was_read(source: str) -> None:
    assert "+".join(str(part) for part in parse_source(source)) == source
    assert describe_source(source)


@pytest.mark.parametrize(
    "source",
    [
        "", "everything", "real:1", "real@0", "real@-1", "real@1.5", "real@each", "real@1e3",
        "version", "version:0", "version:x", "version:1.0", "agreed", "agreed:", "agreed:0",
        "agreed:0.0", "agreed:1.5", "agreed:80", "agreed:nan", "share:-1", "method:", "method:a b",
        "real+", "+real", "real++synthetic", "real @100", "Real", "real@" + "9" * 12, "real\n",
        "version:٣", "real@٣",
    ],
)  # fmt: skip
def test_what_is_no_source_is_refused_with_a_list_of_what_is(source: str) -> None:
    with pytest.raises(SourceError, match=r"is not a training source; use real, synthetic, .*\.$"):
        parse_source(source)


def test_a_part_that_stands_twice_is_refused_because_amounts_are_nested() -> None:
    with pytest.raises(SourceError, match="names real twice"):
        parse_source("real@100+real@200")


def test_a_source_longer_than_the_database_takes_is_refused() -> None:
    with pytest.raises(SourceError, match="has 207 characters; 200 are the most"):
        parse_source("method:" + "a" * 200)


@pytest.mark.parametrize(
    ("source", "draws"),
    [
        ("real", False), ("agreed:0.8+method:topic", False), ("version:2", False),
        ("random:2", True), ("random-share:0.5", True), ("real@5each", True),
        ("synthetic+random-agreed:0.8", True),
    ],
)  # fmt: skip
def test_a_seed_draws_rows_where_there_is_an_amount_or_a_random_part(
    source: str, draws: bool
) -> None:
    assert draws_by_seed(source) is draws


TEXTS = st.lists(st.sampled_from("abc"), min_size=1, max_size=40)


@settings(max_examples=40)
@given(TEXTS, st.integers(0, 3), st.randoms(use_true_random=False))
def test_amounts_are_nested_stratified_and_blind_to_the_order_of_rows(
    labels: list[str], seed: int, random: object
) -> None:
    ids = [f"row-{place}" for place in range(len(labels))]
    order = list(range(len(ids)))
    random.shuffle(order)  # type: ignore[attr-defined]

    before: set[str] = set()
    for amount in range(1, len(ids) + 1):
        part = Part(base="real", amount=amount)
        chosen = {ids[place] for place in first_rows(ids, labels, part, seed=seed) or []}
        shuffled = [ids[place] for place in order], [labels[place] for place in order]
        again = {shuffled[0][place] for place in first_rows(*shuffled, part, seed=seed) or []}

        assert chosen == again
        assert before < chosen
        for label in "abc":
            have = sum(labels[ids.index(key)] == label for key in chosen)
            assert abs(have - amount * labels.count(label) / len(ids)) <= 1.5
        before = chosen


def test_so_many_of_each_label_is_the_same_number_of_each_and_nested() -> None:
    ids, labels = list("abcdefg"), list("xxxxyyy")

    two = first_rows(ids, labels, Part(base="real", amount=2, each=True), seed=1) or []
    three = first_rows(ids, labels, Part(base="real", amount=3, each=True), seed=1) or []

    assert sorted(labels[place] for place in two) == ["x", "x", "y", "y"]
    assert set(two) < set(three)
    assert first_rows(ids, labels, Part(base="real", amount=4, each=True), seed=1) is None


def test_another_seed_draws_other_rows() -> None:
    ids, part = [f"row-{place}" for place in range(100)], Part(base="real", amount=10)

    draws = {frozenset(first_rows(ids, ["x"] * 100, part, seed=seed) or []) for seed in range(3)}

    assert len(draws) == 3
