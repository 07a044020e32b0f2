"""Counting requests."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from multiprocessing import get_context
from pathlib import Path

from curation.limits.counters import Counters
from curation.limits.rules import Rule

RULE = Rule(name="try", times=3, seconds=60, what="tries come in")


def allowed(counters: Counters, asker: str, *, now: float) -> bool:
    return counters.hit(RULE, asker, now=now).allowed


def test_the_fourth_of_three_waits_for_the_next_window(tmp_path: Path) -> None:
    counters = Counters(tmp_path / "limits.sqlite3")

    four = [counters.hit(RULE, "ann", now=130.0) for _ in range(4)]

    assert [one.allowed for one in four] == [True, True, True, False]
    assert four[3].wait == 50
    assert allowed(counters, "ann", now=180.0)


def test_askers_and_rules_are_counted_apart(tmp_path: Path) -> None:
    counters = Counters(tmp_path / "limits.sqlite3")
    for _ in range(3):
        counters.hit(RULE, "ann", now=0.0)
    other = Rule(name="other", times=3, seconds=60, what="tries come in")

    assert not allowed(counters, "ann", now=1.0)
    assert allowed(counters, "bob", now=1.0)
    assert counters.hit(other, "ann", now=1.0).allowed


def test_threads_share_the_count_and_lose_none(tmp_path: Path) -> None:
    counters = Counters(tmp_path / "limits.sqlite3")
    wide = Rule(name="wide", times=40, seconds=60, what="tries come in")

    with ThreadPoolExecutor(4) as pool:
        verdicts = list(pool.map(lambda _: counters.hit(wide, "ann", now=0.0), range(50)))

    assert sum(one.allowed for one in verdicts) == 40


def test_processes_share_the_count(tmp_path: Path) -> None:
    path = tmp_path / "limits.sqlite3"
    for _ in range(2):
        child = get_context("spawn").Process(target=hit_once, args=(path,))
        child.start()
        child.join()

    assert allowed(Counters(path), "ann", now=0.0)
    assert not allowed(Counters(path), "ann", now=0.0)


def hit_once(path: Path) -> None:
    Counters(path).hit(RULE, "ann", now=0.0)


def test_nobody_is_kept_out_where_the_file_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    assert Counters(tmp_path / "file" / "limits.sqlite3").hit(RULE, "ann", now=0.0).allowed
