"""Outputs of another host, piece by piece."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tests.training.factories import LABELS, TFIDF, make_folder
from training.executors.fetching import Fetching, Wanted
from training.executors.ray_fit import read_inputs
from training.fitting.run_folder import RunFolder, write_json

CONFIG = replace(TFIDF, labels=LABELS)
OUTPUTS = {"metrics.json": b"{}", "predictions.parquet": b"0123456789", "model/weights.npz": b""}
PIECE = 4  # bytes


@pytest.fixture
def there(tmp_path: Path) -> RunFolder:
    """A folder that was finished on another host."""
    folder = make_folder(tmp_path / "there", CONFIG)
    for name, content in OUTPUTS.items():
        path = folder.path / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(content)
    folder.finish()
    return folder


@pytest.fixture
def here(tmp_path: Path) -> RunFolder:
    return make_folder(tmp_path / "here", CONFIG)


def fetching(here: RunFolder, there: RunFolder) -> Fetching:
    sizes = {name: len(content) for name, content in OUTPUTS.items()}
    return Fetching(here, manifest=there.manifest.read_bytes(), sizes=sizes)


def bring(fetch: Fetching, *, instead: bytes | None = None) -> list[Wanted]:
    asked = []
    while (wanted := fetch.wanted()) is not None:
        piece = OUTPUTS[wanted.name][wanted.offset : wanted.offset + PIECE]
        fetch.take(wanted, piece if instead is None else instead[: len(piece)])
        asked.append(wanted)
    return asked


def test_every_byte_is_asked_for_once_and_the_folder_is_finished(
    here: RunFolder, there: RunFolder
) -> None:
    fetch = fetching(here, there)

    asked = bring(fetch)

    assert not here.is_finished()  # nothing is in its place before all is here
    assert fetch.settle()
    assert asked == [
        Wanted(name="metrics.json", offset=0),
        Wanted(name="predictions.parquet", offset=0),
        Wanted(name="predictions.parquet", offset=4),
        Wanted(name="predictions.parquet", offset=8),
    ]
    assert here.is_finished()
    for name, content in OUTPUTS.items():
        assert (here.path / name).read_bytes() == content
    assert not (here.path / "fetched").exists()


def test_damaged_outputs_are_not_taken(here: RunFolder, there: RunFolder) -> None:
    write_json(here.metrics, {"from": "before"})
    fetch = fetching(here, there)

    bring(fetch, instead=b"xxxx")

    assert not fetch.settle()
    assert not here.manifest.exists()
    assert here.metrics.read_text() == '{\n "from": "before"\n}\n'
    assert not (here.path / "fetched").exists()


def test_outputs_for_other_inputs_finish_nothing(here: RunFolder, there: RunFolder) -> None:
    here.config.write_text(replace(CONFIG, seed=9).as_text(), encoding="utf-8")
    fetch = fetching(here, there)

    bring(fetch)

    assert not fetch.settle()


def test_what_a_killed_fetch_left_is_forgotten(here: RunFolder, there: RunFolder) -> None:
    fetching(here, there).take(Wanted(name="metrics.json", offset=0), b"half")

    again = fetching(here, there)

    assert again.wanted() == Wanted(name="metrics.json", offset=0)
    bring(again)
    assert again.settle()


@pytest.mark.parametrize("name", ["../config.json", "/etc/passwd"])
def test_nothing_is_written_outside_the_folder(here: RunFolder, name: str) -> None:
    with pytest.raises(AssertionError):
        Fetching(here, manifest=b"{}", sizes={name: 1})


def test_inputs_travel_and_outputs_do_not(there: RunFolder) -> None:
    write_json(there.path / "origin.json", {"source": "real"})

    assert list(read_inputs(there)) == [
        "config.json",
        "dataset/test.jsonl",
        "dataset/train.jsonl",
        "origin.json",
    ]
