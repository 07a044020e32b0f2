import numpy as np
import pytest

from curation.explorer.agreement_figure import accuracy_over_agreement, line

GOLD = np.zeros(40, dtype=np.int64)


def test_accuracy_is_of_the_rows_that_reach_the_threshold() -> None:
    agreement = np.repeat([0.6, 1.0], 20)
    said = [(agreement < 1).astype(np.int16)[None, :]]  # wrong where people disagree

    found = accuracy_over_agreement(said, GOLD, agreement, n_labels=2)

    assert found is not None
    points = [(point.threshold, point.rows, point.accuracy.mean) for point in found.points]
    assert points == [(0.6, 40, 0.5), (1.0, 20, 1.0)]
    assert found.slope == pytest.approx(1.25)
    assert (found.r_squared, found.rho) == (None, None)  # two points always lie on a line


def test_points_with_fewer_than_ten_rows_are_left_out() -> None:
    agreement = np.array([0.6] * 31 + [1.0] * 9)

    found = accuracy_over_agreement([np.zeros((1, 40), np.int16)], GOLD, agreement, n_labels=2)

    assert found is not None
    assert [point.rows for point in found.points] == [40]


def test_rows_without_votes_are_left_out_and_without_any_there_is_no_figure() -> None:
    said = [np.zeros((1, 40), np.int16)]
    agreement = np.array([1.0] * 20 + [np.nan] * 20)

    half = accuracy_over_agreement(said, GOLD, agreement, n_labels=2)

    assert half is not None
    assert half.points[0].rows == 20
    assert accuracy_over_agreement(said, GOLD, np.full(40, np.nan), n_labels=2) is None


def test_a_line_through_one_point_or_a_level_one_explains_nothing() -> None:
    assert line(np.array([1.0]), np.array([0.5])) == (None, None, None)
    assert line(np.array([0.0, 1.0, 2.0]), np.array([0.5, 0.5, 0.5])) == (0.0, 0.5, None)


def test_values_of_gamma_may_be_given() -> None:
    gold = np.zeros(30, dtype=np.int64)
    agreement = np.repeat([0.6, 0.8, 1.0], 10)
    one_seed = np.zeros((1, 30), dtype=np.int16)

    found = accuracy_over_agreement([one_seed], gold, agreement, n_labels=2, at=[0.9, 0.5])

    assert found is not None
    assert [(point.threshold, point.rows) for point in found.points] == [(0.5, 30), (0.9, 10)]
