"""What the hub asks of finished runs: their predictions, and a word on new texts."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace

import pytest
from django.db.models import Count

from curation.models import Prediction, Project
from curation.services.examples import NewExample, add_examples
from curation.services.predicting import attach, open_predictor
from curation.services.predictions import predictions_of
from tests.training.factories import LABELS, TFIDF
from training.errors import ModelNotKept, RunFilesGone, RunNotFound
from training.fitting.config import FitConfig
from training.fitting.predictions import read_predictions
from training.fitting.run_folder import RunFolder, fingerprint_of
from training.services import train_source, train_sources
from training.services.requests import want

KEPT = replace(TFIDF, save_model=True)


def counted() -> dict[tuple[str, str], int]:
    """Predictions per key and split."""
    grouped = Prediction.objects.order_by().values_list("run_key", "example__split")
    return {(key, split): n for key, split, n in grouped.annotate(n=Count("pk"))}


def test_a_run_attaches_what_it_said_about_the_test_examples(project: Project) -> None:
    runs = train_source(project, "real", seeds=2, config=TFIDF)

    assert counted() == {(run.key, "test"): 6 for run in runs}
    found = read_predictions(RunFolder(runs[0].path()), LABELS)
    said = {row.example: row for row in predictions_of(project, runs[0].key)}
    for name, probs in zip(found.ids, found.probs.tolist(), strict=True):
        assert list(said[name].probs.values()) == pytest.approx(probs, abs=1e-6)
        assert said[name].predicted == LABELS[probs.index(max(probs))]


def test_a_run_from_before_is_attached_when_somebody_asks(project: Project) -> None:
    (run,) = train_source(project, "real", seeds=1, config=TFIDF)
    Prediction.objects.all().delete()

    attached = attach(project, run.key, split="test")

    assert (attached.run_key, attached.predictions_key) == (run.key, run.key)
    assert counted() == {(run.key, "test"): 6}


def test_the_newest_run_is_the_one_asked_for_last_that_kept_its_model(project: Project) -> None:
    (kept,) = train_source(project, "real", seeds=1, config=KEPT)
    (newer,) = train_source(project, "synthetic", seeds=1, config=TFIDF)

    assert attach(project, "", split="test").run_key == kept.key
    assert newer.pk > kept.pk
    shutil.rmtree(kept.path())
    kept.delete()
    assert attach(project, "", split="test").run_key == newer.key


@pytest.mark.parametrize("key", ["", "training:99", "training:x", "training:" + "9" * 30, "12"])
def test_a_run_that_is_not_there_gets_the_command_that_makes_one(
    project: Project, key: str
) -> None:
    with pytest.raises(RunNotFound, match=r"manage.py train headlines --source synthetic"):
        attach(project, key, split="test")
    with pytest.raises(RunNotFound), open_predictor(project, key):
        pass


def test_a_run_whose_files_have_gone_gets_the_command_that_repeats_it(project: Project) -> None:
    (run,) = train_source(project, "real", seeds=1, config=TFIDF)
    shutil.rmtree(run.path())

    with pytest.raises(
        RunFilesGone, match=r"train headlines --source real --seeds 1 --classifier tfidf$"
    ):
        attach(project, run.key, split="test")


def test_training_texts_that_the_run_has_not_seen_are_judged_by_its_own_model(
    project: Project,
) -> None:
    (run,) = train_source(project, "synthetic", seeds=1, config=KEPT)

    attached = attach(project, run.key, split="train")
    add_examples(
        project,
        [
            NewExample(
                external_id="late",
                text="parliament voted on budget",
                source="real",
                split="train",
                gold_label="news",
            )
        ],
    )
    again = attach(project, run.key, split="train")

    assert attached == again
    assert attached.predictions_key == run.key
    assert counted() == {(run.key, "test"): 6, (run.key, "train"): 13}


def test_training_texts_that_the_run_has_seen_are_judged_out_of_fold(project: Project) -> None:
    (run,) = train_source(project, "real", seeds=1, config=TFIDF)

    attached = attach(project, run.key, split="train")
    before = list(Prediction.objects.values())
    again = attach(project, run.key, split="train")

    assert attached == again
    assert attached.run_key == run.key
    assert attached.predictions_key.startswith("folds:tfidf:")
    assert counted() == {(run.key, "test"): 6, (attached.predictions_key, "train"): 12}
    assert list(Prediction.objects.values()) == before
    assert [path.name for path in run.path().parent.iterdir()] == [run.path().name]


def test_a_predictor_judges_new_texts(project: Project) -> None:
    (run,) = train_source(project, "real", seeds=1, config=KEPT)

    with open_predictor(project, run.key) as predict:
        none = predict([])
        joke, news = predict(["why did the chicken laugh", "parliament voted today"])

    assert none == []
    assert joke["joke"] > 0.5 > joke["news"]
    assert news["news"] > 0.5 > news["joke"]


def test_a_run_without_a_model_says_how_to_keep_it(project: Project) -> None:
    (run,) = train_source(project, "real", seeds=1, config=TFIDF)

    with (
        pytest.raises(
            ModelNotKept,
            match=r"it kept no model. Train it again with: manage.py train headlines "
            r"--source real --seeds 1 --classifier tfidf --save-model$",
        ),
        open_predictor(project, run.key),
    ):
        pass


def test_a_model_that_was_changed_is_not_used(project: Project) -> None:
    (run,) = train_source(project, "real", seeds=1, config=KEPT)
    (run.path() / "model" / "vocabulary.json").write_text("[[], []]")

    with pytest.raises(ModelNotKept, match="files have changed"), open_predictor(project, run.key):
        pass


def test_keeping_the_model_changes_no_score_and_no_recipe(project: Project) -> None:
    (plain,) = train_source(project, "real", seeds=1, config=TFIDF)
    (kept,) = train_source(project, "real", seeds=1, config=KEPT)

    assert kept.pk != plain.pk
    assert (kept.recipe, kept.macro_f1) == (plain.recipe, plain.macro_f1)


def test_recipes_and_fingerprints_are_what_they_always_were(project: Project) -> None:
    (wanted,) = want(project, ["real"], seeds=1, config=FitConfig())

    config = FitConfig(labels=LABELS)
    assert wanted.recipe == fingerprint_of(config, train="", test=wanted.test)
    assert wanted.fingerprint == fingerprint_of(config, train=wanted.train, test=wanted.test)
    # fields that came later are written only where they differ from their defaults
    assert sorted(json.loads(config.as_text())) == [
        "batch_size", "classifier", "freeze_embeddings", "hub", "labels", "learning_rate",
        "max_length", "max_steps", "model", "precision", "save_model", "seed", "threads",
        "warmup", "weight_decay",
    ]  # fmt: skip


def test_all_runs_of_one_request_attach_under_keys_of_their_own(project: Project) -> None:
    runs = train_sources(project, ["real", "synthetic"], seeds=1, config=TFIDF, parallel=2)

    assert counted() == {(run.key, "test"): 6 for run in runs}
