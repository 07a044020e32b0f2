"""Files that appear whole or not at all, also when several write them at once."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from curation.files import written_whole


def in_a_folder(tmp_path: Path) -> Path:
    folder = tmp_path / "kept"
    folder.mkdir()
    return folder / "page.json"


def test_a_file_appears_when_it_is_whole(tmp_path: Path) -> None:
    path = in_a_folder(tmp_path)
    path.write_text("before")

    with written_whole(path) as scratch:
        scratch.write_text("after")
        assert path.read_text() == "before"

    assert path.read_text() == "after"
    assert list(path.parent.iterdir()) == [path]


def test_what_a_killed_writer_left_is_swept_away_a_day_later(tmp_path: Path) -> None:
    path = in_a_folder(tmp_path)
    old, new = (path.with_name(f".page.json.{number}.1") for number in (1, 2))
    old.write_text("half")
    new.write_text("half, and still being written")
    os.utime(old, (1_000_000, 1_000_000))

    with written_whole(path) as scratch:
        scratch.write_text("whole")

    assert sorted(path.parent.iterdir()) == [new, path]


def test_a_file_that_cannot_be_finished_leaves_the_one_before(tmp_path: Path) -> None:
    path = in_a_folder(tmp_path)
    path.write_text("before")

    with pytest.raises(OSError, match="full"):
        write(path, "half", error=OSError("full"))

    assert path.read_text() == "before"
    assert list(path.parent.iterdir()) == [path]


def test_two_threads_that_write_the_same_file_do_not_meet(tmp_path: Path) -> None:
    path = in_a_folder(tmp_path)

    with ThreadPoolExecutor(1) as beside, written_whole(path) as scratch:
        scratch.write_text("first")
        beside.submit(write, path, "second").result()
        assert path.read_text() == "second"

    assert path.read_text() == "first"
    assert list(path.parent.iterdir()) == [path]


def write(path: Path, text: str, *, error: OSError | None = None) -> None:
    with written_whole(path) as scratch:
        scratch.write_text(text)
        if error:
            raise error
