"""Two versions side by side."""

from __future__ import annotations

import pytest

from curation.datasets import Policy
from curation.datasets.diff import IN, MOVED, OUT, RELABELLED
from curation.datasets.splits import SplitPlan
from curation.errors import BadInput
from curation.models import Annotation, Annotator, DatasetExample, Project, Task
from curation.services.datasets import curate_dataset
from curation.services.datasets.comparing import diff_rows, diff_versions
from curation.services.examples_table.acting import set_aside
from tests.factories import annotate, make_curated, make_example, make_project

pytestmark = pytest.mark.django_db


@pytest.fixture
def project() -> Project:
    return make_project()


def judged(project: Project, **votes: str) -> None:
    """Examples by name, with votes as letters: j for joke, n for news."""
    names = {"j": "joke", "n": "news"}
    for name, letters in votes.items():
        annotate(project, [names[one] for one in letters], example=make_example(project, name=name))


def vote_again(project: Project, name: str, label: str, *, annotator: str = "late") -> None:
    task = Task.objects.get(round__project=project, example__external_id=name)
    person, _ = Annotator.objects.get_or_create(project=project, name=annotator)
    Annotation.objects.create(task=task, annotator=person, label=project.labels.get(name=label))


def changed(diff_of: object, change: str) -> list[tuple[str, str]]:
    return [
        (row.external_id, row.why)
        for row in diff_rows(diff_of, change, limit=50)  # type: ignore[arg-type]
    ]


def test_another_policy_takes_some_in_and_leaves_others_out(project: Project) -> None:
    first, second = make_curated(project)

    diff = diff_versions(first, second)

    assert dict(diff.tally.changes) == {"in": 1, "out": 1, "same": 5}
    assert dict(diff.tally.whys) == {("in", "policy"): 1, ("out", "policy"): 1}
    assert [why for _, why in changed(diff, IN)] == ["policy"]
    assert [name[:4] for name, _ in changed(diff, OUT)] == ["news"]
    assert [(one.label, one.before, one.after) for one in diff.labels] == [
        ("joke", 2, 3), ("news", 4, 3),
    ]  # fmt: skip
    assert [(one.field, one.before, one.after) for one in diff.changed] == [
        ("threshold γ", "0.9", "none"), ("share kept of each label", "none", "0.6"),
    ]  # fmt: skip
    assert list(diff.agreement) == pytest.approx([1.0, (5 + 2 / 3) / 6])


def test_votes_that_changed_and_examples_that_are_new_are_told_apart(project: Project) -> None:
    judged(project, a="jjj", b="jjn", c="nnn", d="nnj")
    policy = Policy(threshold=0.75)
    first = curate_dataset(project, policy).version
    judged(project, e="jjj")
    vote_again(project, "b", "joke")
    vote_again(project, "a", "news", annotator="x")
    vote_again(project, "a", "news", annotator="y")

    diff = diff_versions(first, curate_dataset(project, policy).version)

    assert diff.changed == []
    assert changed(diff, IN) == [("b", "votes"), ("e", "new")]
    assert changed(diff, OUT) == [("a", "votes")]
    assert dict(diff.tally.changes) == {"in": 2, "out": 1, "same": 1}


def test_an_example_whose_votes_are_gone_went_out_for_that(project: Project) -> None:
    judged(project, a="jjj", b="nnn")
    first = curate_dataset(project, Policy(keep_all=True)).version
    Annotation.objects.filter(task__example__external_id="a").delete()

    diff = diff_versions(first, curate_dataset(project, Policy(keep_all=True)).version)

    assert changed(diff, OUT) == [("a", "gone")]
    (row,) = diff_rows(diff, OUT, limit=5)
    assert row.after is None
    assert row.before is not None


def test_an_example_kept_with_another_label_is_relabelled(project: Project) -> None:
    judged(project, a="jjn", b="nnn")
    first = curate_dataset(project, Policy(keep_all=True)).version
    vote_again(project, "a", "news", annotator="x")
    vote_again(project, "a", "news", annotator="y")

    diff = diff_versions(first, curate_dataset(project, Policy(keep_all=True)).version)

    assert changed(diff, RELABELLED) == [("a", "votes")]
    (row,) = diff_rows(diff, RELABELLED, limit=5)
    assert row.before is not None
    assert row.after is not None
    assert (row.before.label.name, row.after.label.name) == ("joke", "news")


def test_another_seed_moves_examples_between_splits(project: Project) -> None:
    judged(project, **{f"e{number}": "jjj" for number in range(20)})
    policy = Policy(keep_all=True)
    versions = [
        curate_dataset(project, policy, splits=SplitPlan(train=0.5, test=0.5, seed=seed)).version
        for seed in (0, 1)
    ]

    diff = diff_versions(versions[0], versions[1])

    moved = changed(diff, MOVED)
    assert 0 < len(moved) == diff.tally.changes["moved"]
    assert {why for _, why in moved} == {"split_plan"}
    assert "seed 0" in diff.changed[0].before
    assert "seed 1" in diff.changed[0].after


def test_a_version_from_before_there_were_splits_trained_on_all_it_kept(project: Project) -> None:
    judged(project, a="jjj", b="nnn")
    old = curate_dataset(project, Policy(keep_all=True)).version
    DatasetExample.objects.filter(version=old).update(split="")
    judged(project, c="jjj")
    new = curate_dataset(project, Policy(keep_all=True)).version

    diff = diff_versions(old, new)

    assert dict(diff.tally.changes) == {"in": 1, "same": 2}
    assert changed(diff, MOVED) == []


def test_rows_come_a_page_at_a_time_and_each_once(project: Project) -> None:
    judged(project, **{f"e{number}": "jjj" for number in range(7)}, z="jn")
    first = curate_dataset(project, Policy(threshold=0.5, min_votes=2)).version
    second = curate_dataset(project, Policy(keep_all=True, min_votes=3)).version
    diff = diff_versions(second, first)
    assert changed(diff, IN) == [("z", "policy")]
    DatasetExample.objects.filter(version=second).update(drop_reason="few_votes", split="")

    seen, after = [], 0
    while page := diff_rows(diff, IN, after_key=after, limit=3):
        seen += [row.external_id for row in page]
        after = page[-1].key

    assert sorted(seen) == sorted([*(f"e{number}" for number in range(7)), "z"])


def test_a_version_differs_from_itself_in_nothing(project: Project) -> None:
    version = make_curated(project)[0]

    diff = diff_versions(version, version)

    assert (dict(diff.tally.changes), diff.changed) == ({"same": 6}, [])


def test_what_was_set_aside_or_taken_back_by_hand_says_so(project: Project) -> None:
    judged(project, a="jjj", b="nnn")
    aside = [project.examples.get(external_id="a").pk]
    whole = curate_dataset(project, Policy(keep_all=True)).version
    set_aside(project, aside, reason="spam", by="mira")
    fewer = curate_dataset(project, Policy(threshold=0.5)).version

    out, back = diff_versions(whole, fewer), diff_versions(fewer, whole)

    assert dict(out.tally.whys) == {("out", "set_aside"): 1}
    assert changed(out, OUT) == [("a", "set_aside")]
    assert changed(back, IN) == [("a", "taken_back")]


def test_versions_of_two_projects_cannot_be_compared() -> None:
    one, other = (make_curated(make_project(slug))[0] for slug in ("one", "other"))

    with pytest.raises(BadInput, match="one project"):
        diff_versions(one, other)


def test_counting_asks_the_database_few_questions(
    project: Project, django_assert_max_num_queries: object
) -> None:
    first, second = make_curated(project)

    with django_assert_max_num_queries(6):  # type: ignore[operator]
        diff_versions(first, second)
