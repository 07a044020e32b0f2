"""100,000 texts and 500,000 votes through import, agreement and curation, on a database file.

`python -m benchmarks.scale [--examples N] [--overlap K]`: seconds and peak memory of each
command, every command in a process of its own, as a user would run them.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict, dataclass
from pathlib import Path

from benchmarks.recording import environment, record

ROOT = Path(__file__).resolve().parents[1]
WORKERS = 500


@dataclass(frozen=True, kw_only=True)
class Measured:
    """One command. Memory is the peak of its process."""

    command: str
    seconds: float
    peak_mib: float


def write_inputs(folder: Path, *, examples: int, overlap: int) -> None:
    """Made-up texts and votes; only their number and shape matter here."""
    dice = random.Random(0)
    words = [f"word{number}" for number in range(5_000)]
    with (folder / "texts.jsonl").open("w") as texts, (folder / "votes.csv").open("w") as votes:
        votes.write("task,worker,label\n")
        for number in range(examples):
            text = " ".join(dice.choices(words, k=20))
            texts.write(json.dumps({"id": f"e{number}", "text": text}) + "\n")
            truth = dice.random() < 0.3
            for worker in dice.sample(range(WORKERS), overlap):
                label = truth if dice.random() < 0.85 else not truth
                votes.write(f"e{number},w{worker},{'ab'[label]}\n")


def measure(home: Path, *arguments: str) -> Measured:
    """Run one management command and take its time and its peak memory."""
    environment = {**os.environ, "CONCORD_HOME": str(home)}
    started = time.perf_counter()
    child = subprocess.Popen(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.DEVNULL,
    )
    _, status, usage = os.wait4(child.pid, 0)
    if status:
        raise SystemExit(f"{' '.join(arguments)} failed")
    return Measured(
        command=" ".join(arguments).replace(str(home), "var"),
        seconds=round(time.perf_counter() - started, 2),
        peak_mib=round(usage.ru_maxrss / 1024, 1),
    )


def run(examples: int, overlap: int) -> list[Measured]:
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        write_inputs(home, examples=examples, overlap=overlap)
        texts, votes = str(home / "texts.jsonl"), str(home / "votes.csv")
        measure(home, "migrate")
        measure(home, "create_project", "big", "--labels", "a,b", "--overlap", str(overlap))
        return [
            measure(home, "import_examples", "big", texts, "--split", "pool"),
            measure(home, "import_votes", "big", votes),
            measure(home, "agreement", "big", "--json"),
            measure(home, "curate", "big", "--threshold", "0.8"),
            measure(home, "curate", "big", "--keep-share", "0.7"),
            measure(home, "export", "big", "1", "--format", "parquet", "--to", str(home / "out")),
        ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--examples", type=int, default=100_000)
    parser.add_argument("--overlap", type=int, default=5)
    options = parser.parse_args()
    before = environment()
    rows = run(options.examples, options.overlap)
    votes = options.examples * options.overlap
    print(f"{options.examples:,} texts, {votes:,} votes")
    for row in rows:
        print(f"{row.seconds:8.2f} s {row.peak_mib:8.1f} MiB  {row.command}")
    measured = {
        "examples": options.examples,
        "votes": votes,
        "commands": [asdict(row) for row in rows],
    }
    print(f"Kept in {record(f'scale-{votes}', measured, before=before).relative_to(ROOT)}")


if __name__ == "__main__":
    main()
