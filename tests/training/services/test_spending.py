"""What a project's classifiers have taken, for the hub."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from tests.training.factories import make_project
from tests.training.scored_study import drawn_run
from training.models import TrainingRun
from training.services.spending import fit_costs

pytestmark = pytest.mark.django_db


def test_runs_that_ended_are_counted_with_their_time() -> None:
    project, other = make_project("headlines"), make_project("rumours")
    for seed in range(3):
        drawn_run(project, "Real", seed, draw=seed)
    now = timezone.now()
    TrainingRun.objects.update(started_at=now - timedelta(seconds=20), finished_at=now)
    TrainingRun.objects.filter(seed=2).update(status="running", finished_at=None)

    costs = fit_costs([project, other])

    assert set(costs) == {project.pk}
    assert (costs[project.pk].runs, costs[project.pk].seconds) == (2, 40.0)


def test_the_end_of_an_earlier_attempt_is_no_time_taken() -> None:
    project = make_project("headlines")
    for seed in range(2):
        drawn_run(project, "Real", seed, draw=seed)
    now = timezone.now()
    TrainingRun.objects.update(started_at=now - timedelta(seconds=20), finished_at=now)
    TrainingRun.objects.filter(seed=1).update(finished_at=now - timedelta(days=3))

    assert fit_costs([project])[project.pk].seconds == 20.0
