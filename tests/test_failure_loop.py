"""The loop through the hub with nothing made up: train, read mistakes, generate, keep."""

from __future__ import annotations

from typing import Any

import pytest

from curation.errors import CurationError
from curation.models import Prediction, Project
from curation.progress import silent
from generation.jobs import generate
from generation.models import Draft, GenerationRun
from tests.factories import make_example, make_project
from tests.generation.scripted_server import serving, texts
from training.fitting.config import FitConfig
from training.services import train_source

WISH: dict[str, Any] = {
    "provider": "openai",
    "method": "failure",
    "model": "tiny",
    "count": 2,
    "parallel": 1,
    "options": {"words": [2, 20]},
    "checks": {"near": 0, "near_apart": 0},
}


@pytest.fixture
def project(db: None) -> Project:
    """Synthetic jokes all say chicken; of the 20 real ones, 9 say it not."""
    project = make_project("jokes", labels=("joke", "news"))
    for number in range(12):
        make_example(project, f"the chicken joke number {number}", intended="joke")
        make_example(project, f"parliament budget vote number {number}", intended="news")
    for number in range(20):
        joke = f"a chicken joke {number}" if number >= 9 else f"a budget vote, ha ha {number}"
        make_example(project, joke, split="test", source="real", gold="joke")
        news = f"parliament on budget {number}"
        make_example(project, news, split="test", source="real", gold="news")
    return project


def test_what_a_trained_classifier_gets_wrong_is_asked_for_and_kept(project: Project) -> None:
    kept = FitConfig(classifier="tfidf", save_model=True)
    (run,) = train_source(project, "synthetic", seeds=1, config=kept)

    jokes = texts("another chicken joke", "parliament on budget, ha ha")
    news = texts("parliament budget vote again", "a chicken joke in the news")
    with serving([jokes, news]) as server:
        result = generate(project, WISH | {"base_url": server.base_url}, silent)

    assert (result["accepted"], result["rejected"]) == (2, {"classifier_right": 2})
    accepted = Draft.objects.filter(reason="").order_by("pk").values_list("text", flat=True)
    assert list(accepted) == ["parliament on budget, ha ha", "a chicken joke in the news"]
    assert Prediction.objects.filter(run_key=run.key).count() == 40
    params = GenerationRun.objects.get().params
    assert params["run_key"] == run.key
    assert params["regions"]["joke"][0] == '9 of 20 real "joke" texts are taken for "news" (45 %).'


def test_without_a_training_run_the_sentence_names_the_command(project: Project) -> None:
    with pytest.raises(CurationError, match="train jokes --source synthetic --save-model"):
        generate(project, WISH, silent)


def test_without_a_kept_model_nothing_is_asked(project: Project) -> None:
    train_source(project, "synthetic", seeds=1, config=FitConfig(classifier="tfidf"))

    with pytest.raises(CurationError, match=r"kept no model.*--save-model"):
        generate(project, WISH | {"base_url": "http://127.0.0.1:1/v1"}, silent)

    assert not GenerationRun.objects.exists()
