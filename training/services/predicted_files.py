"""What a kept model says about the texts of a file, written into another file."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np

from curation.errors import BadInput, BadRow
from curation.exporters import WRITERS, Row, Table
from curation.exporters.columns import Column, Kind
from curation.files import written_whole
from curation.models import Project
from curation.progress import Progress, silent
from curation.services.predicting import Predict
from training.errors import BadTexts, NoTemperature
from training.evaluation.calibration import rescaled
from training.models import TrainingRun
from training.services.finished import finished_run
from training.services.predicting import BATCH, opened
from training.services.texts import TextRow, read_texts

COLUMNS = (
    Column(name="line", kind=Kind.TEXT, meaning="where the text stands in the file, from 1"),
    Column(name="id", kind=Kind.TEXT, meaning="its id there; empty where it has none"),
    Column(name="text", kind=Kind.TEXT, meaning="the text"),
    Column(name="predicted", kind=Kind.TEXT, meaning="label of the largest probability"),
    Column(name="p", kind=Kind.NUMBERS, meaning="probability of each label, sum 1"),
)


@dataclass(frozen=True, kw_only=True)
class PredictedFile:
    """What was written."""

    path: Path
    run_key: str
    labels: dict[str, int]  # label → texts that got it
    skipped: tuple[BadRow, ...]
    temperature: float | None  # None: probabilities as the model gives them

    @property
    def rows(self) -> int:
        return sum(self.labels.values())

    def as_json(self) -> dict[str, Any]:
        return {
            "path": str(self.path),
            "run": self.run_key,
            "rows": self.rows,
            "labels": self.labels,
            "temperature": self.temperature,
        }


def predict_file(
    project: Project,
    run_key: str,
    source: Path,
    to: Path,
    *,
    column: str = "text",
    calibrated: bool = False,
    skip_bad: bool = False,
    progress: Progress = silent,
) -> PredictedFile:
    """Judge every text of `source` and write `to`: whole, or not at all.

    The file is read twice, to check it and to judge it, and never held in memory.

    Args:
        run_key: "" = the run that was asked for last, rather one that kept its model.
        source: .csv, .jsonl or .txt. See `read_texts`.
        to: .csv, .jsonl or .parquet; replaced when it is there.
        calibrated: at the temperature that was fitted on the run's validation rows.
        skip_bad: leave bad rows out instead of refusing the file.

    Raises:
        BadInput: the file cannot be read, has bad rows or no texts, or `to` cannot be written.
        RunNotFound, ModelNotKept, NoTemperature: there is no such model.
    """
    run = finished_run(project, run_key)
    ending = _ending(source, to)
    temperature = _temperature_of(run) if calibrated else None
    n_rows, skipped = _checked(source, column, skip_bad=skip_bad)
    labels: list[str] = run.config["labels"]
    table = Table(name="predictions", columns=COLUMNS, labels=labels)
    counts = Counter[str]()
    with opened(run) as predict, written_whole(to) as scratch, scratch.open("wb") as sink:
        texts = (row for row in read_texts(source, column=column) if isinstance(row, TextRow))
        rows = _judged(texts, predict, labels, temperature)
        for _ in WRITERS[ending](table, _counted(rows, counts, n_rows, progress), sink):
            pass
    return PredictedFile(
        path=to,
        run_key=run.key,
        labels={label: counts[label] for label in labels},
        skipped=skipped,
        temperature=temperature,
    )


def _ending(source: Path, to: Path) -> str:
    ending = to.suffix.lower().removeprefix(".")
    if ending not in WRITERS:
        known = ", ".join(f".{name}" for name in WRITERS)
        raise BadInput(f"{str(to)!r} must end in one of {known}, so that its form is known.")
    if to.is_dir():
        raise BadInput(f"{str(to)!r} is a folder; name a file to write.")
    if not to.absolute().parent.is_dir():
        raise BadInput(f"There is no folder {str(to.parent)!r} to write {to.name!r} into.")
    with suppress(FileNotFoundError):
        if to.samefile(source):
            raise BadInput(f"{str(to)!r} is the file to be read; write into another one.")
    return ending


def _temperature_of(run: TrainingRun) -> float:
    calibration = run.metrics.get("calibration") or {}
    if calibration.get("temperature") is None:
        raise NoTemperature(run.key)
    return float(calibration["temperature"]["value"])


def _checked(source: Path, column: str, *, skip_bad: bool) -> tuple[int, tuple[BadRow, ...]]:
    """How many texts there are, and the rows that are none."""
    n_rows, bad = 0, []
    for row in read_texts(source, column=column):
        if isinstance(row, BadRow):
            bad.append(row)
        else:
            n_rows += 1
    if bad and not skip_bad:
        raise BadTexts(source.name, bad)
    if not n_rows:
        raise BadInput(f"{str(source)!r} has no texts, so there is nothing to predict.")
    return n_rows, tuple(bad)


def _judged(
    texts: Iterator[TextRow], predict: Predict, labels: list[str], temperature: float | None
) -> Iterator[Row]:
    while batch := list(islice(texts, BATCH)):
        said = predict([row.text for row in batch])
        probs = np.array([[one[label] for label in labels] for one in said])
        if temperature is not None:
            probs = rescaled(probs, temperature)
        for row, place, shares in zip(batch, probs.argmax(axis=1), probs.tolist(), strict=True):
            yield str(row.line), row.id, row.text, labels[place], shares


def _counted(
    rows: Iterator[Row], counts: Counter[str], n_rows: int, progress: Progress
) -> Iterator[Row]:
    for done, row in enumerate(rows, start=1):
        counts[row[3]] += 1
        if done % BATCH == 0 or done == n_rows:
            progress(done, n_rows)
        yield row
