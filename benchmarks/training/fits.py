"""How long a fit takes, how much memory, and whether it learns.

    python -m benchmarks.training --train train.jsonl --test test.jsonl --rows 300 --seeds 3

Rows are `{"text", "label"}` and, if they have one, `"id"`. Every fit runs as it does in the
product: a run folder, and a process of its own, forked from one that has loaded its imports; with
`--alone` each loads them itself. `--set name=value` changes the config.
"""

from __future__ import annotations

import argparse
import json
import random
import resource
import statistics
import tempfile
import time
from collections import deque
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from training.fitting.child import Child
from training.fitting.config import FitConfig
from training.fitting.fork_server import server_for
from training.fitting.rows import Row, rows_as_text
from training.fitting.run_folder import RunFolder, sha256


@dataclass(frozen=True, kw_only=True)
class Measured:
    """One fit."""

    seed: int
    seconds: float  # by the wall clock, from start to end of its process
    metrics: dict[str, Any]
    predictions: str  # SHA-256, short


def main() -> None:
    options = _options()
    train = _read(options.train, rows=options.rows)
    test = _read(options.test, rows=None)
    labels = tuple(sorted({row.label for row in train}))
    values = dict(pair.split("=", 1) for pair in options.set)
    config = FitConfig.from_json(
        {name: json.loads(_quoted(value)) for name, value in values.items()}
    )
    config = replace(config, labels=labels, threads=options.threads)
    print(f"{len(train)} training rows, {len(test)} test rows, {len(labels)} labels")
    started = time.perf_counter()
    with tempfile.TemporaryDirectory() as place:
        folders = [
            _ask(Path(place) / str(seed), replace(config, seed=seed), train, test)
            for seed in range(options.seeds)
        ]
        measured = _fit_all(folders, parallel=options.parallel, alone=options.alone)
    _print(measured, all_seconds=time.perf_counter() - started)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--train", type=Path, required=True)
    parser.add_argument("--test", type=Path, required=True)
    parser.add_argument("--rows", type=int, help="of the training file, the same number per label")
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--parallel", type=int, default=1)
    parser.add_argument("--alone", action="store_true", help="each process loads its imports")
    parser.add_argument("--set", action="append", default=[], metavar="NAME=VALUE")
    return parser.parse_args()


def _quoted(value: str) -> str:
    try:
        json.loads(value)
    except ValueError:
        return json.dumps(value)
    return value


def _read(path: Path, *, rows: int | None) -> list[Row]:
    lines = [json.loads(line) for line in path.read_text(encoding="utf-8").split("\n") if line]
    read = [
        Row(id=str(line.get("id", at)), text=line["text"], label=line["label"])
        for at, line in enumerate(lines)
    ]
    if rows is None:
        return read
    labels = sorted({row.label for row in read})
    draw = random.Random(0)
    chosen = []
    for label in labels:
        of_label = [row for row in read if row.label == label]
        chosen += draw.sample(of_label, min(rows // len(labels), len(of_label)))
    return chosen


def _ask(path: Path, config: FitConfig, train: list[Row], test: list[Row]) -> RunFolder:
    folder = RunFolder(path)
    folder.write_inputs(config, train=rows_as_text(train), test=rows_as_text(test))
    return folder


def _fit_all(folders: list[RunFolder], *, parallel: int, alone: bool) -> list[Measured]:
    waiting, running, done = deque(folders), dict[Child, float](), []
    server = None if alone else server_for(folders[0].read_config())
    while waiting or running:
        while waiting and len(running) < parallel:
            running[Child(waiting.popleft(), server=server)] = time.perf_counter()
        for child in [child for child in running if child.exit_code() is not None]:
            seconds = time.perf_counter() - running.pop(child)
            if child.exit_code():
                raise SystemExit(child.complaint())
            done.append(_measured(child.folder, seconds))
        time.sleep(0.05)
    if server is not None:
        server.close()
    return sorted(done, key=lambda one: one.seed)


def _measured(folder: RunFolder, seconds: float) -> Measured:
    return Measured(
        seed=folder.read_config().seed,
        seconds=seconds,
        metrics=json.loads(folder.metrics.read_text(encoding="utf-8")),
        predictions=sha256(folder.predictions)[:8],
    )


def _print(measured: list[Measured], *, all_seconds: float) -> None:
    print("seed  macro-F1  accuracy  collapsed     loss  seconds  peak MiB  predictions")
    for one in measured:
        values = one.metrics
        print(
            f"{one.seed:4}  {values['macro_f1']:8.3f}  {values['accuracy']:8.3f}"
            f"  {values['collapsed'] or '-':9}  {values['loss'] or 0:7.3f}"
            f"  {one.seconds:7.1f}  {values['peak_rss_mib']:8}  {one.predictions}"
        )
    f1 = [one.metrics["macro_f1"] for one in measured]
    spread = statistics.stdev(f1) if len(f1) > 1 else 0.0
    seconds = statistics.median(one.seconds for one in measured)
    phases = measured[0].metrics["seconds"]
    ended = resource.getrusage(resource.RUSAGE_CHILDREN)
    processor = ended.ru_utime + ended.ru_stime
    print(f"macro-F1 {statistics.mean(f1):.3f} ± {spread:.3f}; median {seconds:.1f} s a run")
    print(f"{all_seconds:.1f} s in all, {processor:.1f} s of processors; of the first: {phases}")


if __name__ == "__main__":
    main()
