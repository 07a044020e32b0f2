"""Thresholds per label, posterior agreement, balancing, mismatches; and what stays as it was."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from curation.datasets import Judged, Policy, PolicyError, drop_reasons

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Known:
    """A posterior that is certain: the true agreement is known."""

    mean: Floats
    sure: Floats  # (N,) probability with which each reaches any γ up to its mean

    @property
    def low(self) -> Floats:
        return self.mean

    @property
    def high(self) -> Floats:
        return self.mean

    def reaches(self, gamma: float) -> Floats:
        return np.where(self.mean >= gamma, self.sure, 0.0)


def judged(
    agreement: list[float], label: list[int], *, intended: list[int] | None = None
) -> Judged:
    n = len(agreement)
    return Judged(
        external_id=[f"e{row}" for row in range(n)],
        label=np.array(label),
        agreement=np.array(agreement),
        entropy=np.zeros(n),
        probability=np.array(agreement),
        n_votes=np.full(n, 5),
        label_names=["joke", "news"],
        intended=None if intended is None else np.array(intended),
    )


def with_posterior(rows: Judged, mean: list[float], sure: list[float]) -> Judged:
    return replace(rows, posterior=Known(np.array(mean), np.array(sure)))


def kept_per_label(rows: Judged, policy: Policy) -> list[int]:
    kept = drop_reasons(rows, policy) == ""
    return [int(kept[rows.label == label].sum()) for label in (0, 1)]


def test_each_label_has_a_threshold_of_its_own() -> None:
    rows = judged([0.6, 0.8, 0.6, 0.8], [0, 0, 1, 1])
    policy = Policy(label_thresholds=(("news", 0.6), ("joke", 0.8)))

    assert drop_reasons(rows, policy).tolist() == ["below_threshold", "", "", ""]


@pytest.mark.parametrize(
    "thresholds", [(("joke", 0.8),), (("joke", 0.8), ("poem", 0.8)),
                   (("joke", 0.8), ("news", 0.8), ("poem", 0.8))]
)  # fmt: skip
def test_thresholds_that_are_not_those_of_the_labels_are_refused(
    thresholds: tuple[tuple[str, float], ...],
) -> None:
    with pytest.raises(PolicyError, match="the labels are joke, news; give one for each"):
        drop_reasons(judged([0.8], [0]), Policy(label_thresholds=thresholds))


def test_everything_judged_can_be_kept() -> None:
    assert kept_per_label(judged([0.4, 0.6, 1.0], [0, 1, 1]), Policy(keep_all=True)) == [1, 2]


def test_a_posterior_has_to_be_certain_enough() -> None:
    rows = with_posterior(judged([1.0] * 3, [0, 0, 0]), [0.9, 0.9, 0.7], [0.95, 0.6, 1.0])

    strict = drop_reasons(rows, Policy(threshold=0.8, measure="posterior", certainty=0.9))
    loose = drop_reasons(rows, Policy(threshold=0.8, measure="posterior"))

    assert strict.tolist() == ["", "below_threshold", "below_threshold"]
    assert loose.tolist() == ["", "", "below_threshold"]


def test_a_posterior_per_label_asks_each_label_for_its_own() -> None:
    rows = with_posterior(judged([1.0] * 2, [0, 1]), [0.7, 0.7], [1.0, 1.0])
    policy = Policy(label_thresholds=(("joke", 0.6), ("news", 0.8)), measure="posterior")

    assert drop_reasons(rows, policy).tolist() == ["", "below_threshold"]


def test_a_share_by_posterior_ranks_by_its_mean_and_not_by_raw_agreement() -> None:
    rows = with_posterior(judged([1.0, 0.8], [0, 0]), [0.7, 0.75], [1.0, 1.0])

    raw = drop_reasons(rows, Policy(keep_share=0.5))
    posterior = drop_reasons(rows, Policy(keep_share=0.5, measure="posterior"))

    assert raw.tolist() == ["", "below_share"]
    assert posterior.tolist() == ["below_share", ""]


def test_another_label_than_intended_is_dropped_when_asked_for() -> None:
    rows = judged([1.0, 1.0, 1.0], [0, 0, 1], intended=[0, 1, -1])

    assert drop_reasons(rows, Policy(keep_all=True, drop_mismatch=True)).tolist() == [
        "", "mismatch", "",
    ]  # fmt: skip
    assert kept_per_label(rows, Policy(keep_all=True)) == [2, 1]


def test_where_nothing_was_intended_nothing_mismatches() -> None:
    rows = judged([1.0, 1.0], [0, 1])

    assert kept_per_label(rows, Policy(keep_all=True, drop_mismatch=True)) == [1, 1]


def test_a_share_is_taken_of_what_is_no_mismatch() -> None:
    rows = judged([1.0, 0.8, 0.6, 0.6], [0, 0, 0, 0], intended=[1, 0, 0, 0])

    reasons = drop_reasons(rows, Policy(keep_share=0.34, drop_mismatch=True)).tolist()

    assert reasons == ["mismatch", "", "below_share", "below_share"]


def test_too_few_votes_are_told_before_anything_else() -> None:
    rows = replace(judged([0.4], [0], intended=[1]), n_votes=np.array([1]))

    assert drop_reasons(rows, Policy(threshold=0.8, min_votes=2, drop_mismatch=True)).tolist() == [
        "few_votes"
    ]


def test_equal_balance_cuts_every_label_to_the_smallest() -> None:
    rows = judged([1.0] * 6, [0, 0, 0, 0, 1, 1])

    assert kept_per_label(rows, Policy(keep_all=True, balance="equal")) == [2, 2]


def test_balance_as_judged_undoes_what_a_threshold_shifted() -> None:
    agreement = [0.6] * 4 + [1.0] * 2 + [1.0] * 6
    rows = judged(agreement, [0] * 6 + [1] * 6)

    assert kept_per_label(rows, Policy(threshold=0.8)) == [2, 6]
    assert kept_per_label(rows, Policy(threshold=0.8, balance="as_judged")) == [2, 2]


def test_balance_as_judged_keeps_the_shares_that_labels_had() -> None:
    agreement = [1.0, 1.0, 0.6] + [1.0] * 6
    rows = judged(agreement, [0] * 3 + [1] * 6)

    assert kept_per_label(rows, Policy(threshold=0.8, balance="as_judged")) == [2, 4]


def test_a_label_of_which_nothing_is_kept_does_not_empty_the_others() -> None:
    rows = judged([0.6, 1.0, 1.0], [0, 1, 1])

    for balance in ("equal", "as_judged"):
        assert kept_per_label(rows, Policy(threshold=0.8, balance=balance)) == [0, 2]


def test_what_goes_for_balance_is_told_so_and_drawn_whatever_its_agreement() -> None:
    agreement = [1.0] * 20 + [0.8] * 20 + [1.0] * 10
    rows = judged(agreement, [0] * 40 + [1] * 10)

    reasons = drop_reasons(rows, Policy(keep_all=True, balance="equal"))

    gone = Counter(rows.agreement[reasons == "balanced"].tolist())
    assert gone.total() == 30
    assert min(gone[1.0], gone[0.8]) > 5


def test_nobody_judged_is_nothing_kept() -> None:
    rows = judged([], [])
    empty = replace(rows, label=np.zeros(0, dtype=np.int64), n_votes=np.zeros(0, dtype=np.int64))

    for policy in (Policy(keep_all=True, balance="equal"), Policy(keep_share=0.5)):
        assert drop_reasons(empty, policy).tolist() == []


@given(
    st.lists(
        st.tuples(st.integers(1, 5), st.integers(0, 1), st.integers(-1, 1)), min_size=1, max_size=25
    ),
    st.sampled_from(
        [
            Policy(label_thresholds=(("joke", 0.4), ("news", 0.8)), balance="as_judged"),
            Policy(threshold=0.6, balance="equal", drop_mismatch=True),
            Policy(keep_all=True, balance="equal"),
            Policy(keep_share=0.5, balance="as_judged"),
        ]
    ),
    st.randoms(),
)
@settings(max_examples=60, deadline=None)
def test_no_choice_depends_on_the_order_of_rows(
    table: list[tuple[int, int, int]], policy: Policy, shuffling: object
) -> None:
    rows = judged(
        [votes / 5 for votes, _, _ in table],
        [label for _, label, _ in table],
        intended=[intended for _, _, intended in table],
    )
    order = np.arange(len(table))
    shuffling.shuffle(order)  # type: ignore[attr-defined]
    assert rows.intended is not None
    shuffled = replace(
        rows,
        external_id=[rows.external_id[row] for row in order.tolist()],
        label=rows.label[order], agreement=rows.agreement[order],
        probability=rows.probability[order], intended=rows.intended[order],
    )  # fmt: skip

    first = dict(zip(rows.external_id, drop_reasons(rows, policy).tolist(), strict=True))
    second = dict(zip(shuffled.external_id, drop_reasons(shuffled, policy).tolist(), strict=True))

    assert first == second


@given(st.lists(st.integers(0, 1), min_size=2, max_size=40))
@settings(max_examples=40, deadline=None)
def test_equal_balance_leaves_every_label_that_is_there_equally_often(labels: list[int]) -> None:
    rows = judged([1.0] * len(labels), labels)

    kept = [n for n in kept_per_label(rows, Policy(keep_all=True, balance="equal")) if n]

    assert len(set(kept)) == 1
    assert kept[0] == min(Counter(labels).values())
