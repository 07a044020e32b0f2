"""A finished study without a fit: its runs say what a seed draws."""

from __future__ import annotations

import numpy as np

from curation.models import Project
from tests.training.factories import LABELS, finished_run, make_project
from training.evaluation.calibration import calibration_as_json
from training.evaluation.scores import Codes, score
from training.models import Study, StudyCell, TrainingRun
from training.services.reporting import study_report
from training.services.studies import create_study
from training.studies.plan import Arm, StudyPlan

ARMS = (
    Arm(name="Real", source="real"),
    Arm(name="Synthetic", source="synthetic"),
    Arm(name="Both", source="real+synthetic"),
)
RIGHT = {"Real": 0.9, "Synthetic": 0.7, "Both": 0.85}  # share of test rows
TESTS = 60


def small_plan(*projects: str, seeds: int = 3, title: str = "Is it as good?") -> StudyPlan:
    return StudyPlan(
        title=title,
        projects=projects or ("headlines",),
        arms=ARMS,
        classifiers={"tfidf": {"classifier": "tfidf"}},
        seeds=seeds,
        pairs=(("Real", "Synthetic"), ("Both", "Real")),
        text="Whether made text is as good.\n\nIn two parts.",
    )


def planned_study(*slugs: str, slug: str = "as-good", seeds: int = 3) -> Study:
    """A study whose projects are there, and none of its runs."""
    for name in slugs or ("headlines",):
        if not Project.objects.filter(slug=name).exists():
            make_project(name)
    return create_study(small_plan(*slugs, seeds=seeds), slug)


def scored_study(*slugs: str, slug: str = "as-good", seeds: int = 3) -> Study:
    """The same, with a run in every cell and its report."""
    study = planned_study(*slugs, slug=slug, seeds=seeds)
    for place, cell in enumerate(study.cells.select_related("project").order_by("pk")):
        cell.run = drawn_run(cell.project, cell.arm, cell.seed, draw=place)
        cell.save(update_fields=["run"])
    Study.objects.filter(pk=study.pk).update(status=Study.Status.SUCCESSFUL)
    study.refresh_from_db()
    study_report(study, resamples=50)
    return study


def drawn_run(project: Project, arm: str, seed: int, *, draw: int = 0) -> TrainingRun:
    """A finished run with metrics, right as often as its arm is."""
    rng = np.random.default_rng(draw)
    gold = np.arange(TESTS, dtype=np.int64) % 2
    predicted = np.where(rng.random(TESTS) < RIGHT[arm], gold, 1 - gold)
    source = next(one.source for one in ARMS if one.name == arm)
    run = finished_run(
        project,
        source,
        seed=seed,
        gold=_names(gold),
        predicted=_names(predicted),
        agreement=(0.6 + 0.4 * rng.random(TESTS)).tolist(),
    )
    return with_metrics(run, gold, predicted)


def with_metrics(run: TrainingRun, gold: Codes, predicted: Codes) -> TrainingRun:
    found = score(gold, predicted, n_labels=2)
    sure = 0.55 + 0.4 * np.linspace(0, 1, len(gold))
    probs = np.stack([1 - sure, sure], axis=1)
    probs = np.where((predicted == 0)[:, None], probs[:, ::-1], probs)
    run.macro_f1, run.accuracy = found.macro_f1, found.accuracy
    run.config = {"labels": list(LABELS), "classifier": "tfidf", "seed": run.seed}
    run.metrics = {
        **found.as_json(LABELS),
        "calibration": calibration_as_json(gold, probs),
        "cut": {"train": 1, "test": 2},
        "test_rows": len(gold),
        "train_rows": run.train_rows,
        "seconds": {"all": 3.2, "train": 1.0, "evaluate": 0.5},
        "peak_rss_mib": 210,
    }
    run.save()
    return run


def fail_cell(study: Study, *, arm: str, seed: int, error: str) -> StudyCell:
    cell = study.cells.filter(arm=arm, seed=seed).first()
    assert cell is not None
    cell.run, cell.error = None, error
    cell.save(update_fields=["run", "error"])
    return cell


def _names(codes: Codes) -> list[str]:
    return [LABELS[code] for code in codes]
