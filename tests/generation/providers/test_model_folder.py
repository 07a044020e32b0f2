from __future__ import annotations

from pathlib import Path

import pytest

from curation.errors import BadInput
from generation.providers.model_folder import find_model

REVISION = "0123456789abcdef0123456789abcdef01234567"


def make_folder(folder: Path, *, weights: bytes = b"1234", config: str = "{}") -> Path:
    folder.mkdir(parents=True)
    (folder / "config.json").write_text(config)
    (folder / "model.safetensors").write_bytes(weights)
    return folder


def cached(cache: Path, name: str) -> Path:
    """A model as the hub's client keeps it."""
    home = cache / f"models--{name.replace('/', '--')}"
    (home / "refs").mkdir(parents=True)
    (home / "refs" / "main").write_text(REVISION)
    return make_folder(home / "snapshots" / REVISION)


def test_a_folder_is_named_by_its_last_part(tmp_path: Path) -> None:
    folder = make_folder(tmp_path / "tiny")

    found = find_model(f"{folder}/")

    assert (found.path, found.name) == (folder, "tiny")


def test_a_name_of_the_hub_is_taken_from_its_cache(tmp_path: Path) -> None:
    snapshot = cached(tmp_path / "cache", "someone/tiny")
    same = make_folder(tmp_path / "same")

    for name in ("someone/tiny", "someone/tiny@main", f"someone/tiny@{REVISION}"):
        found = find_model(name, cache=tmp_path / "cache")

        assert (found.path, found.name) == (snapshot, "someone/tiny")
        assert found.identity == find_model(str(same)).identity


def test_other_files_are_another_model(tmp_path: Path) -> None:
    folders = [
        make_folder(tmp_path / "one"),
        make_folder(tmp_path / "more", weights=b"12345"),
        make_folder(tmp_path / "other", config='{"a": 1}'),
    ]

    assert len({find_model(str(folder)).identity for folder in folders}) == 3


def test_a_readme_and_checkpoints_make_no_other_model(tmp_path: Path) -> None:
    folder = make_folder(tmp_path / "one")
    before = find_model(str(folder)).identity

    (folder / "README.md").write_text("Tiny.")
    make_folder(folder / "checkpoint-1")

    assert find_model(str(folder)).identity == before


@pytest.mark.parametrize(
    ("model", "sentence"),
    [
        ("", "--model FOLDER"),
        ("no/such/folder", "no folder 'no/such/folder', and it is no name"),
        ("someone/else", "allow a download with CONCORD_ALLOW_DOWNLOADS=1"),
        ("someone/tiny@other", "allow a download with CONCORD_ALLOW_DOWNLOADS=1"),
    ],
)
def test_a_model_that_is_not_here_gets_a_sentence(
    tmp_path: Path, model: str, sentence: str
) -> None:
    cached(tmp_path, "someone/tiny")

    with pytest.raises(BadInput, match=sentence):
        find_model(model, cache=tmp_path)


@pytest.mark.parametrize(
    ("missing", "sentence"), [("config.json", "no config.json"), ("model.safetensors", "weights")]
)
def test_half_a_model_gets_a_sentence(tmp_path: Path, missing: str, sentence: str) -> None:
    folder = make_folder(tmp_path / "tiny")
    (folder / missing).unlink()

    with pytest.raises(BadInput, match=f"{folder}.*{sentence}"):
        find_model(str(folder))
