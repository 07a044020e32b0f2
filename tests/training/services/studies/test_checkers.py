"""Cells that wait for runs which judge their training rows."""

from __future__ import annotations

from typing import Any

import pytest

from curation.models import Project
from tests.training.inline import InlineExecutor
from tests.training.services.studies.plans import ARMS, cells, plan
from training.fitting.predictions import read_predictions
from training.fitting.rows import read_rows
from training.models import StudyCell, TrainingRun
from training.services import project_scores
from training.services.finished import folder_of
from training.services.studies import create_study, plan_cost, run_study
from training.studies.plan import Arm

pytestmark = pytest.mark.usefixtures("inline")
CHECK, SCORE = TrainingRun.Purpose.CHECK, TrainingRun.Purpose.SCORE


def checked(name: str, **fields: Any) -> Arm:
    return Arm(name=name, **{"source": "synthetic", "quality": "real", **fields})


def checks() -> list[TrainingRun]:
    return list(TrainingRun.objects.filter(purpose=CHECK).order_by("source"))


def run_of(arm: str) -> TrainingRun:
    run = StudyCell.objects.get(arm=arm, seed=0).run
    assert run is not None
    return run


def spoil(project: Project, n: int) -> None:
    """The first texts of a label get the other one."""
    joke, news = project.labels.order_by("position")
    texts = project.examples.filter(split="pool", intended_label=joke).order_by("pk")
    for example in texts[:n]:
        example.intended_label = news
        example.save(update_fields=["intended_label"])


def test_a_filter_drops_rows_whose_label_the_checker_doubts(project: Project) -> None:
    spoil(project, 2)
    create_study(plan(arms=(checked("filter", keep_quality=0.5),)), "s")

    outcome = run_study("s")

    (check,) = checks()
    said = read_predictions(folder_of(check), check.config["labels"])
    assert len(said.ids) == 12
    assert (check.source, check.train_rows, run_of("filter").train_rows) == ("real", 12, 10)
    assert (outcome.fitted, outcome.state.counts["successful"]) == (2, 1)


def test_imp_learns_from_what_both_checkers_said(project: Project) -> None:
    create_study(plan(arms=(checked("imp", config={"loss": "imp"}),)), "s")

    run_study("s")

    quality, diversity = checks()
    rows = read_rows(folder_of(run_of("imp")).train, run_of("imp").config["labels"])
    assert (quality.source, diversity.source) == ("real", "synthetic")
    for check, column in ((quality, "quality"), (diversity, "diversity")):
        said = read_predictions(folder_of(check), check.config["labels"])
        given = dict(zip(said.ids, said.probs[range(12), said.gold].tolist(), strict=True))
        assert {row.id: getattr(row, column) for row in rows} == pytest.approx(given)


def test_arms_and_later_studies_share_checkers(
    project: Project, inline: type[InlineExecutor]
) -> None:
    spoil(project, 2)
    arms = (
        *ARMS,
        checked("filter", keep_quality=0.5),
        checked("imp", config={"loss": "imp"}),
    )
    create_study(plan(arms=arms), "s")
    create_study(plan(arms=(checked("stricter", keep_quality=0.6),)), "other")

    run_study("s")
    started = len(inline.started)
    run_study("other")

    assert len(checks()) == 2
    assert started == 6
    assert len(inline.started) <= started + 1


def test_a_checker_that_fails_fails_its_cells_with_its_sentence(
    project: Project, inline: type[InlineExecutor]
) -> None:
    project.examples.filter(split="train", gold_label__name="news").delete()
    create_study(plan(arms=(checked("filter", keep_quality=0.5), ARMS[1])), "s")

    outcome = run_study("s")

    assert cells() == [("filter", 0, ""), ("made", 0, "successful")]
    assert outcome.state.failures[0].sentence.startswith("Its quality checker failed: train.jsonl")


def test_a_filter_that_leaves_nothing_fails_its_cell_only(project: Project) -> None:
    create_study(plan(arms=(checked("strict", keep_quality=0.9999), ARMS[1])), "s")

    outcome = run_study("s")

    assert [state for _, _, state in cells()] == ["", "successful"]
    assert "none of 12 has that" in outcome.state.failures[0].sentence


def test_checkers_are_not_scores_of_the_project(project: Project) -> None:
    create_study(plan(arms=(*ARMS, checked("filter", keep_quality=0.5))), "s")
    run_study("s")

    TrainingRun.objects.update(asked_at="2026-01-01T00:00:00Z")

    table = project_scores(project)
    assert {one.scores.rows for one in table.sources} == {6}


def test_a_plan_counts_checkers_and_what_waits_for_them(project: Project) -> None:
    spoil(project, 2)
    mine = plan(arms=(*ARMS, checked("imp", config={"loss": "imp"})))

    before = plan_cost(mine)
    create_study(mine, "s")
    run_study("s")
    after = plan_cost(mine)

    assert (before.cells, before.checks, before.total("runs"), before.total("there")) == (
        3,
        2,
        5,
        0,
    )
    assert (after.checks, after.total("runs"), after.total("to_fit")) == (2, 5, 0)


def test_steps_of_checkers_are_part_of_the_progress(project: Project) -> None:
    told: list[tuple[int, int]] = []
    create_study(plan(arms=(checked("imp", config={"loss": "imp"}), ARMS[0])), "s")

    run_study("s", progress=lambda done, total, note="": told.append((done, total)))

    assert told[-1] == (4 * 96, 4 * 96)
