"""Studies run through the services, most of them fitted in this process."""

from __future__ import annotations

import shutil

import pytest

from curation.errors import JobCancelled
from curation.models import Example, Prediction, Project
from tests.training.factories import TFIDF, make_project
from tests.training.inline import InlineExecutor
from tests.training.services.studies.plans import ARMS, cells, plan
from training.errors import StudyNotFound, StudyRefused, StudyStopped
from training.models import Study, StudyCell, TrainingRun
from training.services import train_source
from training.services.studies import (
    create_study,
    get_study,
    run_study,
    side_by_side,
    state_of,
    stop_study,
)
from training.services.studies.at_work import claim_on
from training.studies.plan import Arm

pytestmark = pytest.mark.usefixtures("inline")
Status = TrainingRun.Status


def test_every_cell_of_the_matrix_gets_its_run(
    project: Project, inline: type[InlineExecutor]
) -> None:
    create_study(plan(seeds=2), "s")

    outcome = run_study("s", parallel=2)

    assert cells() == [
        ("real", 0, "successful"), ("made", 0, "successful"),
        ("real", 1, "successful"), ("made", 1, "successful"),
    ]  # fmt: skip
    assert (outcome.fitted, outcome.reused, len(inline.started)) == (4, 0, 4)
    study = get_study("s")
    assert (study.status, study.error) == (Study.Status.SUCCESSFUL, "")
    assert study.report is not None
    assert outcome.state.counts["successful"] == 4


def test_started_again_it_fits_nothing(project: Project, inline: type[InlineExecutor]) -> None:
    create_study(plan(seeds=2), "s")
    run_study("s", parallel=2)

    outcome = run_study("s")

    assert (outcome.fitted, outcome.reused, len(inline.started)) == (0, 4, 4)


def test_studies_and_projects_share_runs(project: Project, inline: type[InlineExecutor]) -> None:
    (own,) = train_source(project, "real", seeds=1, config=TFIDF)
    create_study(plan(), "s")
    create_study(plan(pairs=(("real", "made"),), seeds=2), "other")

    first, second = run_study("s"), run_study("other")

    assert (first.fitted, first.reused) == (1, 1)
    assert (second.fitted, second.reused) == (2, 2)
    assert len(inline.started) == 3
    assert TrainingRun.objects.count() == 4
    assert own.cells.count() == 2


def test_arms_that_ask_for_the_same_share_one_run(
    project: Project, inline: type[InlineExecutor]
) -> None:
    arms = (Arm(name="one", source="real"), Arm(name="other", source="real"))
    create_study(plan(arms=arms), "s")

    outcome = run_study("s", parallel=2)

    assert [state for _, _, state in cells()] == ["successful"] * 2
    assert (outcome.fitted, outcome.reused, len(inline.started)) == (1, 1, 1)


def test_a_run_that_fails_does_not_stop_the_others(project: Project) -> None:
    project.examples.filter(split="train", gold_label__name="news").delete()
    create_study(plan(), "s")

    outcome = run_study("s")

    assert cells() == [("real", 0, "failed"), ("made", 0, "successful")]
    assert "one label only" in outcome.state.failures[0].sentence
    assert get_study("s").status == Study.Status.SUCCESSFUL


def test_a_study_without_any_score_has_failed(project: Project) -> None:
    project.examples.filter(split="train", gold_label__name="news").delete()
    create_study(plan(arms=ARMS[:1]), "s")

    run_study("s")

    study = get_study("s")
    assert study.status == Study.Status.FAILED
    assert study.error.startswith("None of its 1 cells has a score. The first one said:")


def test_a_source_that_has_gone_since_fails_its_cells_only(project: Project) -> None:
    create_study(plan(), "s")
    project.examples.filter(split="train").delete()

    outcome = run_study("s")

    assert cells() == [("real", 0, ""), ("made", 0, "successful")]
    assert "no rows of source 'real'" in outcome.state.failures[0].sentence


def test_a_project_that_has_gone_since_takes_its_cells_along(project: Project) -> None:
    make_project("other")
    create_study(plan(projects=("headlines", "other")), "s")
    Example.objects.filter(project__slug="other").delete()
    Project.objects.get(slug="other").delete()

    run_study("s")

    assert [state for _, _, state in cells()] == ["successful"] * 2


def test_a_run_whose_folder_has_gone_is_made_again(
    project: Project, inline: type[InlineExecutor]
) -> None:
    create_study(plan(), "s")
    run_study("s")
    run = TrainingRun.objects.get(source="real")
    shutil.rmtree(run.path())

    outcome = run_study("s")

    assert (outcome.fitted, outcome.reused, len(inline.started)) == (1, 1, 3)


def test_asked_to_stop_it_stops_and_goes_on_later(
    project: Project, inline: type[InlineExecutor]
) -> None:
    inline.endless.add("real")
    create_study(plan(), "s")

    def stop(done: int, total: int, note: str = "") -> None:
        assert state_of(get_study("s")).at_work
        assert stop_study("s")

    with pytest.raises(StudyStopped, match=r"manage\.py study run s"):
        run_study("s", parallel=1, progress=stop)

    assert get_study("s").status == Study.Status.CANCELLED
    assert cells() == [("real", 0, "cancelled"), ("made", 0, "")]
    assert not state_of(get_study("s")).at_work
    inline.endless.clear()
    run_study("s")
    assert [state for _, _, state in cells()] == ["successful"] * 2


def test_of_two_processes_the_last_one_says_how_the_study_ended(project: Project) -> None:
    study = create_study(plan(), "s")
    other = claim_on(study)
    assert other.take()

    first = run_study("s")

    assert first.state.word == "running"
    other.release()
    run_study("s")
    assert get_study("s").status == Study.Status.SUCCESSFUL


@pytest.mark.parametrize("end", [Study.Status.SUCCESSFUL, Study.Status.FAILED])
def test_the_end_of_another_process_stops_none_that_goes_on(project: Project, end: str) -> None:
    create_study(plan(), "s")

    def other(done: int, total: int, note: str = "") -> None:
        Study.objects.update(status=end)

    run_study("s", progress=other)

    study = get_study("s")
    assert study.status == Study.Status.SUCCESSFUL
    assert study.report is not None


def test_a_process_that_breaks_off_leaves_the_study_to_the_others(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    study = create_study(plan(), "s")
    other = claim_on(study)
    assert other.take()
    monkeypatch.setattr("training.services.studies.running._keep_report", lambda study: 1 / 0)

    with pytest.raises(ZeroDivisionError):
        run_study("s")

    assert state_of(get_study("s")).word == "running"
    other.release()
    with pytest.raises(ZeroDivisionError):
        run_study("s")
    assert get_study("s").error == "It broke off with ZeroDivisionError: division by zero"


@pytest.mark.parametrize("end", [JobCancelled, KeyboardInterrupt])
def test_interrupted_it_keeps_what_was_finished(
    project: Project, inline: type[InlineExecutor], end: type[BaseException]
) -> None:
    inline.endless.add("synthetic")
    create_study(plan(), "s")

    def interrupt(done: int, total: int, note: str = "") -> None:
        if StudyCell.objects.filter(run__status=Status.SUCCESSFUL).exists():
            raise end

    with pytest.raises(end):
        run_study("s", parallel=1, progress=interrupt)

    assert cells() == [("real", 0, "successful"), ("made", 0, "cancelled")]
    assert get_study("s").status == Study.Status.CANCELLED


def test_a_run_whose_process_is_lost_is_tried_three_times(
    project: Project, inline: type[InlineExecutor]
) -> None:
    inline.lose.update({"real": 2, "synthetic": 3})
    create_study(plan(), "s")

    outcome = run_study("s")

    assert cells() == [("real", 0, "successful"), ("made", 0, "failed")]
    assert outcome.state.failures[0].sentence == "It was killed. It was tried 3 times."
    assert len(inline.started) == 6


def test_a_failed_run_is_tried_again_at_the_next_start(
    project: Project, inline: type[InlineExecutor]
) -> None:
    inline.refuse.add("real")
    create_study(plan(), "s")
    first = run_study("s")
    inline.refuse.clear()

    second = run_study("s")

    assert "No space left on device" in first.state.failures[0].sentence
    assert (second.fitted, second.reused, second.state.failures) == (1, 1, ())


def test_a_study_whose_process_has_gone_is_interrupted(project: Project) -> None:
    study = create_study(plan(), "s")
    Study.objects.filter(pk=study.pk).update(status=Study.Status.RUNNING)

    assert state_of(get_study("s")).word == "interrupted"
    assert not stop_study("s")
    assert get_study("s").status == Study.Status.CANCELLED


def test_runs_of_a_study_attach_no_predictions_unasked(project: Project) -> None:
    create_study(plan(), "s")

    run_study("s")

    assert not Prediction.objects.exists()


def test_progress_counts_steps_of_all_cells(project: Project) -> None:
    told: list[tuple[int, int]] = []
    create_study(plan(), "s")

    run_study("s", progress=lambda done, total, note="": told.append((done, total)))

    assert told[-1] == (192, 192)
    assert [done for done, _ in told] == sorted(done for done, _ in told)


def test_bad_requests_get_a_sentence_and_change_nothing(project: Project) -> None:
    create_study(plan(seeds=2), "s")

    with pytest.raises(StudyNotFound, match="there are s"):
        run_study("nobody")
    with pytest.raises(StudyRefused, match="there are local, ray"):
        run_study("s", executor="cloud")
    with pytest.raises(StudyRefused, match="0 runs at a time"):
        run_study("s", parallel=0)

    assert get_study("s").status == Study.Status.READY


def test_cells_scored_on_other_test_rows_are_open_again(
    project: Project, inline: type[InlineExecutor]
) -> None:
    create_study(plan(), "s")
    run_study("s")
    project.examples.filter(split="test").order_by("pk")[0].delete()
    inline.endless.add("synthetic")

    def interrupt(done: int, total: int, note: str = "") -> None:
        if len(inline.started) == 4:
            raise JobCancelled

    with pytest.raises(JobCancelled):
        run_study("s", parallel=1, progress=interrupt)

    assert cells() == [("real", 0, "successful"), ("made", 0, "cancelled")]
    assert {cell.run.metrics.get("test_rows") for cell in StudyCell.objects.all() if cell.run} == {
        5,
        None,
    }


def test_runs_side_by_side_have_cores_for_all_their_threads(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("training.services.studies.running.own_cores", lambda: 8)
    monkeypatch.setattr("training.services.studies.running.own_devices", tuple)
    wide = {"m": {"threads": 3}, "t": {"classifier": "tfidf"}}

    assert side_by_side(plan()) == 8
    assert side_by_side(plan(classifiers=wide)) == 2
    assert side_by_side(plan(), "ray") is None
    monkeypatch.setattr("training.services.studies.running.own_devices", lambda: ("0", "1"))
    assert side_by_side(plan()) == 2
