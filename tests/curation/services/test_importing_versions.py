"""What was exported comes in again: the same number, rows, votes and fingerprint, or nothing."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from curation.datasets import Policy
from curation.datasets.splits import SplitPlan
from curation.errors import BadInput
from curation.exporters import EXPORTERS
from curation.exporters.checking import digest_of
from curation.models import Annotation, DatasetVersion, Example, Project
from curation.services.agreement import judge
from curation.services.datasets import curate_dataset
from curation.services.exports import export_dataset
from curation.services.importing_versions import import_dataset
from tests.factories import annotate, make_curated, make_example, make_project

pytestmark = pytest.mark.django_db

AWKWARD = [
    'she said "go", twice;\nand left\r\nat once',
    "=1+1",
    "'=1+1",
    "''",
    "\t@SUM(A1)",
    "  leading and trailing  ",
    "👩‍👩‍👧 🎉 é e\u0301",
    "\u202eright to left\u202c زن",
    "\ufeffstarts with a mark",
    "line\u2028separator\u0085and\x0bmore\x1f",
    "null",
    "007",
    "x" * 50_000,
    '\\N \\n \\\\ {"a": 1}',
]


def taken_along(version: DatasetVersion, form: str, folder: Path, *, zipped: bool = False) -> Path:
    to = folder / f"{form}.zip" if zipped else folder
    return export_dataset(version, form=form, to=to).path


def version_of_texts(texts: Sequence[str], *, slug: str, labels: Sequence[str]) -> DatasetVersion:
    project = make_project(slug, labels=labels)
    votes = [[labels[0]] * 3, [labels[0], labels[1], labels[0]], [labels[1]] * 2]
    for number, text in enumerate(texts):
        intended = labels[number % 2] if number % 3 else None
        example = make_example(project, text, name=f"=e{number}, ü", intended=intended)
        annotate(project, votes[number % 3], example=example)
    Example.objects.filter(project=project).update(provenance={"model": "m", "cell": {"a": "ü"}})
    return curate_dataset(project, Policy(threshold=0.8), note="why: ü").version


def content_of(version: DatasetVersion) -> list[dict[str, Any]]:
    rows = (
        version.rows.order_by("example__external_id").values(
            "example__external_id", "example__text", "example__intended_label__name",
            "example__gold_label__name", "example__provenance", "example__source", "label__name",
            "votes", "agreement", "entropy", "probability", "drop_reason", "split",
            "posterior_agreement", "posterior_low", "posterior_high", "probabilities",
        )
    )  # fmt: skip
    return [dict(row) for row in rows]


def facts_of(version: DatasetVersion) -> dict[str, Any]:
    left_out = {"id", "project_id", "_state"}
    return {key: value for key, value in vars(version).items() if key not in left_out}


@pytest.mark.parametrize("zipped", [False, True])
@pytest.mark.parametrize("form", list(EXPORTERS))
def test_every_form_comes_back_as_it_was(form: str, zipped: bool, tmp_path: Path) -> None:
    version = version_of_texts(AWKWARD, slug="first", labels=["a label", "=b_c/é"])

    path = taken_along(version, form, tmp_path, zipped=zipped)
    imported = import_dataset(path, slug="second")

    copy = DatasetVersion.objects.get(pk=imported.version.pk)
    original = DatasetVersion.objects.get(pk=version.pk)
    assert facts_of(copy) == facts_of(original)
    assert content_of(copy) == content_of(original)
    assert (imported.rows, imported.unchanged) == (len(AWKWARD), False)
    assert imported.votes == Annotation.objects.of(copy.project).count()


texts = st.lists(
    st.text(
        st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), min_size=1, max_size=30
    ),
    min_size=3,
    max_size=6,
)


@pytest.mark.parametrize("form", ["jsonl", "csv", "parquet"])
@settings(
    max_examples=8,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(texts=texts)
def test_any_texts_come_back_as_they_were(texts: list[str], form: str, tmp_path: Path) -> None:
    number = Project.objects.count()
    version = version_of_texts(texts, slug=f"p{number}", labels=["yes", "no"])

    path = taken_along(version, form, tmp_path / str(number))
    copy = import_dataset(path, slug=f"q{number}").version

    assert content_of(copy) == content_of(version)
    assert copy.fingerprint == version.fingerprint


POLICIES = [
    Policy(label_thresholds=(("joke", 0.6), ("news", 0.9))),
    Policy(threshold=0.7, measure="posterior", certainty=0.8),
    Policy(keep_share=0.5, balance="equal", drop_mismatch=True, min_votes=2),
    Policy(keep_all=True, aggregator="dawid_skene"),
]


@pytest.mark.parametrize("form", list(EXPORTERS))
@pytest.mark.parametrize("policy", POLICIES, ids=lambda policy: policy.sentence())
def test_every_policy_keeps_its_fingerprint(policy: Policy, form: str, tmp_path: Path) -> None:
    project = make_project()
    make_curated(project)
    plan = SplitPlan(train=0.5, validation=0.25, test=0.25, seed=3)
    version = curate_dataset(project, policy, splits=plan).version

    copy = import_dataset(taken_along(version, form, tmp_path), slug="copy").version

    assert (copy.number, copy.fingerprint) == (3, version.fingerprint)
    assert content_of(copy) == content_of(version)


def test_a_version_from_before_splits_and_posteriors_comes_back(tmp_path: Path) -> None:
    version = make_curated(make_project())[0]
    version.rows.update(
        split="", probabilities=None, posterior_agreement=None, posterior_low=None,
        posterior_high=None,
    )  # fmt: skip
    version.splits = {}
    version.save(update_fields=["splits"])

    for form in EXPORTERS:
        copy = import_dataset(taken_along(version, form, tmp_path), slug=form).version
        assert copy.fingerprint == version.fingerprint
        assert content_of(copy) == content_of(version)


def test_what_came_in_goes_out_as_the_same_files(tmp_path: Path) -> None:
    version = make_curated(make_project())[1]
    path = taken_along(version, "csv", tmp_path / "out")
    moved = path.rename(tmp_path / "moved")

    copy = import_dataset(moved, slug="copy").version
    again = taken_along(copy, "csv", tmp_path / "again")

    for name in ("rows.csv", "dropped.csv", "votes.csv"):
        assert (again / name).read_bytes() == (moved / name).read_bytes()


def test_agreement_can_be_worked_out_again_from_what_came_in(tmp_path: Path) -> None:
    version = make_curated(make_project())[0]

    copy = import_dataset(taken_along(version, "parquet", tmp_path), slug="copy").version
    frozen = curate_dataset(copy.project, Policy(threshold=0.9))

    judged = judge(copy.project)
    assert (frozen.created, frozen.version) == (False, copy)
    assert judged.annotators == version.annotators
    assert judged.counts.sum() == 30


def test_importing_twice_changes_nothing(tmp_path: Path) -> None:
    version = make_curated(make_project())[0]
    path = taken_along(version, "jsonl", tmp_path)
    import_dataset(path, slug="copy")

    again = import_dataset(path, slug="copy")

    assert again.unchanged
    assert DatasetVersion.objects.filter(project__slug="copy").count() == 1


def test_a_project_of_that_name_is_not_touched(tmp_path: Path) -> None:
    version = make_curated(make_project())[0]
    path = taken_along(version, "jsonl", tmp_path)
    make_project("taken")

    with pytest.raises(BadInput, match="There is a project 'taken' already"):
        import_dataset(path, slug="taken")

    assert Project.objects.get(slug="taken").examples.count() == 0


def change(folder: Path, name: str, before: str, after: str) -> None:
    """Change a file and its checksum, as somebody would who knows how."""
    path = folder / name
    digest = digest_of(path)
    path.write_text(path.read_text("utf-8").replace(before, after), encoding="utf-8")
    sums = folder / "checksums.sha256"
    sums.write_text(sums.read_text().replace(digest, digest_of(path)))


def remove(folder: Path, name: str) -> None:
    (folder / name).unlink()


def damage(folder: Path, name: str) -> None:
    with (folder / name).open("ab") as file:
        file.write(b"x")


Break = Callable[[Path], object]
BROKEN: dict[str, tuple[Break, str]] = {
    "a file is missing": (lambda f: remove(f, "votes.csv"), "votes.csv is missing"),
    "a checksum differs": (lambda f: damage(f, "rows.csv"), "rows.csv is not as it was written"),
    "no checksums": (lambda f: remove(f, "checksums.sha256"), "checksums.sha256 is missing"),
    "other checksums": (
        lambda f: (f / "checksums.sha256").write_text("x"),
        "is not a list of checksums",
    ),
    "a later format": (
        lambda f: change(f, "version.json", '"format_version": 1', '"format_version": 2'),
        "was written by Concord 0.1.0 in format 2",
    ),
    "another kind of file": (
        lambda f: change(f, "version.json", "concord-dataset-version", "other"),
        "is not that of a dataset version",
    ),
    "a header that was changed": (
        lambda f: change(f, "rows.csv", "id,text", "id,test"),
        "cannot be read at its beginning",
    ),
    "a reason that was changed": (
        lambda f: change(f, "dropped.csv", "below_threshold", "few_votes"),
        "something in it was changed",
    ),
    "a vote that was changed": (
        lambda f: change(f, "votes.csv", ",news", ",joke"),
        "not as many as the export says",
    ),
    "a vote for another label": (
        lambda f: change(f, "votes.csv", ",news", ",tale"),
        "for a label that there is not",
    ),
    "agreement that was changed": (
        lambda f: change(f, "rows.csv", ",1.0,", ",0.5,"),
        "is not that of its votes",
    ),
    "a number that is none": (
        lambda f: change(f, "rows.csv", ",1.0,", ",high,"),
        "rows.csv cannot be read at",
    ),
    "a path that leads elsewhere": (
        lambda f: change(f, "version.json", '"path": "rows.csv"', '"path": "../rows.csv"'),
        "is not among the checksums",
    ),
    "a person's name": (
        lambda f: change(f, "votes.csv", "annotator-", "Ann "),
        "is not the pseudonym",
    ),
}


@pytest.mark.parametrize("case", list(BROKEN))
def test_a_broken_export_is_refused_in_a_sentence_and_changes_nothing(
    case: str, tmp_path: Path
) -> None:
    version = make_curated(make_project(), simulated=False)[0]
    folder = taken_along(version, "csv", tmp_path)
    break_it, sentence = BROKEN[case]
    break_it(folder)

    with pytest.raises(BadInput, match=sentence):
        import_dataset(folder, slug="copy")

    assert set(Project.objects.values_list("slug", flat=True)) == {"jokes"}
    assert Example.objects.exclude(project__slug="jokes").count() == 0


def test_a_parquet_file_cut_short_is_refused_in_a_sentence(tmp_path: Path) -> None:
    version = make_curated(make_project())[0]
    folder = taken_along(version, "parquet", tmp_path)
    rows, sums = folder / "rows.parquet", folder / "checksums.sha256"
    before = digest_of(rows)
    rows.write_bytes(rows.read_bytes()[:-100])
    sums.write_text(sums.read_text().replace(before, digest_of(rows)))

    with pytest.raises(BadInput, match=r"rows\.parquet cannot be read at its beginning"):
        import_dataset(folder, slug="copy")


def test_a_fingerprint_that_does_not_fit_the_rows_is_refused(tmp_path: Path) -> None:
    version = make_curated(make_project())[0]
    folder = taken_along(version, "jsonl", tmp_path)
    wrong = version.fingerprint[::-1]
    change(folder, "version.json", version.fingerprint, wrong)

    with pytest.raises(BadInput, match="Nothing was kept"):
        import_dataset(folder, slug="copy")

    assert json.loads((folder / "version.json").read_text())["version"]["fingerprint"] == wrong
    assert not Project.objects.filter(slug="copy").exists()


def test_what_is_no_export_is_refused_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "rows.csv").write_text("id,text\n")
    shutil.make_archive(str(tmp_path / "other"), "zip", tmp_path)

    with pytest.raises(BadInput, match="There is no file or folder"):
        import_dataset(tmp_path / "nothing")
    with pytest.raises(BadInput, match="neither the folder nor the zip"):
        import_dataset(tmp_path / "rows.csv")
    with pytest.raises(BadInput, match=r"checksums\.sha256 is missing"):
        import_dataset(tmp_path / "other.zip")
