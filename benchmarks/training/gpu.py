"""The study of 3 sources × 5 seeds with BERT-base on a card, and how near to its limit it comes.

    python -m benchmarks.training.gpu --work WORK [--out FILE] [--parallel 15] [--seeds 5]

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
from collections.abc import Callable, Sequence
from itertools import product
from pathlib import Path
from typing import Any

from benchmarks.training.made_up import make_model, make_sources
from benchmarks.training.report import OURS, PLAIN, phases, summary, told
from benchmarks.training.sources import SHARES
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
    runs = list(product(SHARES, range(options.seeds)))
    result: dict[str, Any] = {**_setting(options), "ours_by_fits_at_a_time": {}}
    block: dict[str, Any] = {}
    for parallel in options.parallel:
        one = _measured(_folders(f"{OURS}-{parallel}", runs, options), parallel=parallel)
        block.setdefault(OURS, one)
        result["ours_by_fits_at_a_time"][parallel] = {
            "seconds": round(one["seconds"], 1),
            "seconds_of_a_run": phases(one["runs"]),
        }
        _keep(result, options)
    plain = _folders(PLAIN, runs, options)
    block[PLAIN] = _measured(plain, keep=lambda done: _keep({**result, "plain": done}, options))
    result |= summary([{"load": 0.0, **block}], fraction=1.0, runs=len(runs))
    _keep(result, options)
    result |= {"same_again": _same_again(runs, options), **_limits(block[OURS], options)}
    _keep(result, options)
    print(told(result))


def _keep(result: dict[str, Any], options: argparse.Namespace) -> None:
    """What is known so far; the machine may be gone before the end."""
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
        "--parallel", type=int, nargs="+", default=[15], help="fits of ours on the card"
    )
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--steps", type=int, default=188)
    parser.add_argument("--learning-rate", type=float, default=5e-5)
    return parser.parse_args()


def _measured(
    folders: dict[tuple[str, int], RunFolder],
    *,
    parallel: int = 0,
    keep: Callable[[dict[str, Any]], None] | None = None,
) -> dict[str, Any]:
    """All runs of one side: seconds by the clock, and what each run said.

    Args:
        parallel: as a study of ours with so many fits at a time; 0: plainly.
    """
    started = time.perf_counter()
    if parallel:
        _as_a_study(list(folders.values()), parallel=parallel)
    for n_done, folder in enumerate(() if parallel else folders.values(), start=1):
        _plainly(folder)
        if keep:
            keep({"runs": n_done, "seconds": round(time.perf_counter() - started, 1)})
    return {
        "seconds": time.perf_counter() - started,
        "runs": [
            {"source": source, "seed": seed, **{name: said[name] for name in SAID}}
            for (source, seed), folder in folders.items()
            for said in [json.loads(folder.metrics.read_text(encoding="utf-8"))]
        ],
    }


def _folders(
    side: str, runs: Sequence[tuple[str, int]], options: argparse.Namespace
) -> dict[tuple[str, int], RunFolder]:
    sources, found = make_sources(), {}
    for source, seed in runs:
        config = FitConfig(
            labels=sources.labels,
            model=str(options.work.resolve() / "bert"),
            max_steps=options.steps,
            learning_rate=options.learning_rate,
            precision="fp32" if side == PLAIN else "auto",
            seed=seed,
        )
        found[source, seed] = folder = RunFolder(options.work / side / f"{source}-{seed}")
        folder.write_inputs(config, train=sources.train[source], test=sources.test)
    return found


def _same_again(runs: Sequence[tuple[str, int]], options: argparse.Namespace) -> bool:
    """Whether a run that is made again, alone, gives the same probabilities to the bit."""
    first, again = (
        _folders(side, runs[:1], options)[runs[0]]
        for side in (f"{OURS}-{options.parallel[0]}", "again")
    )
    _as_a_study([again], parallel=1)
    return again.predictions.read_bytes() == first.predictions.read_bytes()


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


def _limits(ours: dict[str, Any], options: argparse.Namespace) -> dict[str, Any]:
    """The card's rate, the share of it that is reached, and what a step costs by its size."""
    rate = max(matrix_rate(size) for size in SIZES)
    steps = step_seconds(options.work / "bert")
    work = {rows: 6 * ENCODER * rows * WIDTH for rows in BATCHES}  # forward 2, backward 4
    mean_words = 18.5 + 2  # of the made-up texts, with start and end marks
    run = 6 * ENCODER * FitConfig().batch_size * mean_words * options.steps
    return {
        "bf16_teraflops_of_the_card": round(rate / 1e12, 1),
        "share_reached_by_the_study": round(run * len(ours["runs"]) / ours["seconds"] / rate, 4),
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
