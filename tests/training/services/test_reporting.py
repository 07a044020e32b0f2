from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from curation.embeddings import DIMENSIONS, MODEL, VectorStore
from curation.embeddings.store import content_key
from curation.models import Example, Project
from tests.training.factories import finished_run
from training.errors import ReportNotWritten
from training.fitting.rows import Row, rows_as_text
from training.models import Study, StudyCell, TrainingRun
from training.services.reporting import study_report, write_report
from training.services.similarity import similarity_to_real
from training.studies.plan import Arm, StudyPlan
from training.studies.report_shape import ArmScores, StudyReport

GOLD = ["joke", "news"] * 10
AGREEMENT = [0.6, 1.0] * 10
TEXTS = [f"a text with {'many ' * at}words" for at in range(len(GOLD))]


@pytest.fixture
def study(project: Project) -> Study:
    """Two arms with two seeds, nothing run yet."""
    plan = StudyPlan(
        title="Does it help?",
        projects=(project.slug,),
        arms=(Arm(name="real", source="real"), Arm(name="made", source="synthetic")),
        classifiers={"words": {"classifier": "tfidf"}},
        seeds=2,
        pairs=(("real", "made"),),
    )
    study = Study.objects.create(
        slug="help", title=plan.title, plan=plan.as_json(), fingerprint=plan.fingerprint
    )
    study.projects.add(project)
    for cell in plan.cells():
        StudyCell.objects.create(
            study=study, project=project, arm=cell.arm.name, classifier="words", seed=cell.seed
        )
    return study


def settle(study: Study, arm: str, seed: int, predicted: list[str]) -> TrainingRun:
    """Fill a cell with a finished run."""
    cell = study.cells.get(arm=arm, seed=seed)
    run = finished_run(
        cell.project, arm, seed=seed, gold=GOLD, predicted=predicted, agreement=AGREEMENT
    )
    test = run.path() / "dataset" / "test.jsonl"
    test.parent.mkdir()
    rows = zip(TEXTS, GOLD, strict=True)
    test.write_text(
        rows_as_text(
            Row(id=str(at), text=text, label=label) for at, (text, label) in enumerate(rows)
        ),
        encoding="utf-8",
    )
    StudyCell.objects.filter(pk=cell.pk).update(run=run)
    return run


def settled(study: Study) -> None:
    for seed in range(2):
        settle(study, "real", seed, GOLD)
        settle(study, "made", seed, ["joke"] * len(GOLD))


def arm_of(report: StudyReport, name: str) -> ArmScores:
    return next(arm for arm in report["boards"][0]["arms"] if arm["arm"] == name)


def test_a_settled_study_tells_scores_pairs_and_parts(study: Study) -> None:
    settled(study)

    report = study_report(study, resamples=50)

    real = arm_of(report, "real")
    assert real["macro_f1"] == {"mean": 1.0, "low": 1.0, "high": 1.0}
    assert (real["seeds"], real["train_rows"]) == (2, [10, 10])
    assert arm_of(report, "made")["accuracy"]["mean"] == 0.5  # type: ignore[index]
    assert report["boards"][0]["pairs"][0]["difference"]["mean"] == pytest.approx(2 / 3)  # type: ignore[index]
    assert [slices["by"] for slices in report["boards"][0]["slices"]] == ["agreement", "length"]
    assert report["cells"] == {"planned": 4, "successful": 4, "failed": 0, "waiting": 0}


def test_the_report_is_kept_as_plain_json(study: Study) -> None:
    settled(study)

    report = study_report(study, resamples=50)

    kept = Study.objects.get(pk=study.pk).report
    assert kept == json.loads(json.dumps(report, allow_nan=False))


def test_a_study_that_has_not_begun_waits(study: Study) -> None:
    report = study_report(study)

    assert report["cells"] == {"planned": 4, "successful": 0, "failed": 0, "waiting": 4}
    assert arm_of(report, "real")["macro_f1"] is None
    assert report["boards"][0]["pairs"][0]["sentence"].startswith("real and made cannot be")


def test_failed_cells_are_named_with_their_sentence(study: Study) -> None:
    settled(study)
    run = study.cells.get(arm="made", seed=1).run
    TrainingRun.objects.filter(pk=run.pk).update(status="failed", error="The disk is full.")  # type: ignore[union-attr]
    study.cells.filter(arm="real", seed=1).update(run=None, error="There are no real texts.")

    report = study_report(study, resamples=50)

    assert arm_of(report, "made")["unfinished"] == [
        {"seed": 1, "state": "failed", "sentence": "The disk is full."}
    ]
    assert arm_of(report, "real")["unfinished"][0]["sentence"] == "There are no real texts."
    assert report["cells"]["failed"] == 2


def test_runs_whose_files_have_gone_are_named(study: Study) -> None:
    settled(study)
    run = study.cells.get(arm="made", seed=0).run
    assert run is not None
    shutil.rmtree(run.path())

    report = study_report(study, resamples=50)

    assert arm_of(report, "made")["unfinished"][0]["state"] == "gone"
    assert report["boards"][0]["pairs"][0]["seeds"] == 1


def test_runs_on_other_labels_are_set_aside_and_those_in_another_order_are_not(
    study: Study,
) -> None:
    settled(study)
    other, turned = (study.cells.get(arm="made", seed=seed).run for seed in (0, 1))
    assert other is not None
    assert turned is not None
    TrainingRun.objects.filter(pk=other.pk).update(config={"labels": ["joke", "gossip"]})
    TrainingRun.objects.filter(pk=turned.pk).update(config={"labels": ["news", "joke"]})

    report = study_report(study, resamples=50)

    made = arm_of(report, "made")
    assert "other labels" in made["unfinished"][0]["sentence"]
    assert [label["recall"] for label in made["labels"]] == [1, 0]


def test_steps_are_those_taken_where_a_run_stopped_early(study: Study) -> None:
    settled(study)
    for seed, metrics in enumerate(
        ({}, {"stopped_early": True, "validation": [{"step": 8}, {"step": 16}]})
    ):
        run = study.cells.get(arm="made", seed=seed).run
        assert run is not None
        config = {**run.config, "max_steps": 96}
        TrainingRun.objects.filter(pk=run.pk).update(config=config, metrics=metrics)

    report = study_report(study, resamples=50)

    assert arm_of(report, "made")["steps"] == [16, 96]


def test_similarity_is_shown_where_all_vectors_are_cached(
    project: Project, concord_home: Path
) -> None:
    real = Example.objects.filter(project=project).gold("train").values_list("text", flat=True)
    texts = {"a": "one text", "b": "another"}
    store = VectorStore(concord_home / "embeddings" / "minilm", dimensions=DIMENSIONS)
    unit = np.eye(DIMENSIONS, dtype=np.float32)
    vectors = dict.fromkeys(real, unit[0]) | {"one text": unit[0], "another": unit[1]}
    store.add({content_key(text, model=MODEL): one for text, one in vectors.items()})

    assert similarity_to_real(project, texts) == {"a": 1.0, "b": 0.0}
    assert similarity_to_real(project, {**texts, "c": "not cached"}) == {}
    assert similarity_to_real(project, {}) == {}


def test_the_files_of_a_report_are_written_whole_and_say_the_same_numbers(
    study: Study, tmp_path: Path
) -> None:
    settled(study)
    report = study_report(study, resamples=50)

    written = write_report(study, tmp_path / "out")

    names = [path.relative_to(tmp_path / "out").as_posix() for path in written]
    assert names[:2] == ["report.md", "report.json"]
    assert {"tables/scores.csv", "tables/scores.tex", "tables/pairs.md"} <= set(names)
    assert "figures/scores-headlines-1-words.svg" in names
    assert json.loads(written[1].read_text(encoding="utf-8")) == report
    text = written[0].read_text(encoding="utf-8")
    assert text.startswith("# Does it help?\n\nOf 4 runs planned, 4 have a score.")
    assert report["boards"][0]["pairs"][0]["sentence"] in text
    assert sorted((tmp_path / "out").rglob("*.part")) == []


def test_a_report_of_another_shape_is_made_anew_before_it_is_written(
    study: Study, tmp_path: Path
) -> None:
    study.report = {"version": 0}

    write_report(study, tmp_path)

    assert study.report["cells"]["planned"] == 4


def test_a_folder_that_cannot_be_written_into_is_named(study: Study, tmp_path: Path) -> None:
    taken = tmp_path / "taken"
    taken.write_text("a file", encoding="utf-8")

    with pytest.raises(ReportNotWritten, match="name another folder"):
        write_report(study, taken)


@pytest.mark.parametrize("source", [Example.Source.REAL, Example.Source.SYNTHETIC])
def test_judged_texts_of_a_project_stand_as_real_where_its_pool_holds_real_ones(
    study: Study, source: str
) -> None:
    settled(study)
    plan = {**study.plan, "arms": [{"name": "real", "source": "real"}]}
    plan["arms"].append({"name": "made", "source": "judged"})
    study.plan = plan
    Example.objects.filter(split=Example.Split.POOL).update(source=source)

    assert bool(study_report(study)["gaps"]) == (source == Example.Source.SYNTHETIC)
