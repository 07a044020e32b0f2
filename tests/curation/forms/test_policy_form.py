"""A policy as query parameters, there and back."""

from __future__ import annotations

import pytest

from curation.datasets import Policy
from curation.datasets.splits import SplitPlan
from curation.forms import FreezeForm, PolicyForm, policy_query
from tests.factories import make_project

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "policy",
    [
        Policy(threshold=0.8, min_votes=3, aggregator="dawid_skene"),
        Policy(keep_share=0.7, balance="equal"),
        Policy(label_thresholds=(("joke", 0.6), ("news", 1.0)), drop_mismatch=True),
        Policy(threshold=0.75, measure="posterior", certainty=0.9),
        Policy(keep_all=True, balance="as_judged"),
    ],
    ids=lambda policy: policy.kind,
)
def test_every_policy_can_be_written_as_an_address_and_read_back(policy: Policy) -> None:
    form = PolicyForm(policy_query(policy), project=make_project())

    assert form.is_valid(), form.errors
    assert form.policy() == policy


@pytest.mark.parametrize(
    ("query", "policy"),
    [
        ({}, Policy(keep_share=0.7)),
        ({"threshold": "0.8"}, Policy(threshold=0.8)),
        ({"keep_share": "0.5"}, Policy(keep_share=0.5)),
        ({"way": "all", "threshold": "0.8"}, Policy(keep_all=True)),
        (
            {"threshold_joke": "0.6", "threshold_news": "0.7"},
            Policy(label_thresholds=(("joke", 0.6), ("news", 0.7))),
        ),
    ],
)
def test_what_is_left_out_is_as_usual(query: dict[str, str], policy: Policy) -> None:
    form = PolicyForm(query, project=make_project())

    assert form.is_valid(), form.errors
    assert form.policy() == policy


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ({"threshold": "1.2"}, "The threshold is 1.2, but it must be above 0 and at most 1."),
        ({"threshold": "0"}, "The threshold is 0, but"),
        ({"threshold": "nan"}, "Enter a number."),
        ({"threshold": "high"}, "Enter a number."),
        ({"way": "global"}, "Give a threshold above 0 and at most 1"),
        ({"way": "sometimes"}, "sometimes is not one of the available choices"),
        ({"threshold_joke": "0.6"}, "Give a threshold for news"),
        ({"measure": "posterior", "certainty": "1"}, "The certainty is 1, but"),
        ({"min_votes": "0"}, "greater than or equal to 1"),
        ({"aggregator": "oracle"}, "oracle is not one of the available choices"),
    ],
)
def test_what_cannot_be_meant_gets_a_sentence(query: dict[str, str], sentence: str) -> None:
    form = PolicyForm(query, project=make_project())

    assert not form.is_valid()
    assert sentence in str(form.errors.as_text())


def test_a_freeze_form_reads_splits_and_a_note() -> None:
    query = {"keep_share": "0.5", "train": "0.8", "test": "0.2", "split_seed": "3", "note": "why"}
    form = FreezeForm(query, project=make_project())

    assert form.is_valid(), form.errors
    assert form.split_plan() == SplitPlan(train=0.8, test=0.2, seed=3)
    assert form.cleaned_data["note"] == "why"


@pytest.mark.parametrize("query", [{}, {"train": "1"}, {"train": "1", "test": "0"}])
def test_without_shares_nothing_is_split(query: dict[str, str]) -> None:
    form = FreezeForm(query, project=make_project())

    assert form.is_valid(), form.errors
    assert form.split_plan() is None


def test_shares_that_do_not_add_up_to_1_get_a_sentence() -> None:
    form = FreezeForm({"train": "0.8", "test": "0.1"}, project=make_project())

    assert not form.is_valid()
    assert "add up to 0.9, but train, validation and test must add up to 1" in str(form.errors)
