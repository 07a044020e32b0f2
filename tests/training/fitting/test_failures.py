"""Fits that cannot go on say why in one sentence, and their folders are not finished."""

from __future__ import annotations

import errno
import json
import resource
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from tests.training.factories import LABELS, TFIDF, labelled_rows, make_folder
from tests.training.fitting.tiny_bert import make_tiny_bert
from training.fitting.classifiers.encoders import load_encoder
from training.fitting.config import FitConfig
from training.fitting.errors import BadConfig, BadDataset, FullDisk, OutOfMemory
from training.fitting.failures import explained
from training.fitting.processes import ROOT
from training.fitting.rows import rows_as_text
from training.fitting.run import run
from training.fitting.run_folder import RunFolder

SMALL_FILES = 20_000  # bytes that a file may have where the disk is said to be full


@pytest.fixture(scope="module")
def bert(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_tiny_bert(tmp_path_factory.mktemp("bert"))


def complaint(folder: RunFolder, *, before: Callable[[], None] | None = None) -> str:
    """What the fit says on standard error when it breaks off."""
    done = subprocess.run(
        [sys.executable, "-m", "training.fitting", str(folder.path)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=before,
    )
    assert done.returncode == 1, done.stderr
    assert not folder.is_finished()
    lines = done.stderr.strip().splitlines()
    assert len(lines) == 1, done.stderr
    return lines[0]


def small_files_only() -> None:
    resource.setrlimit(resource.RLIMIT_FSIZE, (SMALL_FILES, SMALL_FILES))


def quick(model: Path, **fields: object) -> FitConfig:
    return FitConfig.from_json(
        {"labels": LABELS, "model": str(model), "max_steps": 3, "batch_size": 4, **fields}
    )


def test_a_loss_that_is_no_number_stops_the_fit(tmp_path: Path, bert: Path) -> None:
    folder = make_folder(tmp_path, quick(bert, learning_rate=1e30, warmup=0))

    said = complaint(folder)

    assert said.startswith("The loss is nan at step ")
    assert said.endswith('of 3; lower the learning rate (1e+30), or use precision "fp32".')


def test_a_full_disk_gets_a_sentence(tmp_path: Path, bert: Path) -> None:
    folder = make_folder(tmp_path, quick(bert, save_model=True))

    assert complaint(folder, before=small_files_only).startswith("The disk is full, or a file grew")


def test_a_disk_that_is_full_at_a_checkpoint_gets_the_same_sentence(
    tmp_path: Path, bert: Path
) -> None:
    folder = make_folder(tmp_path, quick(bert, evaluate_every=1))

    assert complaint(folder, before=small_files_only).startswith("The disk is full, or a file grew")


def test_a_folder_without_a_model_gets_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(BadConfig, match="cannot be loaded: Unrecognized model"):
        load_encoder(quick(tmp_path))


def test_a_damaged_model_gets_a_sentence(tmp_path: Path, bert: Path) -> None:
    shutil.copytree(bert, tmp_path, dirs_exist_ok=True)
    (tmp_path / "model.safetensors").write_bytes(b"garbage")

    with pytest.raises(BadConfig, match=r"cannot be loaded: Error while deserializing header.*\.$"):
        load_encoder(quick(tmp_path))


def test_a_model_without_its_tokenizer_gets_a_sentence(tmp_path: Path) -> None:
    model = make_tiny_bert(tmp_path, tokenizer=False)

    with pytest.raises(BadConfig, match="has no tokenizer of its own"):
        load_encoder(quick(model))


def test_weights_of_something_else_get_a_sentence(tmp_path: Path, bert: Path) -> None:
    shutil.copytree(bert, tmp_path, dirs_exist_ok=True)
    known = json.loads((tmp_path / "config.json").read_text())
    other = {**known, "model_type": "roberta", "architectures": ["RobertaModel"]}
    (tmp_path / "config.json").write_text(json.dumps(other))

    with pytest.raises(BadConfig, match="is no encoder that can be fine-tuned: its files lack"):
        load_encoder(quick(tmp_path))


def test_a_head_for_other_labels_gives_way_to_a_fresh_one(bert: Path) -> None:
    encoder = load_encoder(FitConfig(labels=("joke", "news", "poem"), model=str(bert)))

    assert encoder.model.config.num_labels == 3


@pytest.mark.parametrize("name", ["train", "test", "validation"])
def test_an_empty_split_gets_a_sentence(tmp_path: Path, name: str) -> None:
    folder = make_folder(tmp_path, replace(TFIDF, labels=LABELS))
    (folder.train.parent / f"{name}.jsonl").write_text("")

    with pytest.raises(BadDataset, match=f"{name}.jsonl has no rows"):
        run(folder)


def test_a_label_that_only_test_rows_have_gets_a_sentence(tmp_path: Path) -> None:
    config = replace(TFIDF, labels=(*LABELS, "poem"))
    folder = make_folder(tmp_path, config)
    poem = replace(labelled_rows(1)[0], id="poem", label="poem")
    folder.test.write_text(folder.test.read_text() + rows_as_text([poem]))

    with pytest.raises(BadDataset, match=r"train.jsonl has no row with the label 'poem'"):
        run(folder)


def test_patience_without_validation_rows_gets_a_sentence(tmp_path: Path) -> None:
    folder = make_folder(tmp_path, FitConfig(labels=LABELS, patience=2, evaluate_every=5))

    with pytest.raises(BadDataset, match=r"no validation\.jsonl to judge by"):
        run(folder)


def test_a_lack_of_memory_is_told_from_other_errors() -> None:
    import torch

    with pytest.raises(OutOfMemory, match="ran out of memory"), explained():
        torch.empty(1 << 55)
    with pytest.raises(OutOfMemory), explained():
        raise MemoryError
    with pytest.raises(FullDisk), explained():
        raise OSError(errno.ENOSPC, "No space left on device")
    with pytest.raises(RuntimeError, match="sizes"), explained():
        raise RuntimeError("sizes do not match")
