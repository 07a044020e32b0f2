"""What is kept, and why the rest is not."""

from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from curation.datasets import Judged, Policy, PolicyError, drop_reasons, random_subset


def judged(agreement: list[float], *, label: list[int], votes: int = 5) -> Judged:
    n = len(agreement)
    return Judged(
        external_id=[f"e{row}" for row in range(n)],
        label=np.array(label),
        agreement=np.array(agreement),
        entropy=np.zeros(n),
        probability=np.array(agreement),
        n_votes=np.full(n, votes),
    )


def test_a_global_threshold_drops_the_disputed_label_first() -> None:
    rows = judged([0.6, 0.6, 0.8, 1.0, 1.0, 1.0], label=[0, 0, 0, 1, 1, 1])

    kept = drop_reasons(rows, Policy(threshold=0.8)) == ""

    assert [int(kept[rows.label == label].sum()) for label in (0, 1)] == [1, 3]


def test_a_share_within_label_keeps_the_balance() -> None:
    rows = judged([0.6, 0.6, 0.8, 0.8, 1.0, 1.0, 1.0, 1.0], label=[0, 0, 0, 0, 1, 1, 1, 1])

    kept = drop_reasons(rows, Policy(keep_share=0.5)) == ""

    assert [int(kept[rows.label == label].sum()) for label in (0, 1)] == [2, 2]
    assert kept[:4].tolist() == [False, False, True, True]


def test_four_of_five_votes_reach_a_threshold_of_0_8() -> None:
    assert drop_reasons(judged([4 / 5], label=[0]), Policy(threshold=0.8)).tolist() == [""]


def test_an_example_with_few_votes_is_dropped_whatever_its_agreement() -> None:
    rows = judged([1.0], label=[0], votes=2)

    assert drop_reasons(rows, Policy(threshold=0.5, min_votes=3)).tolist() == ["few_votes"]


@pytest.mark.parametrize("bad", [{"threshold": 0.0}, {"threshold": 1.2}, {"keep_share": -0.1}])
def test_a_number_out_of_range_is_refused(bad: dict[str, float]) -> None:
    with pytest.raises(PolicyError, match="above 0 and at most 1"):
        Policy(**bad)  # type: ignore[arg-type]


def test_a_policy_says_exactly_one_way_to_keep() -> None:
    with pytest.raises(PolicyError, match="either a threshold"):
        Policy()
    with pytest.raises(PolicyError, match="either a threshold"):
        Policy(threshold=0.8, keep_share=0.5)


@given(
    st.lists(st.tuples(st.integers(1, 5), st.integers(0, 2)), min_size=1, max_size=30),
    st.floats(0.05, 1.0),
    st.randoms(),
)
@settings(max_examples=60, deadline=None)
def test_the_choice_does_not_depend_on_the_order_of_rows(
    rows: list[tuple[int, int]], share: float, random: object
) -> None:
    table = judged([n / 5 for n, _ in rows], label=[label for _, label in rows])
    order = np.arange(len(rows))
    random.shuffle(order)  # type: ignore[attr-defined]
    shuffled = Judged(
        external_id=[table.external_id[row] for row in order.tolist()],
        label=table.label[order],
        agreement=table.agreement[order],
        entropy=table.entropy[order],
        probability=table.probability[order],
        n_votes=table.n_votes[order],
    )
    policy = Policy(keep_share=share)

    first = dict(zip(table.external_id, drop_reasons(table, policy).tolist(), strict=True))
    second = dict(zip(shuffled.external_id, drop_reasons(shuffled, policy).tolist(), strict=True))

    assert first == second


def test_a_random_subset_has_the_asked_size_and_changes_with_the_seed() -> None:
    ids = [f"e{row}" for row in range(100)]
    labels = ["x", "y"] * 50

    first = random_subset(ids, labels, sizes=30, seed=0)
    second = random_subset(ids, labels, sizes=30, seed=1)

    assert len(first) == len(second) == 30
    assert first != second
    assert first == random_subset(ids[::-1], labels[::-1], sizes=30, seed=0)


@pytest.mark.parametrize(
    ("bad", "says"),
    [
        ({"label_thresholds": (("joke", 1.2),)}, "threshold of 'joke' is 1.2"),
        ({"threshold": float("nan")}, "must be above 0 and at most 1"),
        ({"threshold": 0.8, "keep_all": True}, "Say how to keep"),
        ({"threshold": 0.8, "certainty": 1.0}, "certainty is 1, but"),
        ({"threshold": 0.8, "certainty": 0.0}, "certainty is 0, but"),
        ({"threshold": 0.8, "measure": "median"}, "raw or posterior, not 'median'"),
        ({"threshold": 0.8, "balance": "even"}, "as_judged or equal, not 'even'"),
        ({"threshold": 0.8, "min_votes": 0}, "must be at least 1"),
    ],
)
def test_what_cannot_be_meant_is_refused(bad: dict[str, object], says: str) -> None:
    with pytest.raises(PolicyError, match=says):
        Policy(**bad)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("policy", "kind", "sentence"),
    [
        (
            Policy(label_thresholds=(("news", 0.8), ("joke", 0.6))),
            "per_label",
            "agreement of at least 0.6 for joke, 0.8 for news, 1 vote or more, labels by majority",
        ),
        (
            Policy(threshold=0.8, measure="posterior", certainty=0.9),
            "global",
            "posterior agreement of at least 0.8 with 90% certainty, 1 vote or more, labels by "
            "majority",
        ),
        (
            Policy(keep_share=0.7, balance="equal", drop_mismatch=True),
            "within_label",
            "the most agreed 70% of each label, every label cut to the same size, 1 vote or more, "
            "only where the crowd gives the intended label, labels by majority",
        ),
        (
            Policy(keep_all=True, min_votes=3, aggregator="dawid_skene"),
            "all",
            "everything judged, 3 votes or more, labels by dawid-skene",
        ),
    ],
)
def test_every_policy_has_a_kind_a_sentence_and_a_way_back(
    policy: Policy, kind: str, sentence: str
) -> None:
    assert (policy.kind, policy.sentence()) == (kind, sentence)
    assert Policy.from_json(json.loads(json.dumps(policy.as_json()))) == policy


def test_policies_of_before_are_written_down_as_they_always_were() -> None:
    assert Policy(threshold=0.8).as_json() == {
        "kind": "global", "threshold": 0.8, "keep_share": None, "min_votes": 1,
        "aggregator": "majority",
    }  # fmt: skip
    assert Policy(keep_share=0.7, min_votes=3, aggregator="dawid_skene").as_json() == {
        "kind": "within_label", "threshold": None, "keep_share": 0.7, "min_votes": 3,
        "aggregator": "dawid_skene",
    }  # fmt: skip


def test_the_certainty_of_a_raw_policy_makes_no_other_policy() -> None:
    one, other = Policy(threshold=0.8), Policy(threshold=0.8, certainty=0.9)

    assert one.as_json() == other.as_json()
