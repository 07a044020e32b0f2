"""Exports that somebody wrote by hand: whatever they say is refused in a sentence, or nothing."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from curation.errors import BadInput
from curation.exporters.checking import digest_of
from curation.models import Annotator, Example, Project
from curation.services.exports import export_dataset
from curation.services.importing_versions import import_dataset
from tests.factories import make_curated, make_project

pytestmark = pytest.mark.django_db


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The folder of a whole export of people's votes, as JSON lines."""
    version = make_curated(make_project(), simulated=False)[0]
    return export_dataset(version, form="jsonl", to=tmp_path / "out").path


def rewrite(folder: Path, name: str, content: bytes) -> None:
    """Change a file and its checksum, as somebody would who knows how."""
    path, sums = folder / name, folder / "checksums.sha256"
    before = digest_of(path)
    path.write_bytes(content)
    sums.write_text(sums.read_text().replace(before, digest_of(path)))


def says(**changed: Any) -> Callable[[Path], None]:
    """The manifest with other values; `version__number=3` changes that within "version"."""

    def change(folder: Path) -> None:
        content = json.loads((folder / "version.json").read_text())
        for key, value in changed.items():
            *above, last = key.split("__")
            place = content
            for one in above:
                place = place[one]
            place[last] = value
        rewrite(folder, "version.json", json.dumps(content).encode())

    return change


def manifest(content: str) -> Callable[[Path], None]:
    return lambda folder: rewrite(folder, "version.json", content.encode())


def row(name: str = "rows.jsonl", **changed: Any) -> Callable[[Path], None]:
    """The first row of a table with other values."""

    def change(folder: Path) -> None:
        first, *others = (folder / name).read_text("utf-8").splitlines(keepends=True)
        first = json.dumps(json.loads(first) | changed) + "\n"
        rewrite(folder, name, "".join([first, *others]).encode("utf-8", "surrogatepass"))

    return change


def raw(name: str, content: bytes) -> Callable[[Path], None]:
    return lambda folder: rewrite(folder, name, content + (folder / name).read_bytes())


def sums(content: bytes) -> Callable[[Path], None]:
    def change(folder: Path) -> None:
        path = folder / "checksums.sha256"
        path.write_bytes(path.read_bytes() + content)

    return change


def label_named(name: str) -> Callable[[Path], None]:
    def change(folder: Path) -> None:
        content = json.loads((folder / "version.json").read_text())
        content["project"]["labels"][0]["name"] = name
        rewrite(folder, "version.json", json.dumps(content).encode())

    return change


NESTED = json.loads("[" * 900 + "]" * 900)
DEEP = "[" * 100_000 + "]" * 100_000
HUGE = 10**30
HOSTILE: dict[str, Callable[[Path], None]] = {
    "a manifest of brackets": manifest(DEEP),
    "a manifest nested in itself": says(project__writing={"context": NESTED}),
    "a manifest of one number": manifest("1" * 10_000),
    "an empty manifest": manifest(""),
    "a list for a manifest": manifest("[]"),
    "a huge number of the version": says(version__number=HUGE),
    "a number too large for PostgreSQL": says(version__number=2**31),
    "a huge number of rows kept": says(version__kept=HUGE),
    "fewer than none kept": says(version__kept=-1),
    "a huge number of annotators": says(version__annotators=HUGE),
    "a huge overlap": says(project__overlap=HUGE),
    "a threshold that is no number": says(project__threshold=float("nan")),
    "a threshold too large": says(project__threshold=HUGE),
    "an agreement that is no number": says(version__mean_agreement=float("nan")),
    "an endless alpha": says(version__alpha=float("inf")),
    "a huge alpha": says(version__alpha=10**400),
    "counts that are no numbers": says(version__dropped={"below_threshold": float("nan")}),
    "labels that are no counts": says(version__labels={"joke": "many"}),
    "no labels": says(project__labels=[]),
    "one label": says(project__labels=[{"name": "joke", "title": "", "description": ""}]),
    "a label twice": says(project__labels=[{"name": "joke", "title": "", "description": ""}] * 2),
    "a label of nothing": label_named(""),
    "a label too long": label_named("x" * 61),
    "a label with a NUL character": label_named("a\0b"),
    "a label of half a sign": label_named("\ud800"),
    "a label with other rows": label_named("gossip"),
    "a slug that is none": says(project__slug="../../etc"),
    "a slug too long": says(project__slug="x" * 61),
    "a title too long": says(project__title="x" * 201),
    "a note with a NUL character": says(version__note="a\0b"),
    "a policy that cannot be": says(version__policy={"threshold": 7}),
    "a policy of text": says(version__policy={"threshold": "high"}),
    "a policy with endless numbers": says(version__policy={"threshold": float("inf")}),
    "thresholds of labels as text": says(version__policy={"label_thresholds": "ab"}),
    "a split plan that cannot be": says(version__split_plan={"train": 0}),
    "a split plan with strange fields": says(version__split_plan={"train": 1.0, "foo": 1}),
    "a split plan of texts": says(version__split_plan={"train": "all"}),
    "a day that is none": says(version__created_at="yesterday"),
    "a day without a zone": says(version__created_at="2026-01-01T00:00:00"),
    "a policy by a number": says(version__policy={"threshold": 0.9, "aggregator": 7}),
    "a day far away": says(version__created_at="3000-01-01T00:00:00+00:00"),
    "more labels than are there": says(version__labels={"joke": 2, "news": 5}),
    "a number beyond all": manifest('{"format": 1e400}'),
    "a day at the end of time": says(version__created_at="9999-12-31T23:59:59-14:00"),
    "writing that is none": says(project__writing={"words": -1}),
    "a table that is missing": says(files=[]),
    "a file that is a list": says(files=[[]]),
    "a file twice": lambda folder: says(
        files=json.loads((folder / "version.json").read_text())["files"] * 2
    )(folder),
    "votes of an unknown example": row("votes.jsonl", id="nobody"),
    "a vote for an unknown label": row("votes.jsonl", label="tale"),
    "an annotator of another kind": row("votes.jsonl", annotator="a" * 200),
    "an annotator that is a number": row("votes.jsonl", annotator=7),
    "a row with an unknown label": row(label="tale"),
    "a row with an unknown intended label": row(intended_label="tale"),
    "a row without text": row(text=""),
    "a row with a NUL character": row(text="a\0b"),
    "a row with half a sign": row(text="a\ud800b"),
    "a row with an id of nothing": row(id=""),
    "a row with an id too long": row(id="a" * 121),
    "an id that is a number": row(id=7),
    "an id that is a list": row(id=[1]),
    "a label that is a list": row(label=["joke"]),
    "a reason too long": row("dropped.jsonl", drop_reason="x" * 50),
    "a split that is a list": row(split=["train"]),
    "votes below nothing": row(votes={"joke": -1, "news": 4}),
    "huge votes": row(votes={"joke": HUGE, "news": 0}),
    "votes that are true": row(votes={"joke": True, "news": False}),
    "votes as a list": row(votes=[3, 0]),
    "entropy that is no number": row(entropy=float("nan")),
    "a probability beyond all": row(probability=10**400),
    "a row that is no object": raw("rows.jsonl", b"[1, 2]\n"),
    "a row that is nothing": raw("rows.jsonl", b"\n"),
    "a row of brackets": raw("rows.jsonl", DEEP.encode() + b"\n"),
    "a row of one number": raw("rows.jsonl", b"1" * 10_000 + b"\n"),
    "a row that is not UTF-8": raw("rows.jsonl", b"\xff\xfe\n"),
    "provenance of brackets": row(provenance=NESTED),
    "provenance nested in itself": row(provenance={"a": NESTED}),
    "provenance with endless numbers": row(provenance={"a": [float("inf")]}),
    "provenance that is no object": row(provenance=[]),
    "checksums that are not UTF-8": sums(b"\xff\xfe"),
    "checksums of a file elsewhere": sums(b"0" * 64 + b"  ../../etc/passwd\n"),
    "checksums of a name too long": sums(b"0" * 64 + b"  " + b"x" * 5_000 + b"\n"),
    "checksums of a name that cannot be": sums(b"0" * 64 + b"  a\0b\n"),
}  # fmt: skip


@pytest.mark.parametrize("case", list(HOSTILE))
def test_whatever_an_export_says_it_is_refused_in_a_sentence_and_nothing_is_kept(
    case: str, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    HOSTILE[case](folder)
    (tmp_path / "scratch").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "scratch"))
    before = counts()

    with pytest.raises(BadInput) as refused:
        import_dataset(folder, slug="" if "slug" in case else "copy")

    assert str(refused.value).endswith(".")
    assert len(str(refused.value)) < 500
    assert counts() == before
    assert not list((tmp_path / "scratch").iterdir())


def counts() -> tuple[int, int, int]:
    return Project.objects.count(), Example.objects.count(), Annotator.objects.count()
