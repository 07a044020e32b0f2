from __future__ import annotations

import argparse
from pathlib import Path

import benchmarks.weighting as described
from benchmarks.weighting.arms import CONFIG
from benchmarks.weighting.runs import run_missing
from benchmarks.weighting.tasks import TASKS, load
from training.fitting import environment


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.weighting",
        description=described.__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--data", type=Path, required=True, help="folder with tasks/")
    parser.add_argument("--recordings", type=Path, required=True, help="folder with zero_shot/ …")
    parser.add_argument("--runs", type=Path, required=True, help="JSON lines, added to")
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--parallel", type=int, default=1, help="fits at a time")
    parser.add_argument("--report", action="store_true", help="write the page, fit nothing")
    options = parser.parse_args()
    environment.prepare(CONFIG)
    tasks = [load(options.data, options.recordings, name) for name in TASKS]
    if not options.report:
        run_missing(tasks, options.runs, seeds=options.seeds, parallel=options.parallel)
        return
    from benchmarks.weighting.report import write

    write(tasks, options.runs, seeds=options.seeds)


if __name__ == "__main__":
    main()
