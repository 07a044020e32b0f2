"""Why an example is in one version and not in another."""

from __future__ import annotations

from dataclasses import replace

import pytest

from curation.datasets import Policy
from curation.datasets.diff import (
    Difference,
    Side,
    changes_of,
    difference_of,
    plan_changes,
    policy_changes,
)
from curation.datasets.splits import SplitPlan

KEPT = Side(label="joke", drop_reason="", split="train")
DROPPED = Side(label="joke", drop_reason="below_threshold", split="")
ASIDE = Side(label="joke", drop_reason="by_hand", split="")
NOTHING = Difference(policy=False, aggregator=False, plan=False)
POLICY = replace(NOTHING, policy=True)


@pytest.mark.parametrize(
    ("before", "after", "same_votes", "difference", "expected"),
    [
        (None, KEPT, False, POLICY, {"in": "new"}),
        (KEPT, None, False, POLICY, {"out": "gone"}),
        (DROPPED, KEPT, True, POLICY, {"in": "policy"}),
        (DROPPED, KEPT, False, NOTHING, {"in": "votes"}),
        (KEPT, DROPPED, False, POLICY, {"out": "votes_and_policy"}),
        (KEPT, DROPPED, True, NOTHING, {"out": "others"}),
        (KEPT, ASIDE, True, NOTHING, {"out": "set_aside"}),
        (KEPT, ASIDE, False, POLICY, {"out": "set_aside"}),
        (ASIDE, KEPT, True, POLICY, {"in": "taken_back"}),
        (None, ASIDE, False, NOTHING, {}),
        (ASIDE, DROPPED, True, POLICY, {}),
        (KEPT, replace(KEPT, label="news"), False, NOTHING, {"relabelled": "votes"}),
        (KEPT, replace(KEPT, label="news"), True, NOTHING, {"relabelled": "others"}),
        (
            KEPT,
            replace(KEPT, label="news"),
            True,
            replace(POLICY, aggregator=True),
            {"relabelled": "policy"},
        ),
        (KEPT, replace(KEPT, split="test"), True, NOTHING, {"moved": "others"}),
        (
            KEPT,
            Side(label="news", drop_reason="", split="test"),
            False,
            replace(NOTHING, plan=True),
            {"relabelled": "votes", "moved": "split_plan"},
        ),
        (KEPT, KEPT, False, POLICY, {"same": ""}),
        (DROPPED, DROPPED, True, POLICY, {}),
        (None, DROPPED, False, POLICY, {}),
        (DROPPED, None, False, POLICY, {}),
    ],
)
def test_every_change_has_its_reason(
    before: Side | None,
    after: Side | None,
    same_votes: bool,
    difference: Difference,
    expected: dict[str, str],
) -> None:
    found = changes_of(before, after, same_votes=same_votes, difference=difference)

    assert found == expected


def test_every_field_of_a_policy_is_told_when_it_changes() -> None:
    plain = Policy(threshold=0.8)
    other = Policy(
        label_thresholds=(("joke", 0.6), ("news", 0.7)), measure="posterior", certainty=0.9,
        balance="equal", drop_mismatch=True, min_votes=2, aggregator="dawid_skene",
    )  # fmt: skip

    told = {one.field: (one.before, one.after) for one in policy_changes(plain, other)}

    assert told == {
        "threshold γ": ("0.8", "none"),
        "threshold of each label": ("none", "0.6 for joke, 0.7 for news"),
        "measured by": ("agreement", "posterior agreement"),
        "certainty": ("none", "0.9"),
        "balance": ("as it comes", "every label cut to the same size"),
        "other labels than intended dropped": ("no", "yes"),
        "votes at least": ("1", "2"),
        "labels by": ("majority", "dawid-skene"),
    }


def test_plans_are_told_when_they_differ() -> None:
    plan = SplitPlan(train=0.8, test=0.2)

    assert plan_changes(plan, plan) == []
    assert plan_changes(None, plan)[0].before == "all to train"


def test_what_differs_is_known_part_by_part() -> None:
    policy, plan = Policy(threshold=0.8), SplitPlan(train=0.8, test=0.2)

    assert difference_of((policy, None), (policy, plan)) == replace(NOTHING, plan=True)
    assert difference_of((policy, plan), (Policy(threshold=0.9), plan)) == POLICY
