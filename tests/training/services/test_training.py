"""Training through the services, each run in a process of its own."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from curation.errors import BadInput, JobCancelled, NothingToDo, VersionNotFound
from curation.models import Project
from tests.training.factories import TFIDF, make_project
from training.errors import RunsFailed
from training.fitting.child import Child
from training.fitting.config import FitConfig
from training.models import TrainingRun
from training.services import train_source, train_sources
from training.services.requests import ask, want

Status = TrainingRun.Status


class Recorder:
    """A progress display that remembers what it was told."""

    def __init__(self) -> None:
        self.calls: list[tuple[int, int, str]] = []

    def __call__(self, done: int, total: int, note: str = "") -> None:
        self.calls.append((done, total, note))


class Canceller:
    """Somebody who asks for an end as soon as something runs."""

    def __call__(self, done: int, total: int, note: str = "") -> None:
        raise JobCancelled


@pytest.fixture
def children(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """Folders of the children started, in order."""
    started: list[Path] = []

    class Counted(Child):
        def __init__(self, folder, extra=None, *, server=None):  # type: ignore[no-untyped-def]
            started.append(folder.path)
            super().__init__(folder, extra, server=server)

    monkeypatch.setattr("training.executors.local.Child", Counted)
    return started


def test_every_source_is_fitted_with_every_seed(project: Project, concord_home: Path) -> None:
    progress = Recorder()

    runs = train_sources(
        project, ["real", "synthetic"], seeds=2, config=TFIDF, parallel=2, progress=progress
    )

    assert [(run.source, run.seed) for run in runs] == [
        ("real", 0), ("real", 1), ("synthetic", 0), ("synthetic", 1),
    ]  # fmt: skip
    assert {run.status for run in runs} == {Status.SUCCESSFUL}
    assert {run.macro_f1 for run in runs} == {1.0}
    assert {run.train_rows for run in runs} == {12}
    assert progress.calls[-1][:2] == (4 * 96, 4 * 96)
    for run in runs:
        assert run.path().is_relative_to(concord_home / "runs" / "headlines")
        assert run.folder.endswith(f"{run.source}-{run.seed}-{run.fingerprint[:8]}")


def test_a_finished_run_is_never_fitted_twice(project: Project, children: list[Path]) -> None:
    (first,) = train_source(project, "real", seeds=1, config=TFIDF)

    (again,) = train_source(project, "real", seeds=1, config=TFIDF)

    assert again.pk == first.pk
    assert again.finished_at == first.finished_at
    assert first.asked_at is not None
    assert again.asked_at is not None
    assert again.asked_at > first.asked_at
    assert len(children) == 1


def test_a_finished_folder_is_taken_over_when_its_row_is_gone(
    project: Project, children: list[Path]
) -> None:
    (first,) = train_source(project, "real", seeds=1, config=TFIDF)
    TrainingRun.objects.all().delete()

    (again,) = train_source(project, "real", seeds=1, config=TFIDF)

    assert (again.status, again.macro_f1) == (Status.SUCCESSFUL, first.macro_f1)
    assert len(children) == 1


def test_a_run_is_fitted_again_when_its_folder_is_gone(
    project: Project, children: list[Path]
) -> None:
    (first,) = train_source(project, "real", seeds=1, config=TFIDF)
    shutil.rmtree(first.path())

    (again,) = train_source(project, "real", seeds=1, config=TFIDF)

    assert again.pk == first.pk
    assert again.status == Status.SUCCESSFUL
    assert (again.path() / "manifest.json").exists()
    assert len(children) == 2


def test_a_run_whose_process_died_is_taken_up_again(project: Project) -> None:
    (request,) = ask(project, want(project, ["real"], seeds=1, config=TFIDF))
    TrainingRun.objects.filter(pk=request.run.pk).update(status=Status.RUNNING)

    (run,) = train_source(project, "real", seeds=1, config=TFIDF)

    assert (run.pk, run.status) == (request.run.pk, Status.SUCCESSFUL)


def test_cancelling_ends_the_child_and_says_so(project: Project) -> None:
    endless = FitConfig(max_steps=100_000)

    with pytest.raises(JobCancelled):
        train_source(project, "real", seeds=2, config=endless, progress=Canceller())

    assert list(TrainingRun.objects.values_list("status", flat=True)) == [Status.CANCELLED] * 2
    runs = str(TrainingRun.objects.all()[0].path().parent)
    processes = subprocess.run(
        ["ps", "-eo", "args"], capture_output=True, text=True, check=True
    ).stdout
    assert runs not in processes


def test_cancelling_keeps_what_was_finished(project: Project) -> None:
    train_source(project, "real", seeds=1, config=TFIDF)

    with pytest.raises(JobCancelled):
        train_source(project, "real", seeds=2, config=TFIDF, progress=Canceller())

    assert list(TrainingRun.objects.order_by("seed").values_list("status", flat=True)) == [
        Status.SUCCESSFUL,
        Status.CANCELLED,
    ]


def test_a_run_that_breaks_off_does_not_stop_the_others(project: Project) -> None:
    project.examples.filter(split="train", gold_label__name="news").delete()

    with pytest.raises(RunsFailed, match=r"1 of 2 runs failed \(real, seed 0: .* Mend that"):
        train_sources(project, ["real", "synthetic"], seeds=1, config=TFIDF)

    failed, kept = TrainingRun.objects.order_by("source")
    assert (failed.status, kept.status) == (Status.FAILED, Status.SUCCESSFUL)
    assert failed.error == "train.jsonl has one label only, 'joke'; a fit needs 2."


def test_other_settings_are_another_run_of_another_recipe(project: Project) -> None:
    (first,) = ask(project, want(project, ["real"], seeds=1, config=TFIDF))
    (other,) = ask(project, want(project, ["real"], seeds=1, config=replace(TFIDF, max_steps=9)))

    assert first.run.fingerprint != other.run.fingerprint
    assert first.run.recipe != other.run.recipe


def test_seeds_share_a_recipe_and_differ_in_fingerprint(project: Project) -> None:
    first, second = ask(project, want(project, ["real"], seeds=2, config=TFIDF))

    assert first.run.recipe == second.run.recipe
    assert first.run.fingerprint != second.run.fingerprint


def test_the_same_fit_under_two_sources_shares_its_folder(project: Project) -> None:
    (first,) = want(project, ["real"], seeds=1, config=TFIDF)

    one, other = ask(project, [first, replace(first, source="synthetic")])

    assert one.run.pk != other.run.pk
    assert one.run.folder == other.run.folder


def test_bad_requests_change_nothing(project: Project) -> None:
    with pytest.raises(BadInput, match="poems"):
        train_sources(project, ["real", "poems"], config=TFIDF)
    with pytest.raises(VersionNotFound):
        train_sources(project, ["real", "version:9"], config=TFIDF)
    with pytest.raises(BadInput, match="0 seeds"):
        train_source(project, "real", seeds=0, config=TFIDF)
    with pytest.raises(BadInput, match="0 processes"):
        train_source(project, "real", parallel=0, config=TFIDF)

    assert not TrainingRun.objects.exists()


def test_a_project_without_test_rows_gets_a_sentence(db: None, concord_home: Path) -> None:
    project = make_project("untested", test=0)

    with pytest.raises(NothingToDo, match="no test set"):
        train_source(project, "real", config=TFIDF)


def test_training_loads_no_torch_into_this_process() -> None:
    code = (
        "import django, json, sys; django.setup();"
        "import training.services, training.jobs, training.management.commands.train;"
        "print(json.dumps(sorted({'torch', 'transformers', 'sklearn'} & set(sys.modules))))"
    )

    loaded = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        env={"DJANGO_SETTINGS_MODULE": "curation.settings", "PATH": "/usr/bin:/bin"},
    ).stdout

    assert json.loads(loaded) == []
