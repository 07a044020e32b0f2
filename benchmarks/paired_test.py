"""How often tests of two arms claim a difference: where there is none, and where there is one.

    python -m benchmarks.paired_test --data DATA [--tries 300]

Two arms are made up that differ by chance only, in the test rows that each finds hard, in the
luck of each seed and in single answers; or one of them is better; or one has a single draw of
training rows for all seeds, as a curated set has beside random ones. Three tests are asked at the
level of 0.05: ours (seeds as readers and rows as cases), a bootstrap of rows and seeds, and the
exchange of the arms' answers row by row. The single draw is tried on real texts too, of DATA.
Writes docs/results/paired_test.md, keeps the numbers.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path

import numpy as np
import numpy.typing as npt

from benchmarks.paired_test_page import page
from benchmarks.paired_test_texts import LEVEL, claims_on_texts, text_cases
from benchmarks.recording import environment, record
from training.evaluation import resampling
from training.evaluation.intervals import central
from training.evaluation.paired import paired_test
from training.evaluation.scores import Codes, Floats, macro_f1

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "results" / "paired_test.md"
RESAMPLES = 400
LABELS = 2
TESTS = ("ours", "bootstrap", "exchange", "as if each seed had its own")


@dataclass(frozen=True, kw_only=True)
class Case:
    """How two arms are made up; spreads are standard deviations before the threshold."""

    seeds: int
    rows: int
    of_seeds: float  # luck of a seed, the same for all its rows
    better: float  # how much the first arm is ahead; 0: the arms are equal
    one_draw: bool = False  # all seeds of the first arm share their luck


def cases() -> Iterator[Case]:
    for better, spreads in ((0.0, (0.0, 0.1, 0.3)), (0.3, (0.0, 0.1))):
        for seeds in (2, 3, 5):
            for of_seeds in spreads:
                yield Case(seeds=seeds, rows=300, of_seeds=of_seeds, better=better)
    for seeds in (3, 5, 10):
        for better, of_seeds in ((0.0, 0.1), (0.0, 0.3), (0.3, 0.1)):
            yield Case(seeds=seeds, rows=300, of_seeds=of_seeds, better=better, one_draw=True)


def made_up(case: Case, rng: np.random.Generator) -> tuple[Codes, Codes, Codes]:
    """Gold labels (N,) and what the arms say, (S, N) each."""
    gold = rng.integers(LABELS, size=case.rows)
    hard = rng.normal(0, 1, case.rows)
    arms = []
    for ahead, draws in ((case.better, 1 if case.one_draw else case.seeds), (0.0, case.seeds)):
        luck = rng.normal(0, case.of_seeds, (draws, 1))
        single = rng.normal(0, 0.3, (case.seeds, case.rows))
        right = 0.8 + ahead + hard + rng.normal(0, 0.3, case.rows) + luck + single > 0
        arms.append(np.where(right, gold, 1 - gold))
    return gold, arms[0], arms[1]


def exchange(gold: Codes, first: Codes, second: Codes, rng: np.random.Generator) -> float:
    """P-value of exchanging the arms' answers to a row, all seeds of it together.

    Source: Yeh 2000, More accurate tests for the statistical significance of result differences.
    """
    swap = rng.random((RESAMPLES, len(gold))) < 0.5
    swap[0] = False
    change = [_difference(gold, one, two, swap) for one, two in zip(first, second, strict=True)]
    found = np.abs(np.mean(change, axis=0))
    return float((found >= found[0] - 1e-12).mean())


def _difference(gold: Codes, one: Codes, two: Codes, swap: npt.NDArray[np.bool_]) -> Floats:
    mine, theirs = np.where(swap, two, one), np.where(swap, one, two)
    return _f1(gold, mine) - _f1(gold, theirs)


def _f1(gold: Codes, said: Codes) -> Floats:
    """(B, N) → (B,)"""
    has = np.stack([(gold == code).sum() * np.ones(len(said)) for code in range(LABELS)], axis=1)
    says = np.stack([(said == code).sum(axis=1) for code in range(LABELS)], axis=1)
    hits = [((said == code) & (gold == code)).sum(axis=1) for code in range(LABELS)]
    return macro_f1(np.stack(hits, axis=1), has, says)


def bootstrap(gold: Codes, first: Codes, second: Codes, *, seed: int) -> bool:
    """Whether the central 95 % of the difference, rows and seeds drawn again, leave out 0."""
    draws = resampling.seed_draws(len(first), resamples=RESAMPLES, seed=seed)
    one, other = (
        resampling.resample(gold, arm, n_labels=LABELS, resamples=RESAMPLES, seed=seed).macro_f1
        for arm in (first, second)
    )
    low, high = central(resampling.over_seeds(one - other, draws))
    return low > 0 or high < 0


def claims(case: Case, *, tries: int, seed: int = 0) -> dict[str, float]:
    """Share of the tries in which each test claims a difference."""
    rng = np.random.default_rng([seed, case.seeds, round(10 * case.of_seeds), case.better > 0])
    said = dict.fromkeys(TESTS, 0)
    for number in range(tries):
        gold, one, other = made_up(case, rng)
        test = partial(paired_test, gold, one, other, n_labels=LABELS)
        said["ours"] += test(one_draw=case.one_draw).p < LEVEL
        said["as if each seed had its own"] += test().p < LEVEL
        said["bootstrap"] += bootstrap(gold, one, other, seed=number)
        said["exchange"] += exchange(gold, one, other, rng) < LEVEL
    return {test: times / tries for test, times in said.items()}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="the folder that holds tasks/")
    parser.add_argument("--tries", type=int, default=300, help="pairs of arms of each case")
    options = parser.parse_args()
    before, found, texts = environment(), [], []
    for case in cases():
        found.append({**asdict(case), "claims": claims(case, tries=options.tries)})
        print(found[-1], flush=True)
    for one in text_cases():
        told = claims_on_texts(options.data, one, tries=options.tries)
        texts.append({**asdict(one), "claims": told})
        print(texts[-1], flush=True)
    kept = {"tries": options.tries, "cases": found, "texts": texts}
    path = record("paired-test", kept, before=before)
    PAGE.write_text(page(kept), encoding="utf-8")
    print(f"Kept in {path.relative_to(ROOT)} and {PAGE.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
