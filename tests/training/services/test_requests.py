"""What a run is asked with."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from curation.datasets import Policy
from curation.datasets.splits import SplitPlan
from curation.errors import BadInput
from curation.models import Project
from curation.services.datasets import curate_dataset
from tests.curation.services.test_freezing import judged_project
from tests.factories import make_example
from tests.factories import make_project as make_bare_project
from tests.training.factories import TFIDF, read_json
from training.fitting.run import run
from training.services.requests import ProjectRows, Wanted, ask, ask_for_study
from training.services.studies.wanting import StudyRows
from training.studies.checks import checks_of
from training.studies.plan import Arm, StudyPlan

PATIENT = replace(TFIDF, patience=2, evaluate_every=8)


@pytest.fixture
def judged(db: None) -> Project:
    project = judged_project()
    make_example(project, "a test text", name="t", split="test", gold="joke")
    splits = SplitPlan(train=0.6, validation=0.2, test=0.2)
    curate_dataset(project, Policy(threshold=0.5), splits=splits)
    return project


def test_only_a_patient_run_of_a_version_carries_validation_rows(judged: Project) -> None:
    rows = ProjectRows(judged)

    assert rows.wanted("version:1", PATIENT).validation
    assert rows.wanted("version:1", TFIDF).validation is None
    assert rows.wanted("judged", PATIENT).validation is None


def test_validation_rows_are_written_and_missed_when_they_change(judged: Project) -> None:
    (request,) = ask(judged, [ProjectRows(judged).wanted("version:1", PATIENT)])

    request.prepare()

    assert request.folder.validation.read_text(encoding="utf-8") == request.wanted.validation
    assert request.wanted.fingerprint != replace(request.wanted, validation=None).fingerprint


def test_a_mixture_does_not_train_on_the_rows_that_tell_it_when_to_stop(judged: Project) -> None:
    rows, mixture = ProjectRows(judged), "version:1+judged"

    patient, plain = rows.wanted(mixture, PATIENT), rows.wanted(mixture, TFIDF)

    def texts(file: str) -> set[str]:
        return {json.loads(line)["text"] for line in file.splitlines()}

    held = texts(patient.validation or "")
    assert held
    assert held < texts(plain.train)
    assert texts(patient.train) == texts(plain.train) - held
    assert patient.train_rows == plain.train_rows - len(held)


def test_shares_of_votes_go_with_those_that_learn_from_them(judged: Project) -> None:
    rows = ProjectRows(judged)

    soft = rows.wanted("version:1", replace(TFIDF, loss="soft"))
    plain = rows.wanted("version:1", TFIDF)

    assert '"probs"' in soft.train
    assert '"probs"' not in plain.train


def test_a_seed_draws_rows_only_where_the_source_says_so(judged: Project) -> None:
    rows = ProjectRows(judged)

    def train(source: str, seed: int) -> str:
        return rows.wanted(source, replace(TFIDF, seed=seed)).train

    assert train("judged@8", 0) != train("judged@8", 1)
    assert train("judged@8", 0) == train("judged@8", 0)
    assert train("judged", 0) == train("judged", 1)


def test_folders_are_named_after_sources_that_file_systems_take(judged: Project) -> None:
    wanted = ProjectRows(judged).wanted("judged@8+version:1", TFIDF)

    request = ask_for_study(judged, wanted)

    assert request.folder.path.name == f"judged-8-version-1-0-{wanted.fingerprint[:8]}"


def test_what_is_no_source_is_refused(judged: Project) -> None:
    with pytest.raises(BadInput, match="not a training source"):
        ProjectRows(judged).wanted("poems", TFIDF)


def checker_on(project: Project, source: str) -> Wanted:
    arm = Arm(name="a", source="real", quality=source, keep_quality=0.5)
    study = StudyPlan(
        title="t", projects=(project.slug,), arms=(arm,), classifiers={"t": {"classifier": "tfidf"}}
    )
    (cell,) = [cell for cell in study.cells() if cell.seed == 0]
    quality = checks_of(study, cell).quality
    assert quality is not None
    return StudyRows(study).check(cell, quality)


def test_rows_without_a_label_of_the_test_texts_are_scored_and_compared_all_the_same(
    concord_home: Path, db: None, own_environment: None
) -> None:
    project = make_bare_project(labels=("joke", "news", "poem"))
    for at in range(40):
        label = "poem" if at < 2 else ("joke", "news")[at % 2]
        make_example(project, f"a {label} {at}", split="train", source="real", gold=label)
    for label in ("joke", "news", "poem"):
        make_example(project, f"a {label} to test", split="test", source="real", gold=label)
    rows = ProjectRows(project)

    whole, draw = rows.wanted("real", TFIDF), rows.wanted("real@4", TFIDF)

    assert (whole.config.unseen_labels, draw.config.unseen_labels) == (False, True)
    assert whole.recipe == draw.recipe
    assert not checker_on(project, "real@4").config.unseen_labels
    (request,) = ask(project, [draw])
    request.prepare()
    run(request.folder)
    metrics = read_json(request.folder.metrics)
    assert metrics["unseen"] == ["poem"]
    assert metrics["macro_f1"] < 1  # type: ignore[operator]
