"""Adaptive overlap: how few of a crowd's real votes decide like all of them.

    python -m benchmarks.adaptive_overlap --data DATA/crowd [--orders 20]

Every set's votes arrive in random orders. Each rule asks for votes until it has enough of each
example, and the examples it keeps are held against those kept on all votes. Writes
docs/results/adaptive_overlap.md with its chart and keeps the numbers; no text is read.
"""

from __future__ import annotations

import argparse
import time
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

from benchmarks.overlap.chart import chart
from benchmarks.overlap.measures import measured, summarised
from benchmarks.overlap.page import page
from benchmarks.overlap.plain import each_alone, on_average
from benchmarks.overlap.posterior import POSTERIORS
from benchmarks.overlap.results import Cell, Results
from benchmarks.overlap.rules import Outcome, adaptive, by_forecast, fixed, kept, posterior
from benchmarks.overlap.skill import log_losses
from benchmarks.overlap.speed import speeds
from benchmarks.overlap.votes import Arrival, arrival, read
from benchmarks.recording import environment, record
from curation.aggregation import Votes

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "results" / "adaptive_overlap.md"
CHART = PAGE.with_suffix(".svg")
SETS = (
    "snow_rte", "weather_sentiment", "vldb_sentiment", "movie_polarity",
    "hate_g1", "hate_g2", "hate_g3", "popquorn_offensiveness",
)  # fmt: skip
GAMMAS = (0.6, 0.7, 0.8, 0.9)
FIRST = 2
STATED = 0.98
CONFIDENCES = (0.6, 0.7, 0.8, 0.9, 0.95, STATED, 0.99, 0.999)
THRESHOLDS = (0.9, 0.95, 0.99, 0.999)  # of a label's posterior
USUAL = 0.95  # the threshold other tools stop at


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder of crowd sets")
    parser.add_argument("--orders", type=int, default=20, help="of arrival")
    parser.add_argument("--sets", nargs="+", default=SETS, help="only these; writes no page")
    options = parser.parse_args()
    before, started = environment(), time.process_time()
    results: Results = {}
    for name in options.sets:
        results[name] = measure_set(read(options.data / name), orders=options.orders)
        print(f"{time.process_time() - started:8.1f} s of processor time, {name}")
    if tuple(options.sets) != SETS:
        return
    timed = speeds()
    measured_all = {
        "orders": options.orders,
        "first": FIRST,
        "cpu_seconds": round(time.process_time() - started, 1),
        "speed": [asdict(one) for one in timed],
        "sets": {name: [as_json(cell) for cell in cells] for name, cells in results.items()},
    }
    path = record("adaptive-overlap", measured_all, before=before)
    PAGE.write_text(page(results, timed, orders=options.orders), encoding="utf-8")
    CHART.write_text(chart(results), encoding="utf-8")
    print(f"Kept in {path.relative_to(ROOT)}, {PAGE.relative_to(ROOT)} and {CHART.name}")


def measure_set(votes: Votes, *, orders: int) -> list[Cell]:
    """One cell for each γ."""
    rows: dict[float, dict[str, list[dict[str, float]]]] = {
        gamma: defaultdict(list) for gamma in GAMMAS
    }
    arrivals = [arrival(votes, seed=seed) for seed in range(orders)]
    for one in arrivals:
        for gamma, rule, outcome in outcomes(one):
            rows[gamma][rule].append(measured(one, gamma, outcome))
    everything = arrivals[0].counts(arrivals[0].overlap)
    return [
        Cell(
            gamma=gamma,
            examples=votes.n_tasks,
            overlap=len(votes.task) / votes.n_tasks,
            kept=float(kept(everything, gamma).mean()),
            rules={rule: summarised(found) for rule, found in rows[gamma].items()},
            log_loss=log_losses(arrivals[0], gamma),
        )
        for gamma in GAMMAS
    ]


def outcomes(one: Arrival) -> Iterator[tuple[float, str, Outcome]]:
    """γ, name and outcome of every rule in one order of arrival."""
    stops = {
        (name, threshold): posterior(one, label=label, first=FIRST, threshold=threshold)
        for name, label in POSTERIORS.items()
        for threshold in THRESHOLDS
    }
    for gamma in GAMMAS:
        for votes in range(1, int(one.overlap.max()) + 1):
            yield gamma, f"fixed/{votes}", fixed(one, gamma, votes=votes)
        for (name, threshold), asked in stops.items():
            keep = kept(one.counts(asked), gamma)
            yield gamma, f"{name}/{threshold}", Outcome(asked=asked, keep=keep)
            if threshold == USUAL:
                yield gamma, f"{name}_forecast/{threshold}", by_forecast(one, gamma, asked)
        yield from ((gamma, name, outcome) for name, outcome in _ours(one, gamma))


def _ours(one: Arrival, gamma: float) -> Iterator[tuple[str, Outcome]]:
    for confidence in CONFIDENCES:
        yield f"adaptive/{confidence}", adaptive(one, gamma, first=FIRST, confidence=confidence)
    yield f"three_first/{STATED}", adaptive(one, gamma, first=3, confidence=STATED)
    for stops in (each_alone, on_average):
        outcome = adaptive(one, gamma, first=FIRST, confidence=STATED, stops=stops)
        yield f"{stops.__name__}/{STATED}", outcome


def as_json(cell: Cell) -> dict[str, Any]:
    """The cell with every measure as "mean [low, high]"; of fixed overlaps, what charts need."""
    rules = {
        rule: {
            name: f"{one.mean:.4f} [{one.low:.4f}, {one.high:.4f}]"
            for name, one in measures.items()
            if one.mean == one.mean  # a rule that expects nothing has no such number
            and (name in {"votes", "equal"} or not rule.startswith("fixed/"))
        }
        for rule, measures in cell.rules.items()
    }
    return {**asdict(cell), "rules": rules}


if __name__ == "__main__":
    main()
