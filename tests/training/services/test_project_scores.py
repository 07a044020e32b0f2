from __future__ import annotations

import shutil

import pytest

from curation.models import Project
from tests.training.factories import finished_run
from training.errors import NoScores
from training.services import project_scores

GOLD = ["joke", "joke", "news", "news"]
PERFECT = GOLD
HALF = ["joke", "news", "joke", "news"]
ALL_JOKE = ["joke"] * 4


def test_scores_are_means_over_seeds_with_their_size(project: Project) -> None:
    finished_run(project, "real", seed=0, gold=GOLD, predicted=PERFECT)
    finished_run(project, "real", seed=1, gold=GOLD, predicted=HALF)

    (real,) = project_scores(project).sources

    assert real.scores.macro_f1.mean == pytest.approx(0.75)
    assert real.scores.accuracy.mean == pytest.approx(0.75)
    assert real.scores.macro_f1.low <= 0.75 <= real.scores.macro_f1.high
    assert (real.seeds, real.train_rows, real.scores.rows) == (2, 10, 4)


def test_collapsed_runs_are_counted(project: Project) -> None:
    finished_run(project, "real", seed=0, gold=GOLD, predicted=ALL_JOKE, collapsed=True)
    finished_run(project, "real", seed=1, gold=GOLD, predicted=PERFECT)

    (real,) = project_scores(project).sources

    assert real.collapsed == 1


def test_test_rows_that_people_agree_on_are_scored_apart(project: Project) -> None:
    finished_run(project, "real", gold=GOLD, predicted=HALF, agreement=[1.0, 0.6, None, 0.8])

    (real,) = project_scores(project, agreed_from=0.8).sources

    assert real.agreed is not None
    assert (real.agreed.rows, real.agreed.accuracy.mean) == (2, 1.0)


def test_there_is_no_agreed_part_when_no_test_row_carries_agreement(project: Project) -> None:
    finished_run(project, "real", gold=GOLD, predicted=HALF)

    (real,) = project_scores(project).sources

    assert real.agreed is None


OTHER = {"joke": "news", "news": "joke"}


def runs_of_three(project: Project) -> None:
    """A version and real rows that are always right, and random rows that are less so by seed."""
    gold = GOLD * 20
    for seed in range(3):
        wrong = 4 * (seed + 1)
        worse = [OTHER[label] for label in gold[:wrong]] + gold[wrong:]
        finished_run(project, "version:3", seed=seed, gold=gold, predicted=gold)
        finished_run(project, "real@10", seed=seed, gold=gold, predicted=gold)
        finished_run(project, "random:3", seed=seed, gold=gold, predicted=worse)


def test_a_version_is_compared_with_its_random_subset(project: Project) -> None:
    runs_of_three(project)

    (comparison,) = project_scores(project).comparisons

    found = comparison.macro_f1
    assert (comparison.first, comparison.second) == ("version:3", "random:3")
    assert (found.seeds, found.rows) == (3, 80)
    assert found.mean == pytest.approx(0.1, abs=0.01)
    assert found.p == found.p_holm


def test_one_set_for_all_seeds_may_be_as_lucky_as_one_of_the_random_ones(project: Project) -> None:
    runs_of_three(project)
    pairs = [("version:3", "random:3"), ("real@10", "random:3")]

    one_set, new_sets = (one.macro_f1 for one in project_scores(project, pairs=pairs).comparisons)

    assert one_set.mean == new_sets.mean
    assert one_set.low is not None
    assert new_sets.low is not None
    assert one_set.low < 0 < new_sets.low


def test_only_common_seeds_are_compared(project: Project) -> None:
    for seed in range(3):
        finished_run(project, "version:3", seed=seed, gold=GOLD, predicted=PERFECT)
    finished_run(project, "random:3", seed=1, gold=GOLD, predicted=HALF)

    (comparison,) = project_scores(project).comparisons

    assert comparison.macro_f1.seeds == 1


def test_sources_of_different_recipes_are_not_compared(project: Project) -> None:
    finished_run(project, "version:3", gold=GOLD, predicted=PERFECT, recipe="80 steps")
    finished_run(project, "random:3", gold=GOLD, predicted=HALF, recipe="40 steps")

    assert project_scores(project).comparisons == ()


def test_sources_come_in_the_order_asked_for(project: Project) -> None:
    for source in ("synthetic", "real"):
        finished_run(project, source, gold=GOLD, predicted=PERFECT)

    table = project_scores(project, sources=["real", "random:1", "synthetic"])

    assert [one.source for one in table.sources] == ["real", "synthetic"]
    assert list(table.as_json()["scores"]) == ["real", "synthetic"]


def test_any_two_sources_can_be_compared(project: Project) -> None:
    for source in ("synthetic", "real"):
        finished_run(project, source, gold=GOLD, predicted=PERFECT)

    table = project_scores(project, pairs=[("real", "synthetic")])

    assert table.comparisons[0].macro_f1.mean == 0.0
    assert "takes 3 seeds" in table.comparisons[0].sentence()


def test_a_run_whose_folder_is_gone_is_named_as_missing(project: Project) -> None:
    kept = finished_run(project, "real", seed=0, gold=GOLD, predicted=PERFECT)
    gone = finished_run(project, "real", seed=1, gold=GOLD, predicted=HALF)
    shutil.rmtree(gone.path())

    table = project_scores(project)

    assert table.missing == ("real, seed 1",)
    assert table.sources[0].seeds == 1
    assert kept.path().exists()


def test_a_project_that_was_never_trained_gets_a_sentence(project: Project) -> None:
    with pytest.raises(NoScores, match=r"manage\.py train headlines --source synthetic"):
        project_scores(project)
