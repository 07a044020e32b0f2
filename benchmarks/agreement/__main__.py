"""`python -m benchmarks.agreement`: see the package."""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from benchmarks import agreement
from benchmarks.agreement import dawid_skene, explorer, export, pages, statistics
from benchmarks.agreement.crowd import OVERLAP, Wish, load
from benchmarks.recording import RESULTS, environment, record

NAME = "agreement"
PARQUET_TARGET_S = 30.0


def measure_export(wish: Wish) -> dict[str, Any]:
    """A version with as many votes as Parquet; how much memory writing it takes."""
    before = load()
    rows = export.run(wish.votes // OVERLAP, OVERLAP, ["parquet"])
    return {
        "votes": wish.votes // OVERLAP * OVERLAP,
        "load_before": before,
        "target_s": PARQUET_TARGET_S,
        "exports": [asdict(row) for row in rows],
    }


PARTS: dict[str, Callable[[Wish], dict[str, Any]]] = {
    "statistics": statistics.measure,
    "dawid_skene": dawid_skene.measure,
    "export": measure_export,
    "explorer": explorer.measure,
    "pages": pages.measure,
}


def main() -> None:
    parser = argparse.ArgumentParser(
        description=agreement.__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--only", nargs="+", choices=list(PARTS), default=list(PARTS))
    parser.add_argument("--steps", type=int, default=Wish.steps, help="of Dawid-Skene")
    parser.add_argument("--votes", type=int, default=Wish.votes)
    parser.add_argument("--statistics-votes", type=int, default=Wish.statistics_votes)
    options = parser.parse_args()
    wish = Wish(votes=options.votes, statistics_votes=options.statistics_votes, steps=options.steps)
    before = environment()
    measured = measured_today()
    for name in options.only:
        found = PARTS[name](wish)
        key = f"{name}_{wish.steps}_steps" if name == "dawid_skene" else name
        measured[key] = found
        print(f"{key}: {json.dumps(found)}", flush=True)
    print(f"Kept in {record(NAME, measured, before=before)}")


def measured_today() -> dict[str, Any]:
    """Parts that were measured earlier today; they stay beside those measured now."""
    path = RESULTS / f"{NAME}-{datetime.now(UTC):%Y-%m-%d}.json"
    if not path.exists():
        return {}
    kept = json.loads(path.read_text())
    return {key: part for key, part in kept.items() if key not in {"measured_at", "environment"}}


if __name__ == "__main__":
    main()
