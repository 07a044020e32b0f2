"""The job that works figures out and follows the project's rule."""

from __future__ import annotations

import pytest

from curation import jobs
from curation.models import Job
from curation.services.quality.measuring import measured
from curation.services.quality.rule import set_rule
from tests.curation.services.quality.crowded import make_crowded

pytestmark = pytest.mark.django_db(transaction=True)


def test_it_keeps_the_figures_and_does_what_the_rule_says() -> None:
    project = make_crowded()
    set_rule(project, "pause")

    job = jobs.start("annotators", project)
    jobs.run_job.func(job.pk)

    done = Job.objects.get(pk=job.pk)
    assert done.state == Job.State.SUCCESSFUL
    assert done.result is not None
    assert (done.result["annotators"], done.result["flagged"]) == (6, 2)
    assert len(done.result["done"]) == 2
    known = measured(project, at_most=0)
    assert known is not None
    assert known.fresh
