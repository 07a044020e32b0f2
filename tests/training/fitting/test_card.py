"""Model cards, and models that others can load by them."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.training.factories import LABELS, TFIDF, labelled_rows, make_folder
from tests.training.fitting.test_serve import fitted
from training.fitting.card import write_card
from training.fitting.config import FitConfig
from training.fitting.origin import Origin, read_origin, write_origin
from training.fitting.predictions import read_predictions
from training.fitting.rows import read_rows, rows_as_text
from training.fitting.run import run
from training.fitting.run_folder import RunFolder

ORIGIN = Origin(
    project="headlines",
    title="Headlines: jokes | news",
    question="Is it a joke?",
    label_meanings={"joke": "made to laugh | smile"},
    source="version:3",
    version=3,
    dataset_fingerprint="abc123",
    test_trusted=5,
    test_crowd=1,
    run_key="training:12",
)
KEPT = replace(TFIDF, labels=LABELS, save_model=True)


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> RunFolder:
    """A run that kept its model; no test changes it."""
    return kept(tmp_path_factory.mktemp("kept"))


def kept(path: Path, config: FitConfig = KEPT, origin: Origin | None = ORIGIN) -> RunFolder:
    folder = make_folder(path, config)
    if origin is not None:
        write_origin(folder, origin)
    return fitted(path, config)


def with_metrics(finished: RunFolder, path: Path, **metrics: object) -> RunFolder:
    """A copy of the run with other results, and its card."""
    shutil.copytree(finished.path, path, dirs_exist_ok=True)
    folder = RunFolder(path)
    known = json.loads(folder.metrics.read_text(encoding="utf-8"))
    folder.metrics.write_text(json.dumps({**known, **metrics}), encoding="utf-8")
    write_card(folder)
    return folder


def card_of(folder: RunFolder) -> str:
    return (folder.model / "README.md").read_text(encoding="utf-8")


def tiny_bert(path: Path) -> Path:
    """A model folder like any encoder's, with random weights."""
    from transformers import BertConfig, BertForSequenceClassification, BertTokenizerFast

    path.mkdir()
    words = sorted({word for row in labelled_rows(20) for word in row.text.split()})
    vocabulary = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *words]
    (path / "vocab.txt").write_text("\n".join(vocabulary), encoding="utf-8")
    sizes = {"hidden_size": 16, "num_hidden_layers": 1, "num_attention_heads": 2}
    config = BertConfig(vocab_size=len(vocabulary), intermediate_size=32, **sizes)
    BertForSequenceClassification(config).save_pretrained(path)
    BertTokenizerFast(str(path / "vocab.txt")).save_pretrained(path)
    return path


def test_the_card_says_where_the_model_comes_from_and_how_it_scores(finished: RunFolder) -> None:
    text = card_of(finished)

    assert "12 rows of source `version:3` of project `headlines`." in text
    assert "Dataset version 3, fingerprint `abc123`." in text
    assert "On 6 test rows (5 with trusted labels, 1 with people's): macro-F1 1.000" in text
    assert "| joke | made to laugh \\| smile | 6 | 3 | 1.000 | 1.000 | 1.000 |" in text
    assert "Expected calibration error" in text
    assert "manage.py predict headlines texts.csv --run training:12" in text
    assert "It is no model of transformers" in text
    assert finished.is_finished()


def test_the_card_holds_no_text_of_any_row(finished: RunFolder) -> None:
    text = card_of(finished)

    for word in ("chicken", "parliament", "capital"):
        assert word not in text


def test_the_head_is_read_by_the_hub_as_a_model_card(finished: RunFolder) -> None:
    from huggingface_hub import ModelCard

    card: Any = ModelCard(card_of(finished))

    assert card.data.pipeline_tag == "text-classification"
    assert card.data.to_dict().get("library_name") is None
    assert [(one.metric_type, one.metric_value) for one in card.data.eval_results] == [
        ("f1", 1.0),
        ("accuracy", 1.0),
    ]


def test_a_folder_without_origin_gets_a_card_too(tmp_path: Path) -> None:
    text = card_of(kept(tmp_path, origin=None))

    assert "# joke or news\n" in text
    assert "a source that was not recorded" in text


def test_what_cannot_be_relied_on_is_said(tmp_path: Path) -> None:
    config = replace(KEPT, labels=("poem", *LABELS))
    folder = kept(tmp_path / "fitted", config, replace(ORIGIN, simulated=True))

    text = card_of(with_metrics(folder, tmp_path / "collapsed", collapsed="news"))

    assert "It never says `poem`: no training row has that label." in text
    assert "simulated crowd" in text
    assert "Nearly all its predictions on the test set are 'news'." in text


def test_a_temperature_is_shown_with_what_it_leaves(finished: RunFolder, tmp_path: Path) -> None:
    known = json.loads(finished.metrics.read_text(encoding="utf-8"))["calibration"]
    temperature = {"value": 1.5, "rows": 40, "ece": 0.01, "low": 0.0, "high": 0.02}

    folder = with_metrics(finished, tmp_path, calibration={**known, "temperature": temperature})

    assert "Divide the logits by 1.500 (fitted on 40 validation rows)" in card_of(folder)


@pytest.mark.usefixtures("own_environment")
def test_others_load_a_kept_transformer_offline_and_hear_what_the_run_said(tmp_path: Path) -> None:
    config = FitConfig(labels=LABELS, model=str(tiny_bert(tmp_path / "own")), max_steps=3)
    folder = make_folder(tmp_path / "run", replace(config, save_model=True))
    run(folder)  # in this process, which loads torch anyway; it goes offline
    rows = read_rows(folder.test, LABELS)

    said = classified(folder.model, [row.text for row in rows], max_length=config.max_length)

    probs = read_predictions(folder, LABELS).probs
    for answer, expected in zip(said, probs.tolist(), strict=True):
        assert [answer[label] for label in LABELS] == pytest.approx(expected, abs=1e-5)
    assert 'pipeline("text-classification", model="FOLDER"' in card_of(folder)
    assert str(tmp_path) not in card_of(folder)


def classified(model: Path, texts: list[str], *, max_length: int) -> list[dict[str, float]]:
    """As the card tells others to."""
    from transformers import pipeline

    classify: Any = pipeline("text-classification", model=str(model), top_k=None, device="cpu")
    answers = classify(texts, truncation=True, max_length=max_length)
    return [{one["label"]: one["score"] for one in answer} for answer in answers]


def test_an_unreadable_origin_is_none(tmp_path: Path) -> None:
    folder = make_folder(tmp_path, KEPT)
    (tmp_path / "origin.json").write_text("{", encoding="utf-8")
    assert read_origin(folder) == Origin()

    (tmp_path / "origin.json").write_text('{"source": "real", "later": 1}', encoding="utf-8")
    assert read_origin(folder) == Origin(source="real")


def test_the_origin_decides_nothing(finished: RunFolder, tmp_path: Path) -> None:
    shutil.copytree(finished.path, tmp_path, dirs_exist_ok=True)
    folder = RunFolder(tmp_path)

    write_origin(folder, replace(ORIGIN, title="Another"))

    assert folder.is_finished()
    assert folder.train.read_text(encoding="utf-8") == rows_as_text(labelled_rows(6))
