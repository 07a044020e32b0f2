"""The study of 3 sources × 5 seeds with BERT-base on a card, and how near to its limit it comes.

    python -m benchmarks.training.gpu --work WORK [--out FILE] [--parallel 15 5] [--seeds 5]

Needs torch with CUDA, transformers, accelerate, scikit-learn and pyarrow, and neither data nor a
hub: random weights and made-up texts (`made_up`). Ours: `LocalExecutor`, as a study uses it, with
several fits on the card, bf16, batches by length, tokens from the cache; measured with each number
of fits that is given, the first is compared. Plain: `benchmarks.training.plain`, one process after
another, fp32 (as torch multiplies fp32 by default), every text padded to the limit of the task.
Then the card's own rate of bf16 products, and steps of several sizes: where a step of 16 rows takes
as long as one of 64, it is the launching of kernels that limits, not the arithmetic.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
from collections import deque
from collections.abc import Sequence
from itertools import product
from pathlib import Path
from typing import Any

from benchmarks.training.made_up import make_model, make_sources
from benchmarks.training.report import OURS, PLAIN, phases, summary, told
from benchmarks.training.sources import SHARES, Sources
from training.executors.base import Handle
from training.executors.local import LocalExecutor
from training.fitting.config import FitConfig
from training.fitting.processes import ROOT
from training.fitting.run_folder import RunFolder

SIZES = (2048, 4096, 8192)  # of square matrices
ENCODER = 12 * (4 * 768 * 768 + 2 * 768 * 3072)  # weights of BERT-base that multiply every token
BATCHES, WIDTH, STEPS_TIMED = (16, 64, 256), 24, 20
POLL_SECONDS = 0.02
SAID = ("macro_f1", "accuracy", "seconds")


def main() -> None:
    options = _options()
    options.work.mkdir(parents=True, exist_ok=True)
    make_model(options.work / "bert")
    sources = make_sources()
    runs = [(source, seed) for seed, source in product(range(options.seeds), SHARES)]
    ours = {
        parallel: _measured(f"{OURS}-{parallel}", runs, sources, options, parallel=parallel)
        for parallel in options.parallel
    }
    result: dict[str, Any] = {**_setting(options), **_limits(ours, options)}
    _keep(result, options)
    block = {OURS: ours[options.parallel[0]], PLAIN: _measured(PLAIN, runs, sources, options)}
    found = summary([{"load": 0.0, **block}], fraction=1.0, runs=len(runs))
    _keep({**result, **found}, options)
    print(told(found))


def _keep(result: dict[str, Any], options: argparse.Namespace) -> None:
    """What is known so far; a machine that is lent may be gone before the end."""
    text = json.dumps(result, indent=1) + "\n"
    print(text, flush=True)
    if options.out:
        options.out.write_text(text)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--out", type=Path)
    parser.add_argument(
        "--parallel", type=int, nargs="+", default=[15, 5], help="fits of ours on the card"
    )
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--steps", type=int, default=188)
    parser.add_argument("--learning-rate", type=float, default=5e-5)
    return parser.parse_args()


def _measured(
    side: str,
    runs: list[tuple[str, int]],
    sources: Sources,
    options: argparse.Namespace,
    *,
    parallel: int = 0,
) -> dict[str, Any]:
    """All runs of one side: seconds by the clock, and what each run said."""
    folders = [_folder(side, source, seed, sources, options) for source, seed in runs]
    started = time.perf_counter()
    if parallel:
        _as_a_study(folders, parallel=parallel)
    else:
        for folder in folders:
            _plainly(folder)
    seconds = time.perf_counter() - started
    said = [json.loads(folder.metrics.read_text(encoding="utf-8")) for folder in folders]
    return {
        "seconds": seconds,
        "runs": [
            {"source": source, "seed": seed, **{name: one[name] for name in SAID}}
            for (source, seed), one in zip(runs, said, strict=True)
        ],
    }


def _folder(
    side: str, source: str, seed: int, sources: Sources, options: argparse.Namespace
) -> RunFolder:
    config = FitConfig(
        labels=sources.labels,
        model=str(options.work.resolve() / "bert"),
        max_steps=options.steps,
        learning_rate=options.learning_rate,
        precision="fp32" if side == PLAIN else "auto",
        seed=seed,
    )
    folder = RunFolder(options.work / side / f"{source}-{seed}")
    folder.write_inputs(config, train=sources.train[source], test=sources.test)
    return folder


def _as_a_study(folders: Sequence[RunFolder], *, parallel: int) -> None:
    executor = LocalExecutor(parallel, devices=("0",))
    waiting, running = deque(folders), list[Handle]()
    while waiting or running:
        while waiting and len(running) < parallel:
            running.append(executor.start(waiting.popleft()))
        for handle in tuple(running):
            ended = handle.ended()
            if ended is not None:
                running.remove(handle)
            if ended and ended.complaint:
                raise SystemExit(f"{handle.folder.path} broke off: {ended.complaint}")
        time.sleep(POLL_SECONDS)
    executor.close()


def _plainly(folder: RunFolder) -> None:
    command = [sys.executable, "-m", "benchmarks.training.plain", str(folder.path)]
    with folder.log.open("wb") as log:
        subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.DEVNULL, stderr=log)


def _setting(options: argparse.Namespace) -> dict[str, Any]:
    import torch
    import transformers

    return {
        "card": torch.cuda.get_device_name(),
        "torch": torch.__version__,
        "transformers": transformers.__version__,
        "model": "BERT-base, random weights",
        "steps": options.steps,
        "batch_size": FitConfig().batch_size,
        "max_length": FitConfig().max_length,
        "fits_of_ours_at_a_time": options.parallel[0],
    }


def _limits(ours: dict[int, dict[str, Any]], options: argparse.Namespace) -> dict[str, Any]:
    """The card's rate, the share of it that is reached, and what a step costs by its size.

    Fits beside one another overlap in part only, so the share is of the whole study's time.
    """
    rate = max(matrix_rate(size) for size in SIZES)
    steps = step_seconds(options.work / "bert")
    work = {rows: 6 * ENCODER * rows * WIDTH for rows in BATCHES}  # forward 2, backward 4
    mean_words = 18.5 + 2  # of the made-up texts, with start and end marks
    run = 6 * ENCODER * FitConfig().batch_size * mean_words * options.steps
    return {
        "bf16_teraflops_of_the_card": round(rate / 1e12, 1),
        "ours_by_fits_at_a_time": {
            parallel: {
                "seconds": round(one["seconds"], 1),
                "share_reached": round(run * len(one["runs"]) / one["seconds"] / rate, 4),
                "seconds_of_a_run": phases(one["runs"]),
            }
            for parallel, one in ours.items()
        },
        "one_process": {
            f"{rows} rows of {WIDTH} tokens": {
                "milliseconds": round(1000 * steps[rows], 2),
                "share_reached": round(work[rows] / steps[rows] / rate, 4),
            }
            for rows in BATCHES
        },
    }


def matrix_rate(size: int, *, times: int = 50) -> float:
    """Floating-point operations per second of bf16 products of square matrices."""
    import torch

    one = torch.randn(size, size, device="cuda", dtype=torch.bfloat16)
    for _ in range(5):
        one @ one
    torch.cuda.synchronize()
    started = time.perf_counter()
    for _ in range(times):
        one @ one
    torch.cuda.synchronize()
    return 2 * size**3 * times / (time.perf_counter() - started)


def step_seconds(place: Path) -> dict[int, float]:
    """Seconds of a bare training step (forward, backward, fused AdamW) by rows in a batch."""
    import torch
    from transformers import AutoModelForSequenceClassification

    model = AutoModelForSequenceClassification.from_pretrained(place).to("cuda").train()
    optimiser = torch.optim.AdamW(model.parameters(), lr=1e-5, fused=True)
    found = {}
    for rows in BATCHES:
        ids = torch.randint(10, 1000, (rows, WIDTH), device="cuda")
        gold = torch.randint(0, 2, (rows,), device="cuda")
        for step in range(STEPS_TIMED + 5):
            if step == 5:
                torch.cuda.synchronize()
                started = time.perf_counter()
            with torch.autocast("cuda", torch.bfloat16):
                loss = model(input_ids=ids, labels=gold).loss
            loss.backward()
            optimiser.step()
            optimiser.zero_grad()
        torch.cuda.synchronize()
        found[rows] = (time.perf_counter() - started) / STEPS_TIMED
    return found


if __name__ == "__main__":
    main()
