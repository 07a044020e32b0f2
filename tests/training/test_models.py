from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError

from curation.models import Project
from tests.training.factories import finished_run
from training.models import TrainingRun

GOLD = ["joke", "news"]


def test_the_same_fit_of_a_source_is_written_down_once(project: Project) -> None:
    run = finished_run(project, "real", gold=GOLD, predicted=GOLD)

    run.pk = None
    with pytest.raises(IntegrityError, match=r"(?i)unique"):
        run.save(force_insert=True)


@pytest.mark.parametrize("fields", [{"macro_f1": 1.5}, {"accuracy": -0.1}, {"macro_f1": None}])
def test_a_success_has_scores_between_0_and_1(
    project: Project, fields: dict[str, float | None]
) -> None:
    run = finished_run(project, "real", gold=GOLD, predicted=GOLD)

    with pytest.raises(IntegrityError, match=r"(?i)check"):
        TrainingRun.objects.filter(pk=run.pk).update(**fields)


def test_newest_runs_are_the_successful_ones_asked_for_last(project: Project) -> None:
    old = finished_run(project, "real", seed=0, recipe="old", gold=GOLD, predicted=GOLD)
    new = finished_run(project, "real", seed=0, recipe="new", gold=GOLD, predicted=GOLD)
    broken = finished_run(project, "real", seed=1, recipe="new", gold=GOLD, predicted=GOLD)
    assert old.asked_at is not None
    later = old.asked_at + timedelta(hours=1)
    TrainingRun.objects.exclude(pk=old.pk).update(asked_at=later)
    TrainingRun.objects.filter(pk=broken.pk).update(status=TrainingRun.Status.FAILED)

    assert TrainingRun.objects.of(project).newest("real") == [new]
    assert TrainingRun.objects.of(project).newest("synthetic") == []
