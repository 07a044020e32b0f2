"""Studies run through the services, each run in a process of its own."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from curation.errors import JobCancelled
from curation.models import Example, Project
from tests.training.factories import TFIDF, make_project
from training.errors import StudyNotFound, StudyRefused, StudyStopped
from training.fitting.child import Child
from training.models import Study, StudyCell, TrainingRun
from training.services import train_source
from training.services.studies import (
    create_study,
    get_study,
    run_study,
    state_of,
    stop_study,
)
from training.studies.plan import Arm, StudyPlan

Status = TrainingRun.Status
ARMS = (Arm(name="real", source="real"), Arm(name="made", source="synthetic"))
QUICK: Mapping[str, Mapping[str, Any]] = {"tfidf": {"classifier": "tfidf"}}


def plan(**changed: Any) -> StudyPlan:
    fields = {
        "title": "Is it as good?",
        "projects": ("headlines",),
        "arms": ARMS,
        "classifiers": QUICK,
        "seeds": 2,
    }
    return StudyPlan(**{**fields, **changed})


def cells(slug: str = "s") -> list[tuple[str, int, str]]:
    rows = StudyCell.objects.filter(study__slug=slug).select_related("run").order_by("pk")
    return [(cell.arm, cell.seed, cell.run.status if cell.run else "") for cell in rows]


@pytest.fixture
def children(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """Folders of the children started, in order."""
    started: list[Path] = []

    class Counted(Child):
        def __init__(self, folder, extra=None):  # type: ignore[no-untyped-def]
            started.append(folder.path)
            super().__init__(folder, extra)

    monkeypatch.setattr("training.executors.local.Child", Counted)
    return started


def test_every_cell_of_the_matrix_gets_its_run(project: Project, children: list[Path]) -> None:
    create_study(plan(), "s")

    outcome = run_study("s", parallel=2)

    assert cells() == [
        ("real", 0, "successful"), ("made", 0, "successful"),
        ("real", 1, "successful"), ("made", 1, "successful"),
    ]  # fmt: skip
    assert (outcome.fitted, outcome.reused, len(children)) == (4, 0, 4)
    study = get_study("s")
    assert (study.status, study.error) == (Study.Status.SUCCESSFUL, "")
    assert study.report is not None
    assert outcome.state.counts["successful"] == 4


def test_started_again_it_fits_nothing(project: Project, children: list[Path]) -> None:
    create_study(plan(), "s")
    run_study("s", parallel=2)

    outcome = run_study("s")

    assert (outcome.fitted, outcome.reused, len(children)) == (0, 4, 4)


def test_studies_and_projects_share_runs(project: Project, children: list[Path]) -> None:
    train_source(project, "real", seeds=2, config=TFIDF)
    create_study(plan(), "s")
    create_study(plan(pairs=(("real", "made"),), seeds=1), "other")

    first, second = run_study("s"), run_study("other")

    assert (first.fitted, first.reused) == (2, 2)
    assert (second.fitted, second.reused) == (0, 2)
    assert len(children) == 4
    assert TrainingRun.objects.count() == 4


def test_arms_that_ask_for_the_same_share_one_run(project: Project, children: list[Path]) -> None:
    arms = (Arm(name="one", source="real"), Arm(name="other", source="real"))
    create_study(plan(arms=arms, seeds=1), "s")

    outcome = run_study("s", parallel=2)

    assert [state for _, _, state in cells()] == ["successful"] * 2
    assert (outcome.fitted, outcome.reused, len(children)) == (1, 1, 1)


def test_a_run_that_fails_does_not_stop_the_others(project: Project) -> None:
    project.examples.filter(split="train", gold_label__name="news").delete()
    create_study(plan(seeds=1), "s")

    outcome = run_study("s")

    assert cells() == [("real", 0, "failed"), ("made", 0, "successful")]
    assert "one label only" in outcome.state.failures[0].sentence
    assert get_study("s").status == Study.Status.SUCCESSFUL


def test_a_study_without_any_score_has_failed(project: Project) -> None:
    project.examples.filter(split="train", gold_label__name="news").delete()
    create_study(plan(arms=ARMS[:1], seeds=1), "s")

    run_study("s")

    study = get_study("s")
    assert study.status == Study.Status.FAILED
    assert study.error.startswith("None of its 1 cells has a score. The first one said:")


def test_a_source_that_has_gone_since_fails_its_cells_only(project: Project) -> None:
    create_study(plan(seeds=1), "s")
    project.examples.filter(split="train").delete()

    outcome = run_study("s")

    assert cells() == [("real", 0, ""), ("made", 0, "successful")]
    assert "no rows of source 'real'" in outcome.state.failures[0].sentence


def test_a_project_that_has_gone_since_takes_its_cells_along(project: Project) -> None:
    make_project("other")
    create_study(plan(projects=("headlines", "other"), seeds=1), "s")
    Example.objects.filter(project__slug="other").delete()
    Project.objects.get(slug="other").delete()

    run_study("s")

    assert [state for _, _, state in cells()] == ["successful"] * 2


def test_a_run_whose_folder_has_gone_is_made_again(project: Project, children: list[Path]) -> None:
    create_study(plan(seeds=1), "s")
    run_study("s")
    run = TrainingRun.objects.get(source="real")
    shutil.rmtree(run.path())

    outcome = run_study("s")

    assert (outcome.fitted, outcome.reused, len(children)) == (1, 1, 3)


def test_asked_to_stop_it_stops_and_goes_on_later(project: Project) -> None:
    endless = {"slow": {"max_steps": 100_000}}
    create_study(plan(classifiers=endless, seeds=1), "s")

    def stop(done: int, total: int, note: str = "") -> None:
        stop_study("s")

    with pytest.raises(StudyStopped, match=r"manage\.py study run s"):
        run_study("s", parallel=1, progress=stop)

    assert get_study("s").status == Study.Status.CANCELLED
    assert cells() == [("real", 0, "cancelled"), ("made", 0, "")]
    assert not state_of(get_study("s")).at_work


def test_a_cancelled_job_leaves_what_was_finished(project: Project, children: list[Path]) -> None:
    create_study(plan(seeds=1), "s")

    def cancel(done: int, total: int, note: str = "") -> None:
        if StudyCell.objects.filter(run__status=Status.SUCCESSFUL).exists():
            raise JobCancelled

    with pytest.raises(JobCancelled):
        run_study("s", parallel=1, progress=cancel)
    outcome = run_study("s")

    assert outcome.reused >= 1
    assert [state for _, _, state in cells()] == ["successful"] * 2


def test_progress_counts_steps_of_all_cells(project: Project) -> None:
    told: list[tuple[int, int]] = []
    create_study(plan(seeds=1), "s")

    run_study("s", progress=lambda done, total, note="": told.append((done, total)))

    assert told[-1] == (192, 192)
    assert [done for done, _ in told] == sorted(done for done, _ in told)


def test_bad_requests_get_a_sentence_and_change_nothing(project: Project) -> None:
    create_study(plan(), "s")

    with pytest.raises(StudyNotFound, match="there are s"):
        run_study("nobody")
    with pytest.raises(StudyRefused, match="there are local, ray"):
        run_study("s", executor="cloud")
    with pytest.raises(StudyRefused, match="0 runs at a time"):
        run_study("s", parallel=0)

    assert get_study("s").status == Study.Status.READY
