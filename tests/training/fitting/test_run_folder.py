from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tests.training.factories import LABELS, TFIDF, labelled_rows, make_folder, read_json
from training.fitting.errors import BadConfig, BadDataset
from training.fitting.predictions import read_predictions
from training.fitting.rows import rows_as_text
from training.fitting.run import run
from training.fitting.run_folder import RunFolder, fingerprint_of

pytestmark = pytest.mark.usefixtures("own_environment")
CONFIG = replace(TFIDF, labels=LABELS)


def test_a_fit_leaves_scores_predictions_surroundings_and_a_manifest(tmp_path: Path) -> None:
    folder = make_folder(tmp_path, CONFIG)

    assert run(folder)

    metrics = read_json(folder.metrics)
    assert (metrics["macro_f1"], metrics["collapsed"]) == (1.0, None)
    assert (metrics["train_rows"], metrics["test_rows"]) == (12, 6)
    assert read_json(folder.progress) == {"step": 96, "steps": 96, "loss": None}
    assert read_json(folder.environment)["threads"] == 1
    assert set(read_json(folder.manifest)["files"]) == {  # type: ignore[call-overload]
        "environment.json",
        "metrics.json",
        "predictions.parquet",
    }


def test_predictions_keep_ids_gold_and_probabilities(tmp_path: Path) -> None:
    folder = make_folder(tmp_path, CONFIG)
    run(folder)

    predictions = read_predictions(folder, LABELS)

    assert predictions.ids[0] == "test-joke-0"
    assert predictions.gold.tolist() == predictions.predicted.tolist() == [0, 0, 0, 1, 1, 1]
    assert predictions.probs.sum(axis=1) == pytest.approx([1.0] * 6)


def test_a_finished_run_is_not_fitted_again(tmp_path: Path) -> None:
    folder = make_folder(tmp_path, CONFIG)
    run(folder)
    written = folder.predictions.stat().st_mtime_ns

    assert not run(folder)

    assert folder.predictions.stat().st_mtime_ns == written


def test_a_fit_can_keep_its_model(tmp_path: Path) -> None:
    folder = make_folder(tmp_path, replace(CONFIG, save_model=True))

    run(folder)

    files = read_json(folder.manifest)["files"]
    assert {"model/vocabulary.json", "model/weights.npz"} <= set(files)  # type: ignore[call-overload]


@pytest.mark.parametrize("name", ["metrics.json", "predictions.parquet", "dataset/train.jsonl"])
def test_a_run_is_unfinished_when_a_file_has_changed(tmp_path: Path, name: str) -> None:
    folder = make_folder(tmp_path, CONFIG)
    run(folder)

    (tmp_path / name).write_bytes((tmp_path / name).read_bytes() + b"\n")

    assert not folder.is_finished()


def test_asking_for_the_same_run_keeps_it_finished_and_asking_for_another_does_not(
    tmp_path: Path,
) -> None:
    folder = make_folder(tmp_path, CONFIG)
    run(folder)

    make_folder(tmp_path, CONFIG)
    assert folder.is_finished()

    make_folder(tmp_path, replace(CONFIG, seed=1))
    assert not folder.is_finished()


def test_what_an_earlier_attempt_left_is_cleared(tmp_path: Path) -> None:
    folder = make_folder(tmp_path, CONFIG)
    folder.predictions.write_text("half")
    (tmp_path / "metrics.json.77.part").write_text("{")
    folder.model.mkdir()
    (folder.model / "weights").write_text("old")

    run(folder)

    assert folder.is_finished()
    assert not folder.model.exists()
    assert not list(tmp_path.glob("*.part"))


def test_training_rows_of_one_label_get_a_sentence(tmp_path: Path) -> None:
    folder = make_folder(tmp_path, CONFIG)
    jokes = [line for line in folder.train.read_text().splitlines() if "joke" in line]
    folder.train.write_text("\n".join(jokes))

    with pytest.raises(BadDataset, match="one label only, 'joke'"):
        run(folder)


def test_a_config_without_labels_gets_a_sentence(tmp_path: Path) -> None:
    folder = make_folder(tmp_path, TFIDF)

    with pytest.raises(BadConfig, match="names 0 labels"):
        run(folder)


def test_a_config_that_is_no_json_gets_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text("{")

    with pytest.raises(BadConfig, match="not a readable JSON file"):
        RunFolder(tmp_path).read_config()


def test_fingerprint_changes_with_config_and_rows_only() -> None:
    first = fingerprint_of(CONFIG, train="a", test="b")

    assert first == fingerprint_of(CONFIG, train="a", test="b")
    others = {
        fingerprint_of(replace(CONFIG, seed=1), train="a", test="b"),
        fingerprint_of(CONFIG, train="b", test="a"),
        fingerprint_of(CONFIG, train="ab", test=""),
    }
    assert first not in others
    assert len(others) == 3


def test_validation_rows_are_an_input_like_the_others(tmp_path: Path) -> None:
    with_them, without = RunFolder(tmp_path / "with"), RunFolder(tmp_path / "without")
    rows = rows_as_text(labelled_rows(3))
    more = rows_as_text(labelled_rows(2, prefix="validation"))
    with_them.write_inputs(CONFIG, train=rows, test=rows, validation=more)
    without.write_inputs(CONFIG, train=rows, test=rows)

    run(with_them)
    run(without)

    assert with_them.is_finished()
    assert "validation" in read_json(with_them.manifest)
    assert "validation" not in read_json(without.manifest)
    with_them.write_inputs(CONFIG, train=rows, test=rows, validation=rows)
    assert not with_them.is_finished()
    with_them.write_inputs(CONFIG, train=rows, test=rows)
    assert not with_them.validation.exists()


def test_validation_rows_are_part_of_the_fingerprint_only_where_there_are_some() -> None:
    plain = fingerprint_of(CONFIG, train="a", test="b")

    assert fingerprint_of(CONFIG, train="a", test="b", validation=None) == plain
    assert fingerprint_of(CONFIG, train="a", test="b", validation="c") != plain
