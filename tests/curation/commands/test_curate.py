"""`manage.py curate`: every way to keep, splits, a dry run, and what is refused."""

from __future__ import annotations

import json
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from curation.datasets import Policy
from curation.models import Job, Project
from tests.factories import annotate, make_example, make_project

pytestmark = pytest.mark.django_db


@pytest.fixture
def project() -> Project:
    """Four unanimous and two disputed examples of each label."""
    project = make_project()
    for label, other in (("joke", "news"), ("news", "joke")):
        for number in range(6):
            example = make_example(project, name=f"{label}-{number}", intended="joke")
            annotate(project, [label, label, label if number < 4 else other], example=example)
    return project


def curate(*arguments: str) -> dict[str, Any]:
    out = StringIO()
    call_command("curate", "jokes", *arguments, "--json", stdout=out)
    answer: dict[str, Any] = json.loads(out.getvalue())
    return answer


@pytest.mark.parametrize(
    ("arguments", "policy"),
    [
        (["--threshold", "0.8"], Policy(threshold=0.8)),
        (["--keep-share", "0.5", "--min-votes", "2"], Policy(keep_share=0.5, min_votes=2)),
        (
            ["--label-threshold", "joke=0.6", "--label-threshold", "news=1"],
            Policy(label_thresholds=(("joke", 0.6), ("news", 1.0))),
        ),
        (["--keep-all", "--drop-mismatch"], Policy(keep_all=True, drop_mismatch=True)),
        (["--keep-all", "--balance", "equal"], Policy(keep_all=True, balance="equal")),
        (
            ["--threshold", "0.5", "--measure", "posterior", "--certainty", "0.6"],
            Policy(threshold=0.5, measure="posterior", certainty=0.6),
        ),
    ],
)
def test_every_policy_can_be_asked_for(
    project: Project, arguments: list[str], policy: Policy
) -> None:
    answer = curate(*arguments)

    version = project.dataset_versions.get()
    assert Policy.from_json(version.policy) == policy
    assert (answer["number"], answer["created"], answer["kept"]) == (1, True, version.kept)


def test_splits_and_a_note_are_written_down(project: Project) -> None:
    answer = curate("--threshold", "0.8", "--split", "0.5,0.25,0.25", "--split-seed", "4",
                    "--note", "for the paper")  # fmt: skip

    version = project.dataset_versions.get()
    assert answer["splits"] == version.splits == {"train": 4, "validation": 2, "test": 2}
    assert answer["split_plan"]["seed"] == 4
    assert version.note == "for the paper"


def test_a_dry_run_says_what_would_be_frozen_and_changes_nothing(project: Project) -> None:
    answer = curate("--threshold", "0.8", "--dry-run")

    assert (answer["number"], answer["kept"], answer["dropped"]) == (
        None,
        8,
        {"below_threshold": 4},
    )
    assert project.dataset_versions.count() == 0
    assert curate("--threshold", "0.8")["fingerprint"] == answer["fingerprint"]
    assert curate("--threshold", "0.8", "--dry-run")["number"] == 1


def test_people_are_told_in_sentences(project: Project) -> None:
    out = StringIO()
    call_command("curate", "jokes", "--threshold", "0.8", "--split", "0.5,0,0.5", stdout=out)

    said = out.getvalue()
    assert "Froze version 1 with 8 rows (joke 4, news 4); dropped 4 below γ." in said
    assert "Splits: train 4, test 4 (50% train, 50% test of each label" in said
    assert "Policy: agreement of at least 0.8" in said


def test_while_votes_are_fetched_it_waits_for_another_word(project: Project) -> None:
    Job.objects.create(project=project, kind="pull", state=Job.State.RUNNING)

    with pytest.raises(CommandError, match=r"are being fetched .* with --anyway"):
        curate("--threshold", "0.8")
    assert project.dataset_versions.count() == 0

    assert curate("--threshold", "0.8", "--anyway")["number"] == 1


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--label-threshold", "joke=0.8"], "the labels are joke, news; give one for each"),
        (["--label-threshold", "joke"], "'joke' is not a threshold of a label"),
        (["--label-threshold", "joke=x"], "'joke=x' is not a threshold of a label"),
        (
            ["--label-threshold", "joke=0.8", "--label-threshold", "joke=0.9"],
            "Label 'joke' has two thresholds",
        ),
        (
            ["--label-threshold", "joke=2", "--label-threshold", "news=1"],
            "threshold of 'joke' is 2",
        ),
        (["--threshold", "nan"], "must be above 0 and at most 1"),
        (["--threshold", "0.8", "--keep-all"], "Say how to keep examples"),
        (["--threshold", "0.8", "--split", "0.8,0.1"], "are not three shares"),
        (["--threshold", "0.8", "--split", "0.8,0.1,0.3"], "add up to 1.2"),
        (["--threshold", "0.8", "--measure", "posterior", "--certainty", "1"], "certainty is 1"),
        (["--threshold", "0.8", "--min-votes", "9"], "None of the 12 judged examples"),
    ],
)
def test_what_cannot_be_meant_is_refused_and_changes_nothing(
    project: Project, arguments: list[str], says: str
) -> None:
    with pytest.raises(CommandError) as refused:
        curate(*arguments)

    assert says in str(refused.value)
    assert project.dataset_versions.count() == 0
