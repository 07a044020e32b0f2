"""What was frozen, fitted, predicted and compared."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import numpy as np

from benchmarks.load.filling.size import CHUNK, LABELS, Size
from curation.bulk import chunked, insert_rows
from curation.datasets import Policy
from curation.models import (
    Comparison,
    DatasetVersion,
    ObjectivityStudy,
    Prediction,
    Project,
    TrainingDynamics,
)
from curation.services.datasets import curate_dataset
from curation.services.objectivity.studies import create_study as create_objectivity_study
from training.evaluation.calibration import calibration_as_json
from training.evaluation.scores import score
from training.fitting.predictions import write_predictions
from training.fitting.rows import Row
from training.fitting.run_folder import RunFolder
from training.models import Study, TrainingRun
from training.services.reporting import study_report
from training.services.studies import create_study
from training.studies.plan import Arm, StudyPlan

ASKED_AT = datetime(2026, 1, 1, tzinfo=UTC)
SEEDS = 5
TESTED = 1_000  # rows of a run's test set
ARMS = (
    Arm(name="Real", source="real"),
    Arm(name="Synthetic", source="synthetic"),
    Arm(name="Both", source="real+synthetic"),
)
RIGHT = {"real": 0.9, "synthetic": 0.7, "real+synthetic": 0.85, "v1": 0.8, "v2": 0.82}
PREDICTION = ["project", "example", "run_key", "probs", "label", "entropy"]
DYNAMICS = ["project", "example", "run_key", "label", "seen", "confidence", "variability",
            "correctness", "region"]  # fmt: skip
LEARNED = 5  # every such text has training dynamics


def freeze(project: Project) -> list[DatasetVersion]:
    policies = Policy(threshold=0.6), Policy(threshold=0.8)
    return [curate_dataset(project, policy).version for policy in policies]


def write_runs(project: Project, versions: list[DatasetVersion]) -> None:
    """Finished runs of every source, and one that failed."""
    by_name = {f"v{version.number}": version for version in versions}
    for source in RIGHT:
        if source in by_name or not source.startswith("v"):
            for seed in range(SEEDS):
                _run(project, source, seed, version=by_name.get(source))
    failed = _new_run(project, "synthetic", seed=SEEDS)
    failed.status, failed.error = TrainingRun.Status.FAILED, "There was no room."
    failed.save()


def _new_run(
    project: Project, source: str, seed: int, *, version: DatasetVersion | None = None
) -> TrainingRun:
    return TrainingRun(
        project=project, source=source, seed=seed, dataset_version=version,
        config={"labels": list(LABELS), "classifier": "tfidf", "seed": seed},
        fingerprint=f"{source}-{seed}".ljust(64, "0"), recipe="0" * 64, train_rows=1_000,
        folder=f"runs/{project.slug}/{source.replace('+', '-')}-{seed}", asked_at=ASKED_AT,
    )  # fmt: skip


def _run(
    project: Project, source: str, seed: int, *, version: DatasetVersion | None
) -> TrainingRun:
    run = _new_run(project, source, seed, version=version)
    rng, n = np.random.default_rng(seed), len(LABELS)
    gold = np.arange(TESTED, dtype=np.int64) % n
    said = np.where(rng.random(TESTED) < RIGHT[source], gold, (gold + 1) % n)
    probs = np.full((TESTED, n), 0.1)
    probs[np.arange(TESTED), said] = 1 - 0.1 * (n - 1)
    rows = [Row(id=f"test-{at}", text="text", label=LABELS[code]) for at, code in enumerate(gold)]
    run.path().mkdir(parents=True, exist_ok=True)
    write_predictions(RunFolder(run.path()), rows, probs, LABELS)
    found = score(gold, said, n_labels=n)
    run.status, run.macro_f1, run.accuracy = "successful", found.macro_f1, found.accuracy
    run.metrics = {
        **found.as_json(LABELS), "calibration": calibration_as_json(gold, probs),
        "cut": {"train": 1, "test": 2}, "test_rows": TESTED, "train_rows": run.train_rows,
        "seconds": {"all": 3.2, "train": 1.0, "evaluate": 0.5}, "peak_rss_mib": 210,
    }  # fmt: skip
    run.save()
    return run


def write_predicted(project: Project, size: Size) -> None:
    """A classifier's word on every text, and how another one learned some of them."""
    first = TrainingRun.objects.of(project).successful().order_by("pk")[0]
    texts = project.examples.filter(split="pool").order_by("pk")
    given = list(texts.values_list("pk", "intended_label"))
    names = dict(project.labels.values_list("pk", "name"))
    dice = random.Random(f"{size.slug} predicted")

    def predicted() -> Iterator[tuple[Any, ...]]:
        for key, intended in given:
            label = intended if dice.random() < 0.8 else dice.choice(list(names))
            probs = {name: 0.85 if one == label else 0.05 for one, name in names.items()}
            yield project.pk, key, first.key, probs, label, 0.85

    def learned() -> Iterator[tuple[Any, ...]]:
        for key, intended in given[::LEARNED]:
            sure = dice.random()
            region = ("hard", "ambiguous", "easy")[int(3 * sure)]
            yield project.pk, key, first.key, intended, 10, sure, 0.2, sure, region

    for some in chunked(predicted(), CHUNK):
        insert_rows(Prediction, PREDICTION, some)
    for some in chunked(learned(), CHUNK):
        insert_rows(TrainingDynamics, DYNAMICS, some)


def write_study(slugs: list[str]) -> Study:
    """The study "as-good" over these projects, whose runs are there."""
    plan = StudyPlan(
        title="Is it as good?", projects=tuple(slugs), arms=ARMS, seeds=SEEDS,
        classifiers={"tfidf": {"classifier": "tfidf"}},
        pairs=(("Real", "Synthetic"), ("Both", "Real")), text="Whether made text is as good.",
    )  # fmt: skip
    study = create_study(plan, "as-good")
    sources = {arm.name: arm.source for arm in ARMS}
    for cell in study.cells.all():
        runs = TrainingRun.objects.filter(project=cell.project_id, source=sources[cell.arm])
        cell.run = runs.get(seed=cell.seed)
        cell.save(update_fields=["run"])
    Study.objects.filter(pk=study.pk).update(status=Study.Status.SUCCESSFUL)
    study.refresh_from_db()
    study_report(study, resamples=50)
    return study


def write_comparisons(slugs: list[str]) -> ObjectivityStudy:
    """The study "tasks": which of these projects is the more objective."""
    study = create_objectivity_study("tasks", slugs)
    dice, projects = random.Random(5), list(Project.objects.filter(slug__in=slugs).order_by("slug"))
    Comparison.objects.bulk_create(
        Comparison(
            study=study, annotator=f"person-{person}", pair=f"{left.slug}|{right.slug}",
            left=left, right=right, winner=dice.choice([left, right]),
        )
        for at, left in enumerate(projects)
        for right in projects[at + 1 :]
        for person in range(study.per_pair)
    )  # fmt: skip
    return study
