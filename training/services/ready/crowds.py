"""Sets of real votes as projects, a share of each set aside to test on."""

from __future__ import annotations

import csv
import tempfile
from collections.abc import Mapping
from pathlib import Path

from curation.errors import BadInput
from curation.importers import read_task_file
from curation.importers.lines import csv_rows
from curation.models import Example
from curation.progress import Progress
from curation.services.projects import NewLabel
from curation.services.votes import import_votes
from training.services.ready.setting_up import SetUp, ensure_project, labels_of, set_up_each
from training.services.ready.tasks import store_real
from training.studies.ready.files import ReadyStudy, sets_of
from training.studies.ready.folders import (
    CROWD_FILES,
    TASK_FILES,
    check_files,
    folder_of,
    read_task_texts,
)

TEST_SHARE = 0.3
# set → its labels as others; the ratings are from 1, not at all, to 5, very
FOLDED: dict[str, dict[str, str]] = {
    "popquorn_offensiveness": {
        "1": "not_offensive",
        "2": "not_offensive",
        "3": "offensive",
        "4": "offensive",
        "5": "offensive",
    }
}


def set_up_crowds(
    study: ReadyStudy, data: Path, recordings: Path | None, progress: Progress
) -> list[SetUp]:
    """A project for each of the study's sets that is in `data`; recordings are not used.

    Raises:
        BadInput, BadRows: no set is there, or a file is missing or cannot be read.
    """
    names = sets_of(study)
    if not any(folder_of(data, name) for name in names):
        raise BadInput(f"None of the sets {', '.join(names)} has a folder in {str(data)!r}.")

    def set_up(name: str, folder: Path) -> SetUp:
        one = _published if (folder / "task.json").is_file() else _crowd
        return one(study.slug(name), name, folder)

    return set_up_each(names, data, progress, set_up)


def _published(slug: str, name: str, folder: Path) -> SetUp:
    """A task whose texts tell the share of annotators behind their label."""
    check_files(folder, TASK_FILES)
    task = read_task_file(folder / "task.json")
    labels = labels_of(task)
    names = [label.name for label in labels]
    train = read_task_texts(folder / "train.jsonl", labels=names)
    test = read_task_texts(folder / "test.jsonl", labels=names)
    project = ensure_project(slug, task, labels)
    return SetUp(name=name, facts=store_real(project, train=train, test=test))


def _crowd(slug: str, name: str, folder: Path) -> SetUp:
    check_files(folder, CROWD_FILES)
    task = read_task_file(folder / "source.json")
    folded = FOLDED.get(name, {})
    labels = [NewLabel(name=to) for to in dict.fromkeys(folded.values())] or labels_of(task)
    project = ensure_project(slug, task, labels)
    with tempfile.TemporaryDirectory() as made:
        votes = folder / "annotations.csv"
        if folded:
            votes = _fold(votes, folded, Path(made) / votes.name)
        import_votes(project, votes, texts=folder / "texts.jsonl", test_share=TEST_SHARE)
    test = project.examples.filter(split=Example.Split.TEST).count()
    pool = project.examples.filter(split=Example.Split.POOL).count()
    return SetUp(name=name, facts=[f"{pool:,} judged texts", f"{test:,} test texts"])


def _fold(votes: Path, folded: Mapping[str, str], to: Path) -> Path:
    """The same votes with other labels; unknown ones stay, so that the import names them."""
    columns = ("task", "worker", "label")
    with to.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(columns)
        for _, row in csv_rows(votes, needed=columns):
            if isinstance(row, dict):
                label = folded.get(row["label"], row["label"])
                writer.writerow([row["task"], row["worker"], label])
    return to
