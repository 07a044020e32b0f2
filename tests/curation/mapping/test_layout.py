"""Where texts lie, which stand on a map, and in which groups."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from curation.errors import JobCancelled
from curation.mapping import layout as module
from curation.mapping.groups import groups_of
from curation.mapping.layout import lay_out
from curation.mapping.sampling import stratified
from curation.mapping.store import NoMap, StoredMap, read_map, steps, write_map


def topics(*sizes: int, apart: float = 4.0) -> module.Vectors:
    """Unit vectors, so many about each topic."""
    dice = np.random.default_rng(0)
    middles = dice.normal(size=(len(sizes), 32)) * apart
    rows = [middles[topic] + dice.normal(size=(n, 32)) for topic, n in enumerate(sizes)]
    vectors = np.concatenate(rows)
    unit = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.asarray(unit, dtype=np.float32)


def share_beside_its_own(places: module.Coordinates, topic: npt.NDArray[np.int64]) -> float:
    """Share of points whose nearest other point is of the same topic."""
    far = ((places[:, None] - places[None]) ** 2).sum(axis=2)
    np.fill_diagonal(far, np.inf)
    return float((topic[far.argmin(axis=1)] == topic).mean())


def test_texts_of_one_topic_lie_together_and_twice_in_the_same_place() -> None:
    vectors = topics(25, 25)

    first, second = lay_out(vectors), lay_out(vectors)

    assert first.placed == 50
    assert (first.places == second.places).all()
    assert first.places.min() == 0
    assert first.places.max() == 1
    assert share_beside_its_own(first.places, np.repeat([0, 1], 25)) > 0.95


def test_of_many_texts_a_sample_is_placed_and_the_others_beside_their_neighbours(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "TSNE", 40)

    found = lay_out(topics(60, 60))

    assert found.placed == 40
    assert share_beside_its_own(found.places, np.repeat([0, 1], 60)) > 0.95


@pytest.mark.parametrize("n", [1, 2, 3, 11])
def test_few_texts_are_placed_by_principal_components_alone(n: int) -> None:
    found = lay_out(topics(n))

    assert found.placed == 0
    assert found.places.shape == (n, 2)
    assert np.isfinite(found.places).all()


def test_equal_texts_lie_in_the_middle_of_the_map() -> None:
    found = lay_out(np.repeat(topics(1), 20, axis=0))

    assert found.places.tolist() == [[0.5, 0.5]] * 20


def test_drawing_stops_between_its_steps() -> None:
    def cancelled(done: int, total: int, note: str = "") -> None:
        if done == 1:
            raise JobCancelled

    with pytest.raises(JobCancelled):
        lay_out(topics(20), progress=cancelled)


def test_a_sample_gives_each_stratum_its_share() -> None:
    strata = np.repeat([0, 1, 2], [700, 250, 50])

    kept = stratified(strata, 100)

    assert np.bincount(strata[kept]).tolist() == [70, 25, 5]
    assert (np.diff(kept) > 0).all()
    assert (kept == stratified(strata, 100)).all()
    assert (kept != stratified(strata, 100, seed=1)).any()


def test_groups_are_named_by_their_own_words_and_the_largest_comes_first() -> None:
    corners = np.repeat([[0, 0], [1, 1]], [30, 50], axis=0)
    places = (corners + np.random.default_rng(0).normal(scale=0.05, size=(80, 2))).astype(
        np.float32
    )
    texts = ["salty soup"] * 30 + ["fast train"] * 50

    found = groups_of(places, texts)

    assert found.sizes == (50, 30)
    assert found.words == ("fast, train", "salty, soup")
    assert found.group.tolist() == [1] * 30 + [0] * 50
    assert [place < 30 for place in found.typical] == [False, True]


def test_a_map_comes_back_from_its_file_as_it_was(tmp_path: Path) -> None:
    halves = np.array([0, 0.5, 1], dtype=np.float32)
    drawn = StoredMap(
        keys=np.array([3, 4, 2**40]),
        x=steps(halves),
        y=steps(halves[::-1]),
        group=np.array([0, 1, 0], dtype=np.uint8),
        notes={"words": "größer"},
    )
    path = tmp_path / "maps" / "jokes.npz"

    write_map(path, drawn)
    found = read_map(path)

    assert found.keys.tolist() == [3, 4, 2**40]
    assert found.shares()[0] == pytest.approx([0, 0.5, 1], abs=1e-5)
    assert found.notes["words"] == "größer"


@pytest.mark.parametrize("keep", [0, 1, 100, -1])
def test_a_torn_file_is_no_map(tmp_path: Path, keep: int) -> None:
    path = tmp_path / "jokes.npz"
    none = np.zeros(0, dtype=np.uint16)
    empty = StoredMap(
        keys=np.zeros(0, dtype=np.int64), x=none, y=none, group=none.astype(np.uint8), notes={}
    )
    write_map(path, empty)
    path.write_bytes(path.read_bytes()[:keep])

    with pytest.raises(NoMap):
        read_map(path)
    with pytest.raises(NoMap):
        read_map(tmp_path / "nothing.npz")
