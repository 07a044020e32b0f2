"""What an export holds, and what happens when it cannot be written."""

from __future__ import annotations

import csv
import io
import json
import resource
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from curation.datasets import Policy
from curation.datasets.splits import SplitPlan
from curation.errors import BadInput
from curation.exporters import EXPORTERS
from curation.exporters.checking import check_whole
from curation.exporters.manifest import TOOL_VERSION
from curation.models import Annotation, DatasetVersion, Example, Task
from curation.services.datasets import curate_dataset
from curation.services.erasing import erase_annotator
from curation.services.exports import export_dataset, export_zip, zip_sizes
from tests.factories import annotate, make_curated, make_example, make_project

pytestmark = pytest.mark.django_db


@pytest.fixture
def version() -> DatasetVersion:
    """Six kept of ten, two of them to test on; generated in six calls by one model."""
    project = make_project("jokes")
    make_curated(project, simulated=False)
    for number, example in enumerate(project.examples.order_by("pk")):
        example.provenance = {
            "run": 1, "model": "tiny-1", "method": "zero_shot", "conversation": number // 2,
            "turn": 0,
        }  # fmt: skip
        example.save(update_fields=["provenance"])
    plan = SplitPlan(train=0.67, test=0.33)
    return curate_dataset(project, Policy(threshold=0.9), splits=plan).version


def cells(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("form", list(EXPORTERS))
def test_every_form_holds_rows_votes_texts_and_checksums(
    form: str, version: DatasetVersion, tmp_path: Path
) -> None:
    folder = export_dataset(version, form=form, to=tmp_path).path

    files = check_whole(folder)
    assert {"version.json", "methods.md", "README.md", "prov.json"} <= files
    assert ("croissant.json" in files) == (form == "croissant")
    described = json.loads((folder / "version.json").read_text("utf-8"))
    assert {file["path"] for file in described["files"]} <= files
    assert sum(file["rows"] for file in described["files"] if file["table"] == "rows") == 6
    assert described["version"]["fingerprint"] == version.fingerprint
    assert described["votes"] == {"votes": 30, "annotators": 3, "changed_examples": 0}


def test_rows_say_all_that_is_known(version: DatasetVersion, tmp_path: Path) -> None:
    folder = export_dataset(version, form="csv", to=tmp_path).path

    kept, dropped = cells(folder / "rows.csv"), cells(folder / "dropped.csv")
    assert {row["split"] for row in kept} == {"train", "test"}
    assert {row["drop_reason"] for row in dropped} == {"below_threshold"}
    disputed = next(row for row in dropped if row["id"] == "joke-2")
    assert (disputed["votes_joke"], disputed["votes_news"]) == ("2", "1")
    assert float(disputed["shares_joke"]) == pytest.approx(2 / 3)
    assert disputed["weight"] == disputed["agreement"]
    low, mean, high = (
        float(disputed[name]) for name in ("posterior_low", "posterior_agreement", "posterior_high")
    )
    assert 0.5 <= low < mean < high <= 1


def test_votes_carry_pseudonyms_that_stay_and_cannot_be_turned_back(
    version: DatasetVersion, tmp_path: Path
) -> None:
    first = DatasetVersion.objects.get(number=1)
    folders = [export_dataset(one, form="csv", to=tmp_path).path for one in (first, version)]

    votes = [cells(folder / "votes.csv") for folder in folders]
    names = [{row["annotator"] for row in rows} for rows in votes]
    assert names[0] == names[1]
    assert len(names[0]) == 3
    assert all(name.startswith("annotator-") for name in names[0])
    everything = b"".join(path.read_bytes() for path in folders[0].iterdir())
    assert b"ann-1" not in everything


def test_another_installation_gives_other_pseudonyms(
    version: DatasetVersion, tmp_path: Path, settings: Any
) -> None:
    here = export_dataset(version, form="csv", to=tmp_path / "here").path
    settings.SECRET_KEY = "another key"
    there = export_dataset(version, form="csv", to=tmp_path / "there").path

    names = [{row["annotator"] for row in cells(p / "votes.csv")} for p in (here, there)]

    assert not names[0] & names[1]


def test_votes_that_came_after_the_freeze_are_left_out_or_told(
    version: DatasetVersion, tmp_path: Path
) -> None:
    late, changed = Annotation.objects.order_by("pk")[:2]
    late.answered_at = version.created_at + timedelta(days=1)
    late.save(update_fields=["answered_at"])
    changed.delete()

    folder = export_dataset(version, form="jsonl", to=tmp_path).path

    assert len((folder / "votes.jsonl").read_text().splitlines()) == 28
    described = json.loads((folder / "version.json").read_text())
    assert described["votes"]["changed_examples"] == 1
    assert (
        "Texts whose votes have changed since the version was frozen: 1."
        in (folder / "README.md").read_text()
    )


def test_somebody_who_judged_twice_has_one_vote(version: DatasetVersion, tmp_path: Path) -> None:
    project = version.project
    vote = Annotation.objects.order_by("pk").select_related("task", "annotator").first()
    assert vote is not None
    second = project.rounds.create(number=2, front="votes", overlap=3)
    task = Task.objects.create(round=second, example=vote.task.example)
    news = project.labels.get(name="news")
    Annotation.objects.create(task=task, annotator=vote.annotator, label=news)

    folder = export_dataset(version, form="csv", to=tmp_path).path

    votes = cells(folder / "votes.csv")
    assert len(votes) == 30
    assert [row["label"] for row in votes if row["id"] == "joke-0"].count("news") == 1


def test_the_methods_paragraph_has_every_number(version: DatasetVersion, tmp_path: Path) -> None:
    folder = export_dataset(version, form="jsonl", to=tmp_path).path

    said = (folder / "methods.md").read_text("utf-8")
    for part in (
        "10 texts were generated with tiny-1 (zero shot in 6 calls)",
        "30 votes by 3 annotators, 3 per text",
        "95 % interval",
        "agreement of at least 0.9",
        "6 of 10 (2 joke, 4 news)",
        "dropped were 4 below γ",
        "4 train, 2 test",
        version.fingerprint,
        "arXiv:2310.07849",
        "arXiv:2407.12813",
    ):
        assert part in said


def test_a_hugging_face_folder_loads_with_its_splits_and_features(
    version: DatasetVersion, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    monkeypatch.setenv("HF_HOME", str(tmp_path / "hf"))
    folder = export_dataset(version, form="huggingface", to=tmp_path).path
    import datasets

    datasets.disable_progress_bars()
    loaded = datasets.load_dataset(str(folder), cache_dir=str(tmp_path / "cache"))
    votes = datasets.load_dataset(str(folder), "votes", cache_dir=str(tmp_path / "cache"))

    assert {name: len(split) for name, split in loaded.items()} == {"train": 4, "test": 2}
    assert loaded["train"].features["label"].names == ["joke", "news"]
    row = loaded["train"][0]
    assert (row["id"], row["label"], row["votes"], row["shares"]) == (
        "joke-0", 0, [3, 0], [1.0, 0.0],
    )  # fmt: skip
    assert len(votes["train"]) == 30


def test_labels_that_yaml_would_take_for_something_else_stay_texts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    labels = ("no", "1", "=a: b, 'é'")
    project = make_project(labels=labels)
    for label in labels:
        annotate(project, [label] * 3)
    version = curate_dataset(project, Policy(keep_all=True)).version
    folder = export_dataset(version, form="huggingface", to=tmp_path).path
    import datasets

    loaded = datasets.load_dataset(str(folder), cache_dir=str(tmp_path / "cache"))["train"]

    assert loaded.features["label"].names == list(labels)
    assert sorted(loaded["label"]) == [0, 1, 2]


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # rdflib's own, inside mlcroissant
def test_croissant_metadata_is_valid_and_gives_the_records_offline(
    version: DatasetVersion, tmp_path: Path
) -> None:
    import mlcroissant

    folder = export_dataset(version, form="croissant", to=tmp_path).path

    dataset = mlcroissant.Dataset(str(folder / "croissant.json"))
    issues = dataset.metadata.ctx.issues

    assert (list(issues.errors), list(issues.warnings)) == ([], [])
    assert dataset.metadata.ctx.conforms_to.value.endswith("croissant/1.1")
    counts = {name: len(list(dataset.records(name))) for name in ("rows", "dropped", "votes")}
    assert counts == {"rows": 6, "dropped": 4, "votes": 30}
    first = next(iter(dataset.records("rows")))
    assert (first["rows/id"], list(first["rows/votes"])) == (b"joke-0", [3, 0])
    said = dataset.metadata
    assert "generated with tiny-1" in said.data_collection
    assert said.annotations_per_item == "3 votes per text, 30 in all"
    assert any("one of 2 labels" in line for line in said.data_annotation_protocol)
    assert said.data_limitations
    assert said.data_biases


def test_the_tool_version_is_that_of_the_project() -> None:
    project = (Path(__file__).parents[3] / "pyproject.toml").read_text()

    assert f'version = "{TOOL_VERSION}"' in project


@pytest.mark.parametrize("form", list(EXPORTERS))
def test_a_zip_holds_the_same_files_as_the_folder(
    form: str, version: DatasetVersion, tmp_path: Path
) -> None:
    folder = export_dataset(version, form=form, to=tmp_path).path
    packed = export_dataset(version, form=form, to=tmp_path / "out.zip").path

    with zipfile.ZipFile(packed) as archive:
        assert archive.testzip() is None
        inside = {name: archive.read(name) for name in archive.namelist()}
    assert inside == {
        f"{folder.name}/{path.relative_to(folder).as_posix()}": path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def test_the_size_that_is_told_is_about_right() -> None:
    project = make_project("long")
    for number in range(300):
        text = " ".join(f"{number * 7919 * k % 9973:x}" for k in range(30))
        annotate(
            project,
            ["joke", "joke", "joke" if number % 3 else "news"],
            example=make_example(project, text),
        )
    version = curate_dataset(project, Policy(keep_all=True)).version

    told = zip_sizes(version, votes=900)

    for form in EXPORTERS:
        size = len(b"".join(export_zip(version, form)))
        assert size / 2 < told[form] < size * 2, form


def test_a_download_that_is_broken_off_ends_quietly(version: DatasetVersion) -> None:
    pieces = export_zip(version, "parquet")
    next(pieces)

    pieces.close()  # type: ignore[attr-defined]


@contextmanager
def files_of_at_most(size: int) -> Iterator[None]:
    """As on a disk that is full: no file of this process can grow beyond `size` bytes."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def left_in(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*"))


@pytest.mark.parametrize("form", list(EXPORTERS))
@pytest.mark.parametrize("name", ["", "out.zip"])
def test_a_disk_that_is_full_gets_a_sentence_and_nothing_is_left(
    form: str, name: str, tmp_path: Path
) -> None:
    project = make_project()
    for number in range(40):
        annotate(project, ["joke"] * 3, example=make_example(project, f"{number * 7919}" * 40))
    version = curate_dataset(project, Policy(keep_all=True)).version
    to = tmp_path / "place" / "below"

    with (
        files_of_at_most(900),
        pytest.raises(BadInput, match=r"cannot be written \(File too large\)"),
    ):
        export_dataset(version, form=form, to=to / name if name else to)

    assert left_in(tmp_path) == ["concord"]


@pytest.mark.parametrize("name", ["", "rows.csv", "out.zip"])
def test_a_place_that_cannot_be_written_gets_a_sentence(
    name: str, version: DatasetVersion, tmp_path: Path
) -> None:
    (tmp_path / "taken").write_text("a file where a folder is needed")

    with pytest.raises(BadInput, match=r"cannot be written \(Not a directory\)"):
        export_dataset(version, form="csv", to=tmp_path / "taken" / "below" / name)

    assert (tmp_path / "taken").read_text() == "a file where a folder is needed"


def test_what_is_there_already_is_never_written_over(
    version: DatasetVersion, tmp_path: Path
) -> None:
    (tmp_path / "jokes-v3-csv").mkdir()
    (tmp_path / "jokes-v3-csv" / "precious").write_text("mine")
    (tmp_path / "out.zip").write_text("mine")

    for to in (tmp_path, tmp_path / "out.zip"):
        with pytest.raises(BadInput, match="exists already"):
            export_dataset(version, form="csv", to=to)

    assert left_in(tmp_path) == [
        "concord", "jokes-v3-csv", "jokes-v3-csv/precious", "out.zip",
    ]  # fmt: skip


def test_the_same_export_again_is_found_whole_and_left_alone(
    version: DatasetVersion, tmp_path: Path
) -> None:
    first = export_dataset(version, form="csv", to=tmp_path)
    before = (first.path / "rows.csv").stat().st_mtime_ns

    annotate(version.project, ["joke"])  # what comes later is in no export of the version
    second = export_dataset(version, form="csv", to=tmp_path)

    assert (first.unchanged, second.unchanged) == (False, True)
    assert (first.path / "rows.csv").stat().st_mtime_ns == before


@pytest.mark.parametrize("form", ["jsonl", "csv", "parquet", "huggingface"])
def test_an_export_with_votes_that_no_longer_stand_is_not_taken_for_this_one(
    form: str, version: DatasetVersion, tmp_path: Path
) -> None:
    export_dataset(version, form=form, to=tmp_path)
    erase_annotator(version.project, "ann-1", keep_votes=False, by="mira")

    with pytest.raises(BadInput, match="holds this version with other votes than stand today"):
        export_dataset(version, form=form, to=tmp_path)
    replaced = export_dataset(version, form=form, to=tmp_path, replace=True)
    again = export_dataset(version, form=form, to=tmp_path)

    described = json.loads((replaced.path / "version.json").read_text("utf-8"))
    assert described["votes"] == {"votes": 20, "annotators": 2, "changed_examples": 10}
    assert (replaced.unchanged, again.unchanged) == (False, True)


def test_an_export_that_was_damaged_is_not_taken_for_whole(
    version: DatasetVersion, tmp_path: Path
) -> None:
    folder = export_dataset(version, form="csv", to=tmp_path).path
    (folder / "rows.csv").write_text("other")

    with pytest.raises(BadInput, match="is not this export"):
        export_dataset(version, form="csv", to=tmp_path)
    replaced = export_dataset(version, form="csv", to=tmp_path, replace=True)

    assert check_whole(replaced.path)


@pytest.mark.parametrize("form", ["huggingface", "croissant"])
def test_a_form_that_is_a_folder_is_no_plain_file(
    form: str, version: DatasetVersion, tmp_path: Path
) -> None:
    with pytest.raises(BadInput, match="is a folder: name a folder"):
        export_dataset(version, form=form, to=tmp_path / "rows.parquet")


def test_a_version_without_dropped_rows_or_splits_exports_too(tmp_path: Path) -> None:
    project = make_project()
    annotate(project, ["joke"])
    version = curate_dataset(project, Policy(keep_all=True)).version
    version.rows.update(split="", probabilities=None, posterior_agreement=None)

    for form in EXPORTERS:
        folder = export_dataset(version, form=form, to=tmp_path).path
        assert check_whole(folder)
    assert (tmp_path / "jokes-v1-huggingface" / "data" / "train.parquet").exists()


def test_texts_of_other_projects_stay_out(version: DatasetVersion) -> None:
    other = make_project("other")
    annotate(other, ["joke"] * 3, example=make_example(other, "a stranger", name="joke-0"))

    content = b"".join(export_zip(version, "jsonl"))

    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert b"a stranger" not in b"".join(archive.read(name) for name in archive.namelist())
    assert Example.objects.filter(text="a stranger").exists()
