"""Forecasts of larger studies from small pilots, held against real votes.

`python -m benchmarks.study_design --data DATA/crowd --page docs/results/study_design.md`

For each set and each of 20 draws: a pilot of 50 examples with 3 votes each, drawn at random; what
`curation.designing` forecasts from it; and a real study of other examples of the set, their votes
drawn at random too.
"""

from __future__ import annotations

import argparse
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from benchmarks.recording import environment, record
from benchmarks.study_design_page import page
from curation.aggregation.result import Votes
from curation.agreement import alpha_interval, nominal_alpha
from curation.agreement.counts import Counts
from curation.designing import Design, Grid, design_study
from curation.designing.futures import is_kept

PILOT_EXAMPLES, PILOT_VOTES = 50, 3
MOST_EXAMPLES = 500  # of a study
MOST_VOTES = 10


@dataclass(frozen=True)
class Crowd:
    """A set: the most votes that nearly every example has, and whether they are many."""

    name: str
    votes: int  # of a study, at most
    many: bool = False  # as many as can stand for "many votes"


CROWDS = (
    Crowd("snow_rte", 10, many=True),
    Crowd("weather_sentiment", 20, many=True),
    Crowd("vldb_sentiment", 20, many=True),
    Crowd("hate_g1", 20, many=True),
    Crowd("hate_g2", 20, many=True),
    Crowd("hate_g3", 20, many=True),
    Crowd("popquorn_offensiveness", 7),
    Crowd("movie_polarity", 5),
    Crowd("multipico_en", 5),
    Crowd("convabuse", 3),
    Crowd("product_match", 3),
)


@dataclass(frozen=True, kw_only=True)
class Options:
    data: Path
    draws: int
    gamma: float
    half_width: float
    page: Path | None


@dataclass(frozen=True, kw_only=True)
class Real:
    """What one real study found."""

    alpha: float
    half_width: float
    kept: float
    wrong: float | None  # against all votes, where these are many


@dataclass(frozen=True, kw_only=True)
class Draw:
    """One pilot: forecasts beside what came."""

    sizes: list[tuple[Design, Real]]  # the largest number of examples, by votes
    wish: tuple[Design, Real] | None  # the recommended size; None where there was none


def load(folder: Path, name: str) -> list[npt.NDArray[np.int64]]:
    """Label codes of each example's votes, examples in the file's order, of K labels."""
    votes = pd.read_csv(folder / name / "annotations.csv", dtype=str)
    labels = json.loads((folder / name / "source.json").read_text())["labels"]
    codes = votes["label"].map({label: code for code, label in enumerate(labels)})
    grouped = codes.groupby(votes["task"], sort=False)
    return [group.to_numpy(dtype=np.int64) for _, group in grouped]


def counted(examples: list[npt.NDArray[np.int64]], votes: int, n_labels: int) -> Counts:
    """(T, K) the first `votes` votes of each example."""
    return np.array([np.bincount(labels[:votes], minlength=n_labels) for labels in examples])


def as_votes(examples: list[npt.NDArray[np.int64]], n_labels: int) -> Votes:
    """The pilot; who voted does not matter here, so every vote is another annotator's."""
    label = np.concatenate([labels[:PILOT_VOTES] for labels in examples])
    return Votes(
        task=np.repeat(np.arange(len(examples)), PILOT_VOTES),
        worker=np.arange(len(label)),
        label=label,
        n_tasks=len(examples),
        n_labels=n_labels,
    )


def grid_of(n_left: int, most_votes: int) -> Grid:
    largest = min(MOST_EXAMPLES, n_left)
    votes = tuple(v for v in (2, 3, 5, 7, 10) if v <= most_votes)
    examples = tuple(n for n in (50, 100, 150, 200, 300, MOST_EXAMPLES) if n < largest)
    return Grid(examples=(*examples, largest), votes=votes)


def study(rest: list[npt.NDArray[np.int64]], size: Design, crowd: Crowd, gamma: float) -> Real:
    """A real study: what the first examples' first votes say, by the product's own measures."""
    examples, n_labels = rest[: size.examples], max(int(labels.max()) for labels in rest) + 1
    counts = counted(examples, size.votes, n_labels)
    interval, kept = alpha_interval(counts), is_kept(counts, gamma)
    right = is_kept(counted(examples, crowd.votes, n_labels), gamma)
    return Real(
        alpha=nominal_alpha(counts),
        half_width=(interval.high - interval.low) / 2,
        kept=float(kept.mean()),
        wrong=float((kept != right).mean()) if crowd.many and size.votes < crowd.votes else None,
    )


def draw(crowd: Crowd, found: list[npt.NDArray[np.int64]], *, seed: int, options: Options) -> Draw:
    """One pilot, its forecast, and real studies of the largest size and of the recommended one."""
    rng = np.random.default_rng(seed)
    shuffled = [rng.permutation(found[number]) for number in rng.permutation(len(found))]
    pilot, rest = shuffled[:PILOT_EXAMPLES], shuffled[PILOT_EXAMPLES:]
    grid = grid_of(len(rest), min(crowd.votes, MOST_VOTES))
    n_labels = max(int(labels.max()) for labels in found) + 1
    plan = design_study(
        as_votes(pilot, n_labels),
        gamma=options.gamma,
        half_width=options.half_width,
        grid=grid,
        many=crowd.votes if crowd.many else None,
        seed=seed,
    )
    sizes = [row for row in plan.rows if row.examples == grid.examples[-1]]
    chosen = plan.recommended
    return Draw(
        sizes=[(row, study(rest, row, crowd, options.gamma)) for row in sizes],
        wish=None if chosen is None else (chosen, study(rest, chosen, crowd, options.gamma)),
    )


def size_row(pairs: list[tuple[Design, Real]]) -> dict[str, Any]:
    """One size over all draws: forecast and finding on average, and how often it held."""
    first = pairs[0][0]
    told: dict[str, Any] = {"examples": first.examples, "votes": first.votes}
    for name in ("alpha", "half_width", "kept", "wrong"):
        found = [(forecast, getattr(real, name)) for forecast, real in pairs]
        if found[0][1] is None:
            continue
        held = [
            getattr(forecast, f"{name}_low") <= value <= getattr(forecast, f"{name}_high")
            for forecast, value in found
        ]
        told[name] = {
            "forecast": float(np.mean([getattr(forecast, name) for forecast, _ in found])),
            "low": float(np.mean([getattr(forecast, f"{name}_low") for forecast, _ in found])),
            "high": float(np.mean([getattr(forecast, f"{name}_high") for forecast, _ in found])),
            "found": float(np.mean([value for _, value in found])),
            "held": int(sum(held)),
        }
    return told


def measure(crowd: Crowd, options: Options) -> dict[str, Any]:
    """Every draw of one set, summed up."""
    found = [labels for labels in load(options.data, crowd.name) if len(labels) >= crowd.votes]
    drawn = [draw(crowd, found, seed=seed, options=options) for seed in range(options.draws)]
    wishes = [each.wish for each in drawn if each.wish is not None]
    return {
        "name": crowd.name,
        "examples": len(found),
        "draws": len(drawn),
        "sizes": [
            size_row([each.sizes[number] for each in drawn])
            for number in range(len(drawn[0].sizes))
        ],
        "wish": {
            "recommended": len(wishes),
            "reached": sum(real.half_width <= options.half_width for _, real in wishes),
            "answers": float(np.mean([row.answers for row, _ in wishes])) if wishes else None,
        },
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder of the crowd sets")
    parser.add_argument("--draws", type=int, default=20)
    parser.add_argument("--gamma", type=float, default=0.8)
    parser.add_argument("--half-width", type=float, default=0.1, help="wished, of α's interval")
    parser.add_argument("--page", type=Path, help="also write the tables as Markdown")
    options = Options(**vars(parser.parse_args()))
    before = environment()
    sets = []
    for crowd in CROWDS:
        print(crowd.name)
        sets.append(measure(crowd, options))
    measured = {
        "gamma": options.gamma,
        "half_width": options.half_width,
        "pilot": {"examples": PILOT_EXAMPLES, "votes": PILOT_VOTES},
        "sets": sets,
    }
    kept = record("study-design", measured, before=before)
    print(f"Kept in {kept}")
    if options.page:
        options.page.write_text(page(json.loads(kept.read_text())))


if __name__ == "__main__":
    main()
