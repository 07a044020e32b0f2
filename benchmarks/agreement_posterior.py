"""The posterior of agreement on real votes: what a few of them say about all of them.

    python -m benchmarks.agreement_posterior --data DATA/crowd [--seeds 20]

Of every example of a set 3, 4 or 5 votes are drawn. From these alone the agreement that the full
votes show is predicted, with intervals. Writes docs/results/agreement_posterior.md with its
chart and keeps the numbers; no text is read.
"""

from __future__ import annotations

import argparse
from dataclasses import asdict
from pathlib import Path

from benchmarks.overlap.votes import read
from benchmarks.posterior.chart import chart
from benchmarks.posterior.measuring import Cell, measure_set
from benchmarks.posterior.page import page
from benchmarks.recording import environment, record

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "results" / "agreement_posterior.md"
CHOSEN_ON = ("movie_polarity", "multipico_en", "popquorn_offensiveness")
REPORTED = (
    "snow_rte", "weather_sentiment", "vldb_sentiment", "hate_g1", "hate_g2", "hate_g3",
)  # fmt: skip
SEEN = (3, 4, 5)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder of crowd sets")
    parser.add_argument("--seeds", type=int, default=20, help="drawings of the votes seen")
    options = parser.parse_args()
    before = environment()
    found = {
        name: measured(options.data / name, seeds=options.seeds) for name in CHOSEN_ON + REPORTED
    }
    path = record(
        "agreement-posterior",
        {
            "seeds": options.seeds,
            "chosen_on": CHOSEN_ON,
            "sets": {name: [asdict(cell) for cell in cells] for name, cells in found.items()},
        },
        before=before,
    )
    reported = {name: found[name] for name in REPORTED}
    chosen_on = {name: found[name] for name in CHOSEN_ON}
    PAGE.write_text(page(reported, chosen_on, seeds=options.seeds), encoding="utf-8")
    PAGE.with_suffix(".svg").write_text(chart(reported), encoding="utf-8")
    print(f"Kept in {path.relative_to(ROOT)} and {PAGE.relative_to(ROOT)}")


def measured(folder: Path, *, seeds: int) -> list[Cell]:
    """One cell for each number of votes that leaves something to predict."""
    votes = read(folder)
    cells = [measure_set(votes, seen=seen, seeds=seeds) for seen in SEEN]
    print(folder.name, "measured", flush=True)
    return [cell for cell in cells if cell.votes < cell.full]


if __name__ == "__main__":
    main()
