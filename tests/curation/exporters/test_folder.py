"""A folder appears whole or not at all, and goes on where a killed export stopped."""

from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

import pytest

from curation.exporters.checking import NotWhole, check_whole
from curation.exporters.folder import FolderInUse, write_folder
from curation.exporters.parts import AllWritten, Part, checksums_part


def part(path: str, content: str = "", *, state: str = "", fails: OSError | None = None) -> Part:
    def write(sink: BinaryIO, before: AllWritten) -> Iterator[int]:
        sink.write((content or path).encode())
        yield 1
        if fails:
            raise fails

    return Part(path=path, write=write, state=state)


def files_in(folder: Path) -> set[str]:
    return {p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file()}


PARTS = [part("a.txt"), part("data/b.txt"), part("c.txt")]

KILLED = """
import os, signal, sys
from pathlib import Path
from curation.exporters.folder import write_folder
from curation.exporters.parts import Part

def part(path, deadly=False):
    def write(sink, before):
        sink.write(path.encode())
        yield 1
        if deadly:
            sink.flush()
            os.kill(os.getpid(), signal.SIGKILL)
    return Part(path=path, write=write)

write_folder(Path(sys.argv[1]), [part("a.txt"), part("data/b.txt"), part("c.txt", True)], key="1")
"""


@pytest.fixture
def killed(tmp_path: Path) -> Path:
    """A target whose export was killed while its third file was written."""
    target = tmp_path / "out"
    ended = subprocess.run([sys.executable, "-c", KILLED, str(target)], check=False)
    assert ended.returncode == -signal.SIGKILL
    return target


def test_a_folder_holds_every_part_and_its_checksums(tmp_path: Path) -> None:
    result = write_folder(tmp_path / "out", [*PARTS, checksums_part()], key="1")

    assert check_whole(tmp_path / "out") == {"a.txt", "data/b.txt", "c.txt"}
    assert (result.reused, result.written["a.txt"].size) == ([], 5)
    assert files_in(tmp_path) == {
        "out/a.txt", "out/data/b.txt", "out/c.txt", "out/checksums.sha256",
    }  # fmt: skip


def test_after_a_kill_nothing_stands_under_the_final_name(killed: Path) -> None:
    assert not killed.exists()


def test_after_a_kill_complete_files_are_taken_over(killed: Path) -> None:
    result = write_folder(killed, PARTS, key="1")

    assert result.reused == ["a.txt", "data/b.txt"]
    assert files_in(killed.parent) == {"out/a.txt", "out/data/b.txt", "out/c.txt"}
    assert (killed / "c.txt").read_text() == "c.txt"


def test_a_file_that_was_damaged_meanwhile_is_written_anew_with_all_after_it(
    killed: Path,
) -> None:
    (killed.parent / ".out.partial" / "a.txt").write_text("other")

    result = write_folder(killed, PARTS, key="1")

    assert result.reused == []
    assert (killed / "a.txt").read_text() == "a.txt"


def test_a_file_made_from_another_state_is_written_anew(killed: Path) -> None:
    parts = [part("a.txt"), part("data/b.txt", "newer", state="more votes"), part("c.txt")]

    result = write_folder(killed, parts, key="1")

    assert result.reused == ["a.txt"]
    assert (killed / "data" / "b.txt").read_text() == "newer"


def test_another_export_starts_clean(killed: Path) -> None:
    result = write_folder(killed, [part("z.txt")], key="2")

    assert result.reused == []
    assert files_in(killed.parent) == {"out/z.txt"}


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EACCES, errno.EIO])
def test_when_the_disk_refuses_nothing_is_left(tmp_path: Path, code: int) -> None:
    parts = [part("a.txt"), part("b.txt", fails=OSError(code, os.strerror(code)))]

    with pytest.raises(OSError, match=os.strerror(code)):
        write_folder(tmp_path / "out", parts, key="1")

    assert files_in(tmp_path) == set()
    assert not (tmp_path / ".out.partial").exists()


def test_two_processes_never_write_the_same_folder(tmp_path: Path) -> None:
    def write(sink: BinaryIO, before: AllWritten) -> Iterator[int]:
        with pytest.raises(FolderInUse):
            write_folder(tmp_path / "out", PARTS, key="1")
        yield 0

    write_folder(tmp_path / "out", [Part(path="a.txt", write=write)], key="1")

    assert files_in(tmp_path) == {"out/a.txt"}


def test_checksums_are_those_of_sha256sum(tmp_path: Path) -> None:
    write_folder(tmp_path / "out", [*PARTS, checksums_part()], key="1")

    checked = subprocess.run(
        ["sha256sum", "--check", "--strict", "checksums.sha256"],
        cwd=tmp_path / "out",
        check=False,
        capture_output=True,
        text=True,
    )

    assert (checked.returncode, checked.stdout.count(": OK")) == (0, 3)


@pytest.mark.parametrize("name", ["../a.txt", "/etc/passwd", "a/../../b", "C:\\a", "./a.txt"])
def test_checksums_never_name_a_file_elsewhere(tmp_path: Path, name: str) -> None:
    (tmp_path / "checksums.sha256").write_text(f"{'0' * 64}  {name}\n")

    with pytest.raises(NotWhole, match="outside the export"):
        check_whole(tmp_path)
