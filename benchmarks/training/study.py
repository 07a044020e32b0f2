"""A study of 3 sources × 5 seeds, ours against `transformers.Trainer` used plainly.

    python -m benchmarks.training study --data DATA --work WORK

3,000 texts in the study: one source has them all, one a half, one a third, nested. Every run takes
the same number of steps, one pass over the largest. Ours runs as the product runs it: run folders,
processes of one thread side by side, bf16, batches by length, tokens from the cache. The plain one
is `benchmarks.training.plain`, one process at a time on all threads (see there). Both run in turn,
block by block, so that a machine that grows busier is busy for both; the clock of a block runs
from its first process to the end of its last, imports and all.

A block that is done is kept in WORK/blocks.jsonl: stopped and started again it goes on with the
next. --blocks N stops after N. --fraction F makes a quick look: F of the steps and of the test
rows, with the full time estimated by phase; its scores say nothing.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import product
from pathlib import Path
from typing import Any

from benchmarks.recording import environment, keep_line, kept_lines, record
from benchmarks.training.report import OURS, PLAIN, summary, told
from benchmarks.training.sources import SHARES, Sources, read
from training.fitting.child import Child
from training.fitting.config import FitConfig
from training.fitting.processes import ROOT
from training.fitting.run_folder import RunFolder

TASK = "sst2"
POLL_SECONDS = 0.05


@dataclass(frozen=True, kw_only=True)
class Setting:
    """What both sides are given."""

    sources: Sources
    config: FitConfig  # of the plain side, without seed
    parallel: int  # processes of ours
    threads: int  # of the plain one
    work: Path

    def folder(self, side: str, source: str, seed: int) -> RunFolder:
        """The run folder of one run, its inputs written."""
        fields: dict[str, Any] = {"seed": seed, "threads": self.threads}
        if side == OURS:
            fields |= {"precision": "auto", "threads": max(1, self.threads // self.parallel)}
        folder = RunFolder(self.work / side / f"{source}-{seed}")
        folder.write_inputs(
            replace(self.config, **fields),
            train=self.sources.train[source],
            test=self.sources.test,
        )
        return folder


def main() -> None:
    options = _options()
    setting = _setting(options)
    setting.work.mkdir(parents=True, exist_ok=True)
    kept = setting.work / "blocks.jsonl"
    before = environment()
    runs = [(source, seed) for seed, source in product(range(options.seeds), SHARES)]
    blocks = [runs[at : at + options.parallel] for at in range(0, len(runs), options.parallel)]
    done = len(list(kept_lines(kept)))
    for block in blocks[done : options.blocks]:
        found = {side: _measured(setting, side, block) for side in (OURS, PLAIN)}
        keep_line(kept, {"load": os.getloadavg()[0], **found})
        print(*(f"{side} {found[side]['seconds']:.1f} s" for side in found), flush=True)
    result = _result(setting, options, list(kept_lines(kept)), runs=len(runs))
    print(told(result))
    if options.record:
        print(f"Kept in {record(options.record, result, before=before)}")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, required=True, help="folder with tasks/")
    parser.add_argument("--work", type=Path, required=True, help="run folders and finished blocks")
    parser.add_argument("--task", default=TASK)
    parser.add_argument("--model", default="minilm")
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--steps", type=int, default=188, help="one pass over 3,000 rows by 16")
    parser.add_argument("--max-length", type=int, default=64, help="tokens, the task's limit")
    parser.add_argument("--learning-rate", type=float, default=2e-4)
    parser.add_argument("--parallel", type=int, default=2)
    parser.add_argument("--threads", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--blocks", type=int, help="stop after so many, of one run per process")
    parser.add_argument("--fraction", type=float, default=1.0)
    parser.add_argument("--record", metavar="NAME", help="keep the result in benchmarks/results")
    return parser.parse_args()


def _setting(options: argparse.Namespace) -> Setting:
    whole = read(options.data, options.task)
    tests = whole.test.count("\n")
    few = None if options.fraction == 1 else max(32, round(tests * options.fraction))
    sources = read(options.data, options.task, test_rows=few)
    config = FitConfig(
        labels=sources.labels,
        model=options.model,
        max_steps=max(2, round(options.steps * options.fraction)),
        max_length=options.max_length,
        learning_rate=options.learning_rate,
    )
    return Setting(
        sources=sources, config=config, parallel=options.parallel, threads=options.threads,
        work=options.work,
    )  # fmt: skip


def _measured(setting: Setting, side: str, block: Sequence[tuple[str, int]]) -> dict[str, Any]:
    """The block on one side, from its beginning."""
    folders = [setting.folder(side, source, seed) for source, seed in block]
    for folder in folders:
        folder.clear_outputs()
        folder.clear_checkpoints()
    started = time.perf_counter()
    if side == OURS:
        _side_by_side(folders)
    else:
        for folder in folders:
            _plainly(folder, threads=setting.threads)
    seconds = time.perf_counter() - started
    runs = [
        {"source": source, "seed": seed, **_metrics(folder)}
        for (source, seed), folder in zip(block, folders, strict=True)
    ]
    return {"seconds": seconds, "runs": runs}


def _side_by_side(folders: Sequence[RunFolder]) -> None:
    children = [Child(folder) for folder in folders]
    while any(child.exit_code() is None for child in children):
        time.sleep(POLL_SECONDS)
    for child in children:
        if child.exit_code():
            raise SystemExit(child.complaint())


def _plainly(folder: RunFolder, *, threads: int) -> None:
    command = [sys.executable, "-m", "benchmarks.training.plain", str(folder.path)]
    surroundings = {**os.environ, "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": str(threads)}
    with (folder.path / "stderr.log").open("wb") as log:
        subprocess.run(
            command, cwd=ROOT, env=surroundings, check=True, stdout=subprocess.DEVNULL, stderr=log
        )
    shutil.rmtree(folder.path / "trainer", ignore_errors=True)


def _metrics(folder: RunFolder) -> dict[str, Any]:
    values = json.loads(folder.metrics.read_text(encoding="utf-8"))
    return {name: values[name] for name in ("macro_f1", "accuracy", "seconds")}


def _result(
    setting: Setting, options: argparse.Namespace, blocks: list[dict[str, Any]], *, runs: int
) -> dict[str, Any]:
    config = setting.config
    return {
        "task": setting.sources.task,
        "training_rows": setting.sources.rows,
        "test_rows": setting.sources.test.count("\n"),
        "model": config.model,
        "steps": config.max_steps,
        "batch_size": config.batch_size,
        "learning_rate": config.learning_rate,
        "max_length": config.max_length,
        "processes_of_ours": setting.parallel,
        "threads": setting.threads,
        "fraction": options.fraction,
        **summary(blocks, fraction=options.fraction, runs=runs),
    }


if __name__ == "__main__":
    main()
