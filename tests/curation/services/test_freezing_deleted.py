"""An example deleted in Label Studio after a version was frozen with it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from curation.datasets import Policy
from curation.datasets.diff import OUT
from curation.errors import NothingToDo
from curation.label_studio.fake import FakeLabelStudio
from curation.models import Job, Project
from curation.progress import silent
from curation.services.aggregating.comparing import compare_aggregators, kept_comparison
from curation.services.datasets import curate_dataset
from curation.services.datasets.comparing import diff_rows, diff_versions
from curation.services.exploring import (
    evidence,
    find_evidence,
    keep_evidence,
    measured_scores,
)
from curation.services.lineage import row_lineage
from curation.services.pulling import pull_annotations
from curation.services.statistics import measure_agreement, project_agreement
from tests.curation.explorer.scores_made import store_scores
from tests.curation.services import on_fake
from tests.curation.services.on_fake import answer, push, remote_id

pytestmark = pytest.mark.django_db
front, project = on_fake.front, on_fake.project


def test_the_old_version_keeps_it_and_says_so_and_a_new_one_does_not_have_it(
    project: Project, front: FakeLabelStudio
) -> None:
    target = push(project, front)
    answer(front, target, "ann", "joke")
    answer(front, target, "ann", "news", number=1)
    pull_annotations(target, front)
    policy = Policy(keep_all=True)
    old = curate_dataset(project, policy).version
    deleted = target.tasks.get(remote_id=remote_id(target)).example.external_id

    front.delete_task(remote_id(target))
    pull_annotations(target, front)
    new = curate_dataset(project, policy).version

    assert (old.rows.count(), new.rows.count(), new.number) == (2, 1, 2)
    assert "no longer there" in row_lineage(old, deleted).since
    (gone,) = diff_rows(diff_versions(old, new), OUT, limit=5)
    assert (gone.external_id, gone.why) == (deleted, "gone")


def test_everything_that_was_worked_out_says_it_is_older_than_the_votes(
    project: Project, front: FakeLabelStudio, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = push(project, front)
    for number in range(3):
        answer(front, target, "ann", "joke", number=number)
        answer(front, target, "bob", "news" if number else "joke", number=number)
    pull_annotations(target, front)
    monkeypatch.setattr(evidence, "AT_ONCE", 0)  # the job lays it out
    keep_evidence(project, aggregator="majority")
    compare_aggregators(project, silent)
    measure_agreement(project)
    store_scores(project)
    assert [*freshness(project)] == [True] * 4

    front.delete_task(remote_id(target))
    pull_annotations(target, front)

    assert [*freshness(project)] == [False] * 4


def freshness(project: Project) -> Iterator[bool]:
    """Of the explorer's evidence and scores, the aggregators' and the agreement's numbers."""
    found = find_evidence(project, aggregator="majority")
    scores = measured_scores(project, aggregator="majority")
    compared = kept_comparison(project)
    measured = project_agreement(project, at_most=0)
    for known in (found, scores, compared, measured):
        assert known is not None
        yield known.fresh


def test_a_pull_that_ends_after_a_version_was_frozen_anyway_changes_only_the_next_one(
    project: Project, front: FakeLabelStudio
) -> None:
    target = push(project, front)
    answer(front, target, "ann", "joke")
    pull_annotations(target, front)
    pulling = Job.objects.create(project=project, kind="pull", state=Job.State.RUNNING)
    answer(front, target, "ann", "news", number=1)
    with pytest.raises(NothingToDo):
        curate_dataset(project, Policy(keep_all=True))
    first = curate_dataset(project, Policy(keep_all=True), anyway=True).version
    rows = list(first.rows.order_by("pk").values())

    pull_annotations(target, front)
    Job.objects.filter(pk=pulling.pk).update(state=Job.State.SUCCESSFUL)
    second = curate_dataset(project, Policy(keep_all=True))

    assert (second.created, second.version.number, second.version.kept) == (True, 2, 2)
    assert list(first.rows.order_by("pk").values()) == rows
    first.refresh_from_db()
    assert (first.number, first.kept) == (1, 1)
