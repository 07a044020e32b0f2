"""Confidence, variability, correctness and regions, counted by hand."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from training.fitting.config import FitConfig
from training.fitting.dynamics import Recorder, read_dynamics, regions, write_dynamics
from training.fitting.rows import Row

CONFIG = FitConfig(labels=("joke", "news"))
ROWS = (
    Row(id="b", text="x", label="joke"),
    Row(id="a", text="x", label="news"),
    Row(id="c", text="x", label="joke"),
)


def recorder(rows: Sequence[Row] = ROWS) -> Recorder:
    return Recorder(CONFIG, rows)


def tell(watcher: Recorder, places: Sequence[int], jokes: Sequence[float]) -> None:
    """A batch in which p(joke) of each place is as given."""
    probs = np.array([[p, 1 - p] for p in jokes], dtype=np.float32)
    watcher.seen(np.array(places, dtype=np.int64), probs)


def test_dynamics_are_those_of_the_given_label_by_id() -> None:
    watcher = recorder()
    for jokes in ([0.5, 0.5], [0.75, 0.25], [1.0, 0.0]):
        tell(watcher, [0, 1], jokes)

    found = watcher.dynamics()

    # 0.5, 0.75, 1 for both: mean 0.75, squares 1/16, 0, 1/16, so variability sqrt(1/24)
    assert found.ids == ["a", "b", "c"]
    assert found.labels == ["news", "joke", "joke"]
    assert found.seen.tolist() == [3, 3, 0]
    assert found.confidence[:2] == pytest.approx([0.75, 0.75])
    assert found.variability[:2] == pytest.approx([(1 / 24) ** 0.5] * 2)
    assert found.correctness[:2] == pytest.approx([1, 1])  # half and half counts as right


def test_a_row_that_was_never_seen_has_no_numbers_and_no_region() -> None:
    watcher = recorder()
    tell(watcher, [0, 0, 0], [0.1, 0.2, 0.15])

    found = watcher.dynamics()

    assert np.isnan([found.confidence[2], found.variability[2], found.correctness[2]]).all()
    assert found.regions == ["unseen", "hard", "unseen"]
    assert found.counts() == {"easy": 0, "ambiguous": 0, "hard": 1, "unseen": 2}


def test_correctness_is_the_share_of_times_the_given_label_was_likeliest() -> None:
    watcher = recorder()
    for p in (0.2, 0.4, 0.6, 0.8):
        tell(watcher, [0], [p])

    assert watcher.dynamics().correctness[1] == 0.5


@pytest.mark.parametrize(
    ("confidence", "variability", "seen", "region"),
    [
        (0.75, 0.2, 3, "easy"),
        (0.75, 0.21, 3, "ambiguous"),
        (0.74, 0.0, 3, "ambiguous"),
        (0.25, 0.2, 3, "hard"),
        (0.25, 0.21, 3, "ambiguous"),
        (0.9, 0.0, 2, "unseen"),
    ],
)
def test_regions_end_where_the_study_ends_them(
    confidence: float, variability: float, seen: int, region: str
) -> None:
    found = regions(np.array([confidence]), np.array([variability]), np.array([seen]))

    assert found == [region]


def test_the_order_of_rows_changes_nothing() -> None:
    forth, back = recorder(), recorder(ROWS[::-1])
    for p in (0.2, 0.9, 0.4):
        tell(forth, [0, 2], [p, 1 - p])
        tell(back, [0, 2], [1 - p, p])

    one, other = forth.dynamics(), back.dynamics()

    assert (one.ids, one.regions) == (other.ids, other.regions)
    assert one.confidence == pytest.approx(other.confidence, nan_ok=True)


def test_a_restored_recorder_ends_as_one_that_was_not_interrupted() -> None:
    whole, first, second = recorder(), recorder(), recorder()
    for p in (0.3, 0.7):
        tell(whole, [0, 1], [p, p])
        tell(first, [0, 1], [p, p])
    second.restore(first.state())
    tell(first, [0], [0.0])  # what the killed one still heard is not in its state

    for watcher in (whole, second):
        tell(watcher, [1, 0], [0.6, 0.1])

    assert second.dynamics().confidence.tolist()[:2] == whole.dynamics().confidence.tolist()[:2]
    assert second.dynamics().variability.tolist()[:2] == whole.dynamics().variability.tolist()[:2]


def test_what_is_written_comes_back(tmp_path: Path) -> None:
    watcher = recorder()
    tell(watcher, [0, 0, 0, 1], [0.9, 0.95, 1.0, 0.4])
    path = tmp_path / "dynamics.parquet"

    watcher.write(path)
    found = read_dynamics(path)

    expected = watcher.dynamics()
    assert (found.ids, found.labels, found.regions) == (
        expected.ids,
        expected.labels,
        ["unseen", "easy", "unseen"],
    )
    assert found.seen.tolist() == [1, 3, 0]
    assert found.confidence == pytest.approx(expected.confidence, nan_ok=True)
    assert found.variability == pytest.approx(expected.variability, nan_ok=True)

    write_dynamics(tmp_path / "again", found)
    assert (tmp_path / "again").read_bytes() == path.read_bytes()
