from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.training.studies.made_up import made_up_report
from training.charts.report_files import report_files, write_files

SLOW_WRITER = """
import sys, time
from pathlib import Path
from training.charts.report_files import write_files

def hang():
    print("writing", flush=True)
    time.sleep(600)

write_files(Path(sys.argv[1]), {"report.md": lambda: b"new", "tables/pairs.csv": hang})
"""
FILES = {"report.md": lambda: b"new", "tables/pairs.csv": lambda: b"a,b"}


def test_every_file_of_a_report_can_be_made() -> None:
    files = report_files(made_up_report())

    for name, content in files.items():
        if not name.endswith(".png"):
            assert content(), name


def test_a_writer_that_is_killed_leaves_whole_files_and_the_next_one_completes_them(
    tmp_path: Path,
) -> None:
    root = Path(__file__).resolve().parents[3]
    (tmp_path / "tables").mkdir()
    (tmp_path / "tables" / "pairs.csv").write_text("old")
    with subprocess.Popen(
        [sys.executable, "-c", SLOW_WRITER, str(tmp_path)], cwd=root, stdout=subprocess.PIPE
    ) as writer:
        assert writer.stdout is not None
        assert writer.stdout.readline() == b"writing\n"
        writer.send_signal(signal.SIGKILL)
    (tmp_path / "tables" / "pairs.csv.1.part").write_text("half")  # as killed inside a write

    assert (tmp_path / "report.md").read_text() == "new"
    assert (tmp_path / "tables" / "pairs.csv").read_text() == "old"

    write_files(tmp_path, FILES)

    found = sorted(path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*.*"))
    assert found == ["report.md", "tables/pairs.csv"]
    assert (tmp_path / "tables" / "pairs.csv").read_text() == "a,b"


def test_other_files_of_the_folder_stay(tmp_path: Path) -> None:
    (tmp_path / "notes.md").write_text("mine")

    write_files(tmp_path, FILES)

    assert (tmp_path / "notes.md").read_text() == "mine"


def test_a_file_where_the_folder_should_be_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("")

    with pytest.raises(OSError, match="taken"):
        write_files(tmp_path / "taken", FILES)
