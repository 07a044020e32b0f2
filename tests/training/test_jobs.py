from __future__ import annotations

import pytest

from curation import jobs
from curation.models import Job, Project
from curation.progress import silent
from tests.training.services.studies.plans import plan
from training.errors import BadRecipe, StudyNotFound
from training.jobs import study, train
from training.models import TrainingRun
from training.services.studies import create_study, stop_study


def test_a_train_job_fits_and_answers_with_scores(project: Project) -> None:
    params = {"sources": ["real"], "seeds": 1, "config": {"classifier": "tfidf"}}

    result = train(project, params, silent)

    assert result["runs"] == 1
    assert result["scores"]["real"]["macro_f1"]["mean"] == 1.0
    assert TrainingRun.objects.get().status == TrainingRun.Status.SUCCESSFUL


def test_a_train_job_with_unknown_settings_gets_a_sentence(project: Project) -> None:
    with pytest.raises(BadRecipe, match="steps"):
        train(project, {"sources": ["real"], "config": {"steps": 9}}, silent)


def test_a_study_job_runs_a_study(project: Project) -> None:
    create_study(plan(), "s")

    result = study(project, {"study": "s", "parallel": 2}, silent)

    assert (result["study"], result["fitted"], result["successful"]) == ("s", 2, 2)


def test_a_study_job_goes_through_the_machinery_and_is_stopped_with_its_study(
    project: Project,
) -> None:
    create_study(plan(), "s")
    job = jobs.start("study", project, {"study": "s"})

    assert stop_study("s")

    job.refresh_from_db()
    assert job.state == Job.State.CANCELLED


def test_a_study_job_without_a_study_gets_a_sentence(project: Project) -> None:
    with pytest.raises(StudyNotFound, match="no study 'nobody'"):
        study(project, {"study": "nobody"}, silent)
