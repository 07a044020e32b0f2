from __future__ import annotations

import pytest

from curation.models import Project
from curation.progress import silent
from training.errors import BadRecipe
from training.jobs import train
from training.models import TrainingRun


def test_a_train_job_fits_and_answers_with_scores(project: Project) -> None:
    params = {"sources": ["real"], "seeds": 1, "config": {"classifier": "tfidf"}}

    result = train(project, params, silent)

    assert result["runs"] == 1
    assert result["scores"]["real"]["macro_f1"]["mean"] == 1.0
    assert TrainingRun.objects.get().status == TrainingRun.Status.SUCCESSFUL


def test_a_train_job_with_unknown_settings_gets_a_sentence(project: Project) -> None:
    with pytest.raises(BadRecipe, match="steps"):
        train(project, {"sources": ["real"], "config": {"steps": 9}}, silent)
