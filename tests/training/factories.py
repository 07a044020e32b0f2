"""Small projects and runs. Each factory takes only what a test is about."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from curation.models import Project
from curation.services.examples import NewExample, add_examples
from curation.services.projects import NewLabel, create_project
from training.fitting.config import FitConfig
from training.fitting.predictions import write_predictions
from training.fitting.rows import Row, label_codes, rows_as_text
from training.fitting.run_folder import RunFolder
from training.models import TrainingRun

LABELS = ("joke", "news")
TEXTS = {
    "joke": "why did the chicken number {} cross the road to laugh",
    "news": "parliament voted on budget number {} in the capital today",
}
ASKED_AT = datetime(2026, 1, 1, tzinfo=UTC)
TFIDF = FitConfig(classifier="tfidf")


def labelled_rows(per_label: int, *, prefix: str = "row") -> list[Row]:
    """Texts that any classifier tells apart."""
    return [
        Row(id=f"{prefix}-{label}-{at}", text=TEXTS[label].format(at), label=label)
        for label in LABELS
        for at in range(per_label)
    ]


def make_folder(path: Path, config: FitConfig, *, per_label: int = 6) -> RunFolder:
    """A run that was asked for and not yet fitted."""
    folder = RunFolder(path)
    folder.write_inputs(
        config,
        train=rows_as_text(labelled_rows(per_label)),
        test=rows_as_text(labelled_rows(3, prefix="test")),
    )
    return folder


def make_project(
    slug: str = "headlines", *, pool: int = 6, train: int = 6, test: int = 3
) -> Project:
    """Synthetic texts in the pool, real ones for training and testing; counts are per label."""
    project = create_project(slug, labels=[NewLabel(name=name) for name in LABELS])
    add_examples(project, _examples(pool, split="pool", source="synthetic"))
    add_examples(project, _examples(train, split="train", source="real"))
    add_examples(project, _examples(test, split="test", source="real"))
    return project


def finished_run(
    project: Project,
    source: str,
    *,
    seed: int = 0,
    gold: Sequence[str],
    predicted: Sequence[str],
    agreement: Sequence[float | None] | None = None,
    recipe: str = "same",
    collapsed: bool = False,
) -> TrainingRun:
    """A run that ended well, with the predictions given."""
    run = TrainingRun.objects.create(
        project=project,
        source=source,
        seed=seed,
        config={"labels": list(LABELS)},
        fingerprint=f"{source}-{seed}-{recipe}",
        recipe=recipe,
        status=TrainingRun.Status.SUCCESSFUL,
        train_rows=10,
        macro_f1=0.5,
        accuracy=0.5,
        collapsed=collapsed,
        folder=f"runs/{project.slug}/{source.replace(':', '-')}-{seed}-{recipe}",
        asked_at=ASKED_AT,
    )
    _write_predictions(run.path(), gold, predicted, agreement or [None] * len(gold))
    return run


def _write_predictions(
    path: Path, gold: Sequence[str], predicted: Sequence[str], agreement: Sequence[float | None]
) -> None:
    path.mkdir(parents=True, exist_ok=True)
    rows = [
        Row(id=str(at), text="text", label=label, agreement=share)
        for at, (label, share) in enumerate(zip(gold, agreement, strict=True))
    ]
    said = [
        Row(id=row.id, text=row.text, label=label)
        for row, label in zip(rows, predicted, strict=True)
    ]
    probs = np.eye(len(LABELS))[label_codes(said, LABELS)]
    write_predictions(RunFolder(path), rows, probs, LABELS)


def _examples(per_label: int, *, split: str, source: str) -> list[NewExample]:
    trusted = source == "real"
    return [
        NewExample(
            external_id=f"{split}-{row.id}",
            text=f"{row.text} {split}",
            source=source,
            split=split,
            gold_label=row.label if trusted else None,
            intended_label=None if trusted else row.label,
        )
        for row in labelled_rows(per_label)
    ]


def read_json(path: Path) -> dict[str, object]:
    values: dict[str, object] = json.loads(path.read_text(encoding="utf-8"))
    return values
