"""What a policy keeps of the evidence is what `drop_reasons` keeps of the examples."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from curation.datasets.keeping import KEPT, REASONS, drop_reasons
from curation.datasets.policy import BALANCES, Policy, PolicyError
from curation.explorer.evidence_selection import kept_per_label, kept_rows, select
from tests.curation.explorer.crowds import LABELS, Crowd, make_crowd

CROWDS = [make_crowd(seed) for seed in range(4)]
SHARES = st.sampled_from([0.05, 1 / 3, 0.5, 0.6, 0.7, 0.75, 0.8, 1.0])

ways = st.one_of(
    SHARES.map(lambda value: {"threshold": value}),
    SHARES.map(lambda value: {"keep_share": value}),
    st.tuples(SHARES, SHARES, SHARES).map(
        lambda values: {"label_thresholds": tuple(zip(LABELS, values, strict=True))}
    ),
    st.just({"keep_all": True}),
)


@settings(max_examples=150, deadline=None)
@given(
    crowd=st.sampled_from(CROWDS),
    way=ways,
    measure=st.sampled_from(["raw", "posterior"]),
    certainty=st.sampled_from([0.2, 0.5, 0.9]),
    balance=st.sampled_from(list(BALANCES)),
    drop_mismatch=st.booleans(),
    min_votes=st.sampled_from([1, 3, 5, 6]),
)
def test_a_policy_keeps_the_same_rows_by_groups_as_one_by_one(
    crowd: Crowd, way: dict[str, Any], **choices: Any
) -> None:
    policy = Policy(**way, **choices)

    selection = select(crowd.evidence, policy)

    reasons = drop_reasons(crowd.judged, policy)
    kept = crowd.evidence.rows.key[kept_rows(crowd.evidence, selection)]
    assert sorted(kept.tolist()) == crowd.facts.key[reasons == KEPT].tolist()
    counted = {name: np.bincount(crowd.judged.label[reasons == name], minlength=3).tolist()
               for name in REASONS}  # fmt: skip
    assert {name: numbers.tolist() for name, numbers in selection.reasons.items()} == counted
    assert selection.kept_of.sum() == len(kept)


def test_rows_stand_by_label_and_best_first() -> None:
    crowd = CROWDS[0]
    rows, groups = crowd.evidence.rows, crowd.evidence.groups

    label = groups.label[rows.group]
    agreement = groups.agreement[rows.group]

    assert (np.diff(label) >= 0).all()
    assert all((np.diff(agreement[label == one]) <= 0).all() for one in range(3))


def test_a_policy_with_a_threshold_for_some_labels_is_refused_with_a_sentence() -> None:
    policy = Policy(label_thresholds=(("joke", 0.5),))

    with pytest.raises(PolicyError, match="give one for each"):
        select(CROWDS[0].evidence, policy)


@settings(max_examples=40, deadline=None)
@given(crowd=st.sampled_from(CROWDS), way=ways, balance=st.sampled_from(list(BALANCES)))
def test_kept_rows_are_counted_alike_without_drawing_lots(
    crowd: Crowd, way: dict[str, Any], balance: str
) -> None:
    policy = Policy(**way, balance=balance, min_votes=2)

    counted = kept_per_label(crowd.evidence, policy)

    kept = drop_reasons(crowd.judged, policy) == KEPT
    assert counted.tolist() == np.bincount(crowd.judged.label[kept], minlength=3).tolist()
