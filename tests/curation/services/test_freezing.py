"""Versions with splits, posterior agreement and a note; what is refused, and changes nothing."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from curation.datasets import Policy
from curation.datasets.splits import SplitPlan
from curation.errors import BadInput, NothingToDo
from curation.models import Annotation, Job, Project
from curation.services.datasets import curate_dataset, foresee
from curation.services.pulling.under_way import fetching, is_fetching
from curation.services.training_rows import training_rows
from tests.factories import annotate, make_example, make_project

pytestmark = pytest.mark.django_db
PLAN = SplitPlan(train=0.6, validation=0.2, test=0.2)


def judged_project(*, of_each: int = 10) -> Project:
    """Two labels, `of_each` unanimous examples of each, and half as many disputed ones."""
    project = make_project()
    for label, other in (("joke", "news"), ("news", "joke")):
        for number in range(of_each):
            text = hashlib.sha256(f"{label}{number}".encode()).hexdigest()
            example = make_example(project, text, name=f"{label}-{number}", intended=label)
            votes = [label, label, label if number % 2 else other]
            annotate(project, votes, example=example)
    return project


def test_without_a_plan_everything_kept_is_trained_on_and_the_fingerprint_is_what_it_was() -> None:
    project = make_project()
    annotate(project, ["joke"] * 3, example=make_example(project, "a text", name="a"))
    head = {
        "kind": "global", "threshold": 0.8, "keep_share": None, "min_votes": 1,
        "aggregator": "majority",
    }  # fmt: skip
    row = {
        "id": "a", "text": hashlib.sha256(b"a text").hexdigest(), "label": "joke",
        "votes": [3, 0], "probability": 1.0, "drop_reason": "",
    }  # fmt: skip
    lines = [json.dumps(part, sort_keys=True, separators=(",", ":")) + "\n" for part in (head, row)]

    version = curate_dataset(project, Policy(threshold=0.8)).version

    assert version.fingerprint == hashlib.sha256("".join(lines).encode()).hexdigest()
    assert (version.split_plan, version.splits) == ({}, {"train": 1})
    assert [row.split for row in version.rows.all()] == ["train"]


def test_rows_keep_what_their_votes_say_beyond_the_votes() -> None:
    project = judged_project()

    row = curate_dataset(project, Policy(keep_all=True)).version.rows.get(
        example__external_id="joke-0"
    )

    assert row.probabilities == pytest.approx([2 / 3, 1 / 3])
    assert row.posterior_agreement is not None
    assert 0.5 <= (row.posterior_low or 0) <= row.posterior_agreement <= (row.posterior_high or 0)


def test_a_plan_splits_each_label_and_leaves_dropped_rows_without_a_split() -> None:
    version = curate_dataset(judged_project(), Policy(threshold=0.8), splits=PLAN).version

    rows = version.rows.values_list("label__name", "drop_reason", "split")
    kept = Counter((label, split) for label, reason, split in rows if not reason)
    assert kept == {
        (label, split): n
        for label in ("joke", "news")
        for split, n in (("train", 3), ("validation", 1), ("test", 1))
    }
    assert {split for _, reason, split in rows if reason} == {""}
    assert version.splits == {"train": 6, "validation": 2, "test": 2}
    assert SplitPlan.from_json(version.split_plan) == PLAN


def test_another_seed_is_another_version_and_the_same_seed_the_same() -> None:
    project = judged_project()
    policy = Policy(threshold=0.8)

    first = curate_dataset(project, policy, splits=PLAN)
    again = curate_dataset(project, policy, splits=PLAN)
    other = curate_dataset(project, policy, splits=SplitPlan(train=0.6, test=0.4, seed=7))
    unsplit = curate_dataset(project, policy)

    assert (first.version.number, again.created, again.version) == (1, False, first.version)
    assert (other.version.number, unsplit.version.number) == (2, 3)


def test_near_duplicates_are_in_the_same_split() -> None:
    project = make_project()
    words = [hashlib.sha256(str(number).encode()).hexdigest()[:8] for number in range(200)]
    for number in range(12):
        text = " ".join(words[10 * number : 10 * number + 10])
        for copy in ("", " indeed", " really"):
            example = make_example(project, text + copy, name=f"{number}{copy}")
            annotate(project, ["joke"] * 3, example=example)

    version = curate_dataset(project, Policy(keep_all=True), splits=PLAN).version

    parts: dict[str, set[str]] = {}
    for name, split in version.rows.values_list("example__external_id", "split"):
        parts.setdefault(name.split()[0], set()).add(split)
    assert all(len(found) == 1 for found in parts.values())
    assert set(version.splits) == {"train", "validation", "test"}


def test_only_the_training_part_is_trained_on_and_its_control_holds_nothing_held_out() -> None:
    project = judged_project()
    version = curate_dataset(project, Policy(threshold=0.8), splits=PLAN).version
    held_out = set(
        version.rows.filter(split__in=["validation", "test"]).values_list(
            "example__external_id", flat=True
        )
    )

    trained = training_rows(project, "version:1", seed=0)
    drawn = [training_rows(project, "random:1", seed=seed) for seed in range(5)]

    assert len(trained) == 6
    assert not held_out & {row.id for row in trained}
    assert [len(rows) for rows in drawn] == [6] * 5
    assert not held_out & {row.id for rows in drawn for row in rows}


def test_a_control_holds_no_near_duplicate_of_what_is_held_out() -> None:
    project = judged_project()
    curate_dataset(project, Policy(threshold=0.8), splits=PLAN)
    version = project.dataset_versions.get()
    held = version.rows.filter(split="test").first()
    assert held is not None
    copy = make_example(project, held.example.text + " x", name="copy")
    annotate(project, ["joke", "joke", "news"], example=copy)
    version = curate_dataset(project, Policy(threshold=0.8), splits=PLAN).version
    texts = version.rows.filter(split__in=["validation", "test"]).values_list(
        "example__text", flat=True
    )

    drawn = [row.id for seed in range(30) for row in training_rows(project, "random:2", seed=seed)]

    assert held.example.text in set(texts)
    assert "copy" not in drawn


@pytest.mark.parametrize("policy", [Policy(keep_share=0.4), Policy(threshold=0.6, balance="equal")])
def test_a_control_has_the_label_counts_of_a_version_that_minds_them(policy: Policy) -> None:
    project = judged_project()
    annotate(project, ["joke"] * 3)
    curate_dataset(project, policy, splits=SplitPlan(train=0.5, test=0.5))

    counts = [
        Counter(row.label for row in training_rows(project, source, seed=0))
        for source in ("version:1", "random:1")
    ]

    assert counts[0] == counts[1]


def test_a_posterior_policy_rests_on_numbers_that_the_fingerprint_covers() -> None:
    project = judged_project()
    policy = Policy(threshold=0.6, measure="posterior")
    foreseen = foresee(project, policy)

    covered = [row.as_json(policy=policy, plan=None) for row in foreseen.rows]

    assert all(0.5 <= row["posterior"] <= 1 for row in covered)
    assert curate_dataset(project, policy).version.fingerprint == foreseen.fingerprint


@pytest.mark.parametrize("state", [Job.State.READY, Job.State.RUNNING])
def test_a_version_asked_for_while_a_pull_is_running_is_refused(state: str) -> None:
    project = judged_project()
    job = Job.objects.create(project=project, kind="pull", state=state)

    with pytest.raises(NothingToDo, match=rf"are being fetched \(pull, job {job.pk}\)"):
        curate_dataset(project, Policy(threshold=0.8))

    assert project.dataset_versions.count() == 0
    assert curate_dataset(project, Policy(threshold=0.8), anyway=True).created


def test_a_pull_by_hand_is_noticed_until_it_ends_or_is_killed() -> None:
    project, other = judged_project(), make_project("other")

    with fetching(project), fetching(project):
        assert is_fetching(project)
        assert not is_fetching(other)
        with pytest.raises(NothingToDo, match=r"are being fetched \(by manage\.py pull\)"):
            curate_dataset(project, Policy(threshold=0.8))

    assert not is_fetching(project)
    assert curate_dataset(project, Policy(threshold=0.8)).created


def test_a_pull_of_another_project_or_one_that_is_over_is_in_nobodys_way() -> None:
    project = judged_project()
    Job.objects.create(project=make_project("other"), kind="pull", state=Job.State.RUNNING)
    Job.objects.create(project=project, kind="pull", state=Job.State.SUCCESSFUL)
    Job.objects.create(project=project, kind="train", state=Job.State.RUNNING)

    assert curate_dataset(project, Policy(threshold=0.8)).created


def test_thresholds_for_labels_that_are_not_there_are_refused() -> None:
    project = judged_project()
    policy = Policy(label_thresholds=(("joke", 0.8), ("poem", 0.8)))

    with pytest.raises(BadInput, match="thresholds for joke, poem, but the labels are joke, news"):
        curate_dataset(project, policy)

    assert project.dataset_versions.count() == 0


def test_a_note_is_kept_and_one_that_cannot_be_stored_is_refused() -> None:
    project = judged_project()

    with pytest.raises(BadInput, match="NUL character"):
        curate_dataset(project, Policy(threshold=0.8), note="a\0b")
    version = curate_dataset(project, Policy(threshold=0.8), note=" for the paper ").version

    assert version.note == "for the paper"


def test_an_example_whose_votes_are_gone_stays_in_the_old_version_and_is_not_in_a_new_one() -> None:
    project = judged_project()
    old = curate_dataset(project, Policy(threshold=0.8)).version
    Annotation.objects.filter(task__example__external_id="joke-1").delete()

    new = curate_dataset(project, Policy(threshold=0.8)).version

    names = [
        set(version.rows.values_list("example__external_id", flat=True)) for version in (old, new)
    ]
    assert names[0] - names[1] == {"joke-1"}
    assert old.rows.get(example__external_id="joke-1").votes == [3, 0]


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer at a time")
def test_several_people_freeze_at_once_and_each_gets_a_version() -> None:
    project = judged_project()

    def freeze(share: float) -> int:
        try:
            return curate_dataset(project, Policy(keep_share=share)).version.number
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        numbers = list(pool.map(freeze, [0.3, 0.5, 0.7, 0.9] * 2))

    assert numbers[:4] == numbers[4:]
    assert sorted(numbers[:4]) == [1, 2, 3, 4]
