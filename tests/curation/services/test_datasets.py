"""Freezing, exporting and training rows."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pandas as pd
import pytest

from curation.datasets import Policy
from curation.errors import BadInput, NothingToCurate, NothingToDo, VersionNotFound
from curation.services.datasets import curate_dataset, get_version
from curation.services.exports import export_dataset
from curation.services.training_rows import test_rows as rows_to_test_on
from curation.services.training_rows import training_rows
from tests.factories import annotate, make_example, make_project

pytestmark = pytest.mark.django_db


def test_curate_dataset_keeps_agreed_examples_and_remembers_why_others_went() -> None:
    project = make_project()
    agreed = annotate(project, ["joke", "joke", "joke"])
    disputed = annotate(project, ["joke", "news", "joke"])

    version = curate_dataset(project, Policy(threshold=0.8)).version

    rows = {row.example_id: (row.label.name, row.drop_reason) for row in version.rows.all()}
    assert rows == {agreed.pk: ("joke", ""), disputed.pk: ("joke", "below_threshold")}
    assert (version.kept, version.dropped) == (1, {"below_threshold": 1})
    assert version.labels == {"joke": 1, "news": 0}


def test_the_same_policy_on_the_same_votes_is_the_same_version() -> None:
    project = make_project()
    annotate(project, ["joke", "joke", "joke"])

    first = curate_dataset(project, Policy(threshold=0.8))
    second = curate_dataset(project, Policy(threshold=0.8))

    assert (first.created, second.created) == (True, False)
    assert first.version == second.version


def test_a_new_vote_makes_another_version_and_leaves_the_old_one_alone() -> None:
    project = make_project()
    annotate(project, ["joke", "joke", "joke"])
    first = curate_dataset(project, Policy(threshold=0.8)).version
    annotate(project, ["news", "news", "news"])

    second = curate_dataset(project, Policy(threshold=0.8)).version

    assert (first.number, second.number) == (1, 2)
    assert first.rows.count() == 1
    assert first.fingerprint != second.fingerprint


def test_the_fingerprint_is_the_same_in_another_database_with_other_keys() -> None:
    first = make_project("one")
    make_example(first)  # shifts every primary key that follows
    second = make_project("two")
    for project in (first, second):
        for name, votes in [("a", ["joke"] * 3), ("b", ["news", "news", "joke"])]:
            annotate(project, votes, example=make_example(project, name, name=name))

    versions = [
        curate_dataset(project, Policy(threshold=0.6)).version for project in (first, second)
    ]

    assert versions[0].fingerprint == versions[1].fingerprint


def test_a_policy_that_nothing_satisfies_writes_nothing() -> None:
    project = make_project()
    annotate(project, ["joke", "news"])

    with pytest.raises(NothingToCurate, match="None of the 1 judged examples"):
        curate_dataset(project, Policy(threshold=1.0))

    assert project.dataset_versions.count() == 0


def test_curating_before_anybody_voted_says_what_to_do() -> None:
    with pytest.raises(NothingToDo, match=r"manage\.py pull jokes"):
        curate_dataset(make_project(), Policy(threshold=0.8))


def test_an_unknown_version_says_what_to_do() -> None:
    with pytest.raises(VersionNotFound, match="has no dataset version 7"):
        get_version(make_project(), 7)


def test_the_three_exports_hold_the_same_rows(tmp_path: Path) -> None:
    project = make_project()
    text = 'she said "go", twice;\nزن and 🎉 =1+1'
    annotate(project, ["joke"] * 3, example=make_example(project, text, intended="news"))
    annotate(project, ["joke", "news", "news"])
    version = curate_dataset(project, Policy(threshold=0.6)).version

    paths = {
        form: export_dataset(version, form=form, to=tmp_path / f"rows.{form}").path
        for form in ("jsonl", "csv", "parquet")
    }

    lines = [json.loads(line) for line in paths["jsonl"].read_text("utf-8").splitlines()]
    with paths["csv"].open(encoding="utf-8", newline="") as file:
        cells = list(csv.DictReader(file))
    frame = pd.read_parquet(paths["parquet"])
    assert [row["text"] for row in lines] == [row["text"] for row in cells] == list(frame["text"])
    assert lines[0]["text"] == text or lines[1]["text"] == text
    assert [row["label"] for row in lines] == [row["label"] for row in cells]
    assert {row["intended_label"] for row in lines} == {"news", ""}
    assert lines[0]["votes"] == {
        "joke": int(cells[0]["votes_joke"]),
        "news": int(cells[0]["votes_news"]),
    }


def test_an_export_that_cannot_be_written_leaves_nothing_behind(tmp_path: Path) -> None:
    project = make_project()
    annotate(project, ["joke"] * 3)
    version = curate_dataset(project, Policy(threshold=0.6)).version
    (tmp_path / "taken").write_text("a file where a folder is needed")

    with pytest.raises(BadInput, match="cannot be written"):
        export_dataset(version, form="csv", to=tmp_path / "taken" / "out.csv")

    assert sorted(path.name for path in tmp_path.iterdir() if path.is_file()) == ["taken"]


def test_the_card_says_when_the_crowd_was_simulated(tmp_path: Path) -> None:
    project = make_project()
    annotate(project, ["joke"] * 3, simulated=True)
    version = curate_dataset(project, Policy(threshold=0.6)).version

    exported = export_dataset(version, form="jsonl", to=tmp_path)

    assert exported.card is not None
    card = exported.card.read_text("utf-8")
    assert "simulated crowd, not by people" in card
    assert version.fingerprint in card


def test_a_random_subset_has_the_rows_and_labels_of_the_version_it_is_compared_with() -> None:
    project = make_project()
    for _ in range(6):
        annotate(project, ["joke"] * 3)
        annotate(project, ["joke", "joke", "news"])
        annotate(project, ["news"] * 3)
    within = curate_dataset(project, Policy(keep_share=0.5)).version
    overall = curate_dataset(project, Policy(threshold=0.8)).version

    matched = training_rows(project, f"random:{within.number}", seed=0)
    sized = training_rows(project, f"random:{overall.number}", seed=0)

    assert len(sized) == overall.kept
    counts = {name: sum(row.label == name for row in matched) for name in ("joke", "news")}
    assert counts == within.labels


def test_training_rows_never_hold_a_test_text() -> None:
    project = make_project()
    annotate(project, ["joke"] * 3, example=make_example(project, "judged", intended="joke"))
    held_out = make_example(project, "held out", split="test", source="real", gold="news")
    annotate(project, ["news"] * 3, example=held_out)
    curate_dataset(project, Policy(threshold=0.5))

    for source in ("synthetic", "version:1", "random:1"):
        assert "held out" not in {row.text for row in training_rows(project, source, seed=0)}
    assert [(row.text, row.label) for row in rows_to_test_on(project)] == [("held out", "news")]


def test_a_test_text_without_gold_is_scored_on_the_majority_of_its_votes() -> None:
    project = make_project()
    held_out = make_example(project, "held out", split="test", source="real")
    annotate(project, ["news", "news", "joke"], example=held_out)

    (row,) = rows_to_test_on(project)

    assert (row.label, round(row.agreement or 0, 2)) == ("news", 0.67)


def test_synthetic_rows_carry_the_intended_label_whatever_the_votes_say() -> None:
    project = make_project()
    annotate(project, ["joke"] * 3, example=make_example(project, "a text", intended="news"))

    assert [row.label for row in training_rows(project, "synthetic", seed=0)] == ["news"]


def test_an_unknown_source_is_refused_in_a_sentence() -> None:
    with pytest.raises(BadInput, match="'everything' is not a training source"):
        training_rows(make_project(), "everything", seed=0)


def test_another_text_makes_another_fingerprint() -> None:
    first, second = make_project("one"), make_project("two")
    for project, text in ((first, "this"), (second, "that")):
        annotate(project, ["joke"] * 3, example=make_example(project, text, name="a"))

    prints = {
        curate_dataset(project, Policy(threshold=0.6)).version.fingerprint
        for project in (first, second)
    }

    assert len(prints) == 2


def test_a_random_subset_is_drawn_from_what_the_policy_could_have_kept() -> None:
    project = make_project()
    for _ in range(4):
        annotate(project, ["joke"] * 3)
        annotate(project, ["joke", "joke", "news"])
    lonely = annotate(project, ["joke"])
    curate_dataset(project, Policy(threshold=0.8, min_votes=3))

    drawn = {row.id for seed in range(20) for row in training_rows(project, "random:1", seed=seed)}

    assert lonely.external_id not in drawn


def test_an_export_never_writes_over_a_file_of_the_users(tmp_path: Path) -> None:
    project = make_project()
    annotate(project, ["joke"] * 3)
    version = curate_dataset(project, Policy(threshold=0.6)).version
    precious = tmp_path / "precious.csv"
    precious.write_text("mine")

    with pytest.raises(BadInput, match="exists already"):
        export_dataset(version, form="csv", to=precious)
    with pytest.raises(BadInput, match=r"should end in \.csv"):
        export_dataset(version, form="csv", to=tmp_path / "new.jsonl")

    assert precious.read_text() == "mine"
