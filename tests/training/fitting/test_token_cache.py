"""Tokens by content."""

from __future__ import annotations

import multiprocessing
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from training.fitting.token_cache import MOST_SEGMENTS, Coded, TokenCache


class Counting:
    """Codes the letters of texts, and remembers which it was asked for."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def __call__(self, texts: Sequence[str]) -> list[Coded]:
        self.asked += texts
        return [
            Coded(ids=np.array([*map(ord, text)], np.int32), cut=len(text) > 3) for text in texts
        ]


def cache_in(home: Path, *, identity: str = "letters", max_length: int = 8) -> TokenCache:
    return TokenCache(home, identity=identity, max_length=max_length)


def plain(coded: Sequence[Coded]) -> list[tuple[str, bool]]:
    return [("".join(map(chr, one.ids)), one.cut) for one in coded]


def test_a_text_is_tokenised_once_and_comes_back_in_its_place(tmp_path: Path) -> None:
    tokenise = Counting()
    cache_in(tmp_path).coded(["joke", "ad", "joke"], tokenise)

    found = cache_in(tmp_path).coded(["ad", "new", "joke"], tokenise)

    assert plain(found) == [("ad", False), ("new", False), ("joke", True)]
    assert tokenise.asked == ["joke", "ad", "new"]


def test_another_tokenizer_or_length_has_tokens_of_its_own(tmp_path: Path) -> None:
    tokenise = Counting()
    for identity, length in (("a", 8), ("b", 8), ("a", 16)):
        cache_in(tmp_path, identity=identity, max_length=length).coded(["ad"], tokenise)

    assert tokenise.asked == ["ad"] * 3


def test_a_damaged_segment_is_passed_over(tmp_path: Path) -> None:
    tokenise = Counting()
    cache_in(tmp_path).coded(["ad"], tokenise)
    (segment,) = tmp_path.rglob("*.npz")
    segment.write_bytes(segment.read_bytes()[:40])

    assert plain(cache_in(tmp_path).coded(["ad"], tokenise)) == [("ad", False)]
    assert tokenise.asked == ["ad", "ad"]


def test_many_small_segments_become_one(tmp_path: Path) -> None:
    tokenise = Counting()
    texts = [f"t{at}" for at in range(MOST_SEGMENTS + 1)]
    for text in texts:
        cache_in(tmp_path).coded([text], tokenise)

    assert len(list(tmp_path.rglob("*.npz"))) == 1
    cache_in(tmp_path).coded(texts, tokenise)
    assert tokenise.asked == texts


def add_in_turn(home: str, prefix: str) -> None:
    for at in range(20):
        cache_in(Path(home)).coded([f"{prefix}{at}", "shared"], Counting())


def test_processes_may_add_at_once(tmp_path: Path) -> None:
    fork = multiprocessing.get_context("spawn")
    workers = [fork.Process(target=add_in_turn, args=(str(tmp_path), name)) for name in "ab"]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()

    found = cache_in(tmp_path).coded(
        [f"{name}{at}" for name in "ab" for at in range(20)], Counting()
    )

    assert [text for text, _ in plain(found)] == [
        f"{name}{at}" for name in "ab" for at in range(20)
    ]
    assert [worker.exitcode for worker in workers] == [0, 0]
    assert not list(tmp_path.rglob("*.part"))
