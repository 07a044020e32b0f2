"""Which texts are judged by classifiers that have not learned them, or their copies."""

from __future__ import annotations

import hashlib
from dataclasses import replace

import pytest

from curation.models import Project
from curation.services.examples import NewExample, add_examples
from curation.services.predicting import attach
from curation.services.predictions import predictions_of
from curation.services.training_rows import training_rows
from tests.training.factories import TEXTS, TFIDF, labelled_rows
from training.fitting.rows import Row
from training.services import folds, train_source
from training.services.folds import attach_folds, fold_of

KEPT = replace(TFIDF, save_model=True)


def add(project: Project, name: str, text: str, *, split: str) -> None:
    real = split == "train"
    example = NewExample(
        external_id=name, text=text, split=split, source="real" if real else "synthetic",
        gold_label="joke" if real else None, intended_label=None if real else "joke",
    )  # fmt: skip
    add_examples(project, [example])


def test_rows_that_all_differ_are_dealt_as_ever() -> None:
    rows = labelled_rows(13)
    order = sorted(rows, key=lambda row: (row.label, hashlib.sha256(row.id.encode()).digest()))

    assert fold_of(rows) == {row.id: at % 5 for at, row in enumerate(order)}


def test_equal_texts_are_in_one_fold_whatever_their_case_and_label() -> None:
    rows = labelled_rows(10)
    copies = [
        Row(id=f"copy-{at}", text=f"{row.text.upper()}!", label=("joke", "news")[at % 2])
        for at, row in enumerate(rows)
    ]

    found = fold_of([*rows, *copies])

    assert [found[row.id] for row in rows] == [found[row.id] for row in copies]
    assert {list(found.values()).count(fold) for fold in range(5)} == {8}


def test_folds_that_were_dealt_another_way_are_dealt_anew(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = training_rows(project, "real", seed=0)
    add(project, "copy", f"{rows[0].text.upper()}!", split="train")
    with_copy = training_rows(project, "real", seed=0)
    keys = []
    for dealing in ("", folds.TOGETHER):
        monkeypatch.setattr(folds, "TOGETHER", dealing)
        keys += [attach_folds(project, with_copy), attach_folds(project, rows)]

    assert keys[0] != keys[2]
    assert keys[1] == keys[3]


def test_a_pool_text_whose_copy_the_run_has_learned_is_not_judged_by_it(project: Project) -> None:
    (run,) = train_source(project, "real", seeds=1, config=KEPT)
    learned = project.examples.filter(split="train").first()
    assert learned is not None
    add(project, "copy", f"{learned.text.upper()}!", split="pool")

    attach(project, run.key, split="pool")

    said = {row.example for row in predictions_of(project, run.key) if row.split == "pool"}
    assert len(said) == 12
    assert "copy" not in said


def test_a_training_text_whose_copy_the_run_has_learned_is_not_judged_by_it(
    project: Project,
) -> None:
    add(project, "learned", TEXTS["joke"].format("one million"), split="pool")
    (run,) = train_source(project, "synthetic", seeds=1, config=KEPT)
    add(project, "copy", TEXTS["joke"].format("One Million!"), split="train")

    attached = attach(project, run.key, split="train")

    said = {row.example for row in predictions_of(project, run.key) if row.split == "train"}
    assert attached.predictions_key == run.key
    assert len(said) == 12
    assert "copy" not in said
