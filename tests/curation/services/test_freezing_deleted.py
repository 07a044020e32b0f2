"""An example deleted in Label Studio after a version was frozen with it."""

from __future__ import annotations

import pytest

from curation.datasets import Policy
from curation.datasets.diff import OUT
from curation.label_studio.fake import FakeLabelStudio
from curation.models import Project
from curation.services.datasets import curate_dataset
from curation.services.datasets.comparing import diff_rows, diff_versions
from curation.services.lineage import row_lineage
from curation.services.pulling import pull_annotations
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
