"""Tasks with real train and test texts and recorded answers, as projects."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from curation.datasets.sources import Part, first_rows
from curation.duplicates import normalised
from curation.errors import BadInput
from curation.importers import read_task_file
from curation.models import Example, Project
from curation.progress import Progress
from curation.services.examples import NewExample, add_examples
from training.services.ready.setting_up import SetUp, ensure_project, labels_of, set_up_each
from training.studies.ready.files import ReadyStudy, sets_of
from training.studies.ready.folders import (
    METHODS,
    TASK_FILES,
    Recording,
    TaskText,
    check_files,
    folder_of,
    read_recording,
    read_task_texts,
    recorded_tasks,
    recordings_folder,
)

MOST_TEST_TEXTS = 1_000  # of each task: judging 2,000 takes as long as half of the training


def set_up_tasks(
    study: ReadyStudy, data: Path, recordings: Path | None, progress: Progress
) -> list[SetUp]:
    """A project for each recorded task whose folder is in `data`.

    Raises:
        BadInput, BadRows: no recorded task is there, or a file is missing or cannot be read.
    """
    answers = recordings_folder(data, recordings)
    recorded = recorded_tasks(answers)
    known = sets_of(study)
    order = [name for name in known if name in recorded]
    order += [name for name in recorded if name not in known]
    if not any(folder_of(data, name) for name in order):
        raise BadInput(
            f"None of the recorded tasks ({', '.join(order) or 'none'}) has a folder in "
            f"{str(data)!r}."
        )

    def set_up(name: str, folder: Path) -> SetUp:
        return set_up_task(study.slug(name), name, folder, answers)

    return set_up_each(order, data, progress, set_up)


def set_up_task(slug: str, name: str, folder: Path, recordings: Path) -> SetUp:
    """The project of one task: real training and test texts, and the recorded answers."""
    check_files(folder, TASK_FILES)
    task = read_task_file(folder / "task.json")
    labels = labels_of(task)
    names = [label.name for label in labels]
    test = read_task_texts(folder / "test.jsonl", labels=names)
    train = read_task_texts(folder / "train.jsonl", labels=names)
    answers = [read_recording(recordings, method, name, labels=names) for method in METHODS]
    project = ensure_project(slug, task, labels)
    facts = store_real(project, train=train, test=test)
    for recording in answers:
        add_examples(project, _recorded_examples(recording))
        facts.append(f"{len(recording.texts):,} texts by {recording.method.replace('_', '-')}")
    return SetUp(name=name, facts=facts)


def store_real(
    project: Project, *, train: Sequence[TaskText], test: Sequence[TaskText]
) -> list[str]:
    """Store real texts, the test set cut to `MOST_TEST_TEXTS`; what was stored, in words.

    Training texts that equal a test text but for case, spacing and punctuation are left out.
    """
    held_out = {normalised(row.text) for row in test}
    clean = [row for row in train if normalised(row.text) not in held_out]
    kept = _cut(test)
    add_examples(project, _real_examples(kept, split=Example.Split.TEST))
    add_examples(project, _real_examples(clean, split=Example.Split.TRAIN))
    facts = [f"{len(clean):,} real training texts", f"{len(kept):,} test texts"]
    if len(kept) < len(test):
        facts[1] = f"{len(kept):,} of its {len(test):,} test texts, drawn by chance within labels"
    if len(clean) < len(train):
        facts.append(f"{len(train) - len(clean):,} training texts left out that a test text equals")
    return facts


def _cut(test: Sequence[TaskText]) -> list[TaskText]:
    part = Part(base="real", amount=MOST_TEST_TEXTS)
    places = first_rows([row.id for row in test], [row.label for row in test], part, seed=0)
    return list(test) if places is None else [test[place] for place in places]


def _real_examples(rows: Iterable[TaskText], *, split: str) -> Iterable[NewExample]:
    for row in rows:
        yield NewExample(
            external_id=row.id,
            text=row.text,
            source=Example.Source.REAL,
            split=split,
            gold_label=row.label,
            provenance={} if row.agreement is None else {"agreement": row.agreement},
        )


def _recorded_examples(recording: Recording) -> Iterable[NewExample]:
    for row in recording.texts:
        place = f"{row.label}/{row.turn}/{row.position}"
        yield NewExample(
            external_id=f"{recording.method}/{place}",
            text=row.text,
            source=Example.Source.SYNTHETIC,
            split=Example.Split.POOL,
            intended_label=row.label,
            provenance={
                "provider": "recorded",
                "model": f"recorded {recording.task}",
                "method": recording.method,
                "turn": row.turn,
                "position": row.position,
                "recording": recording.name,
                "recording_sha256": recording.sha256,
            },
        )
