"""A file of vectors that survives kills and company."""

from __future__ import annotations

import multiprocessing
from pathlib import Path

import numpy as np
import numpy.typing as npt

from curation.embeddings.store import VectorStore, content_key

SIZE = 32 + 4 * 3 + 4


def key(text: str) -> bytes:
    return content_key(text, model="m")


def vector(number: float) -> npt.NDArray[np.float32]:
    return np.array([number, 0.5, -1], dtype=np.float32)


def found(store: VectorStore, *texts: str) -> dict[bytes, list[float]]:
    return {name: row.tolist() for name, row in store.find({key(text) for text in texts})}


def test_what_was_added_is_found_by_content(tmp_path: Path) -> None:
    store = VectorStore(tmp_path / "deep" / "vectors", dimensions=3)
    store.add({key("a"): vector(1), key("b"): vector(2)})
    store.add({key("c"): vector(3)})

    assert found(store, "c", "a", "z") == {key("a"): [1, 0.5, -1], key("c"): [3, 0.5, -1]}


def test_nothing_is_found_where_nothing_is(tmp_path: Path) -> None:
    assert found(VectorStore(tmp_path / "vectors", dimensions=3), "a") == {}


def test_a_torn_tail_is_passed_over_and_then_cut_off(tmp_path: Path) -> None:
    path = tmp_path / "vectors"
    store = VectorStore(path, dimensions=3)
    store.add({key("a"): vector(1), key("b"): vector(2)})
    path.write_bytes(path.read_bytes()[:-5])

    assert list(found(store, "a", "b")) == [key("a")]
    store.add({key("c"): vector(3)})
    assert found(store, "a", "b", "c").keys() == {key("a"), key("c")}
    assert path.stat().st_size == 2 * SIZE


def test_a_damaged_record_is_none_and_may_be_added_again(tmp_path: Path) -> None:
    path = tmp_path / "vectors"
    store = VectorStore(path, dimensions=3)
    store.add({key("a"): vector(1), key("b"): vector(2)})
    content = bytearray(path.read_bytes())
    content[40] ^= 1
    path.write_bytes(content)

    assert list(found(store, "a", "b")) == [key("b")]
    store.add({key("a"): vector(1)})
    assert found(store, "a")[key("a")] == [1, 0.5, -1]


def test_zeros_after_a_power_cut_are_no_record(tmp_path: Path) -> None:
    path = tmp_path / "vectors"
    path.write_bytes(bytes(SIZE))

    assert list(VectorStore(path, dimensions=3).find({bytes(32)})) == []


def write_many(path: Path, name: str) -> None:
    store = VectorStore(path, dimensions=3)
    for number in range(100):
        store.add({key(f"{name}{number}"): vector(number)})


def test_two_processes_may_write_at_the_same_time(tmp_path: Path) -> None:
    path = tmp_path / "vectors"
    context = multiprocessing.get_context("spawn")
    writers = [context.Process(target=write_many, args=(path, name)) for name in "ab"]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()

    names = [f"{name}{number}" for name in "ab" for number in range(100)]
    assert len(found(VectorStore(path, dimensions=3), *names)) == 200
    assert path.stat().st_size == 200 * SIZE


def test_keys_differ_by_model_and_take_every_text() -> None:
    assert content_key("a", model="m") != content_key("a", model="n")
    assert content_key("half \ud83d", model="m") != content_key("half", model="m")
