"""An export is opened only when it is whole and harmless."""

from __future__ import annotations

import resource
import stat
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from curation.errors import BadInput
from curation.exporters.folder import write_folder
from curation.exporters.parts import checksums_part, text_part
from curation.importers.exported import opened


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    target = tmp_path / "jokes-v1-csv"
    parts = [text_part("data/a.txt", lambda written: "a"), checksums_part()]
    write_folder(target, parts, key="1")
    return target


@pytest.fixture
def packed(folder: Path) -> Path:
    path = folder.with_suffix(".zip")
    with zipfile.ZipFile(path, "w") as archive:
        for file in sorted(folder.rglob("*")):
            archive.write(file, file.relative_to(folder.parent))
    return path


def test_a_folder_a_zip_and_a_folder_around_it_are_the_same_export(
    folder: Path, packed: Path, tmp_path: Path
) -> None:
    around = tmp_path / "around"
    around.mkdir()
    folder.rename(around / folder.name)

    for path in (packed, around, around / folder.name):
        with opened(path) as export:
            assert export.files == {"data/a.txt"}
            assert (export.folder / "data" / "a.txt").read_text() == "a"


def test_what_a_zip_was_unpacked_to_goes(packed: Path) -> None:
    with opened(packed) as export:
        unpacked = export.folder

    assert not unpacked.exists()


def add(path: Path, name: str, content: bytes = b"x") -> None:
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)


def add_link(path: Path) -> None:
    entry = zipfile.ZipInfo("jokes-v1-csv/link")
    entry.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr(entry, "/etc/passwd")


def add_many(path: Path) -> None:
    with zipfile.ZipFile(path, "a") as archive:
        for number in range(1_001):
            archive.writestr(f"jokes-v1-csv/{number}", "")


def lie_about_size(path: Path) -> None:
    """The directory says a file has one byte, but it unpacks to many."""
    add(path, "jokes-v1-csv/big", b"\0" * 10_000)
    content = path.read_bytes()
    place = content.rindex(b"PK\x01\x02")
    path.write_bytes(content[: place + 24] + (1).to_bytes(4, "little") + content[place + 28 :])


def cut_short(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-30])


def spoil(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[content.index(b"a.txt") + 5] ^= 0xFF
    path.write_bytes(bytes(content))


def spoil_lzma(path: Path) -> None:
    with zipfile.ZipFile(path, "a", zipfile.ZIP_LZMA) as archive:
        archive.writestr("jokes-v1-csv/b", b"abc" * 1_000)
    content = bytearray(path.read_bytes())
    start = content.rindex(b"jokes-v1-csv/b", 0, content.index(b"PK\x01\x02")) + 14
    content[start + 9 : start + 30] = b"\xff" * 21
    path.write_bytes(bytes(content))


def name_wrongly(path: Path) -> None:
    """The directory says that a name is UTF-8, but it is not."""
    add(path, "jokes-v1-csv/ü")
    name = "jokes-v1-csv/ü".encode()
    path.write_bytes(path.read_bytes().replace(name, name[:-1] + b"\xff"))


HOSTILE: dict[str, tuple[Callable[[Path], None], str]] = {
    "a path upwards": (lambda p: add(p, "../evil"), "would write outside its folder"),
    "a path from the root": (lambda p: add(p, "/tmp/evil"), "would write outside its folder"),
    "a Windows path": (lambda p: add(p, "C:\\evil"), "would write outside its folder"),
    "a link": (add_link, "would write outside its folder"),
    "a bomb": (lambda p: add(p, "jokes-v1-csv/b", b"\0" * 101 * 1024**2), "which no export"),
    "too many files": (add_many, "which no export"),
    "a wrong size": (lie_about_size, "is a broken zip file"),
    "another compression, spoilt": (spoil_lzma, "is a broken zip file"),
    "a name that is not UTF-8": (name_wrongly, "broken zip file|neither the folder nor the zip"),
    "a file below a file": (lambda p: add(p, "jokes-v1-csv/data/a.txt/b"), "cannot be unpacked"),
    "a name too long": (lambda p: add(p, "jokes-v1-csv/" + "x" * 300), "cannot be unpacked"),
    "a file twice": (lambda p: add(p, "jokes-v1-csv/DATA/A.txt"), "holds a file twice"),
    "cut short": (cut_short, "neither the folder nor the zip"),
    "a spoilt byte": (spoil, "is a broken zip file"),
}


@pytest.mark.parametrize("case", list(HOSTILE))
def test_a_hostile_or_broken_zip_is_refused_in_a_sentence(
    case: str, packed: Path, tmp_path: Path
) -> None:
    make_it, sentence = HOSTILE[case]
    make_it(packed)

    with pytest.raises(BadInput, match=sentence), opened(packed):
        pytest.fail("it was opened")

    assert not list(tmp_path.rglob("evil"))


def test_a_zip_that_does_not_fit_on_the_disk_is_refused_in_a_sentence(packed: Path) -> None:
    add(packed, "jokes-v1-csv/big", bytes(range(256)) * 100)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1_000, hard))

    try:
        with (
            pytest.raises(BadInput, match=r"cannot be unpacked \(File too large\)"),
            opened(packed),
        ):
            pytest.fail("it was opened")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
