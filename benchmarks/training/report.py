"""Times and scores of both sides, compared."""

from __future__ import annotations

import math
import statistics
from collections.abc import Sequence
from typing import Any

OURS, PLAIN = "ours", "plain"
GROWING = ("train", "evaluate")  # phases that take longer with more steps and test rows


def summary(blocks: Sequence[dict[str, Any]], *, fraction: float, runs: int) -> dict[str, Any]:
    """What the finished blocks say.

    Returns:
        Wall-clock seconds of each side and their ratio; with a fraction below 1 also the seconds
        of a whole study, the growing phases divided by the fraction.
    """
    if not blocks:
        return {"runs": 0}
    walls = {side: sum(block[side]["seconds"] for block in blocks) for side in (OURS, PLAIN)}
    done = {side: [run for block in blocks for run in block[side]["runs"]] for side in walls}
    found: dict[str, Any] = {
        "runs": len(done[OURS]),
        "of_runs": runs,
        "seconds": {side: round(wall, 1) for side, wall in walls.items()},
        "ratio": round(walls[PLAIN] / walls[OURS], 2),
        "seconds_of_a_run": {side: phases(some) for side, some in done.items()},
        "load": [round(block["load"], 1) for block in blocks],
    }
    if fraction < 1:
        whole = {
            side: wall * _growth(done[side], fraction) * runs / len(done[side])
            for side, wall in walls.items()
        }
        found["estimated_seconds"] = {side: round(wall) for side, wall in whole.items()}
        found["estimated_ratio"] = round(whole[PLAIN] / whole[OURS], 2)
    else:
        found["macro_f1"] = _compared(done)
    return found


def told(result: dict[str, Any]) -> str:
    """The result in a few lines."""
    if not result["runs"]:
        return "Nothing is measured yet."
    seconds, lines = result["seconds"], []
    lines.append(
        f"{result['runs']} of {result['of_runs']} runs: ours {seconds[OURS]} s, plain "
        f"{seconds[PLAIN]} s, {result['ratio']} times faster; load {result['load']}"
    )
    for side, phases in result["seconds_of_a_run"].items():
        lines.append(f"a run, {side}: " + ", ".join(f"{k} {v} s" for k, v in phases.items()))
    if "estimated_ratio" in result:
        lines.append(
            f"a whole study, estimated: {result['estimated_seconds']} s, "
            f"{result['estimated_ratio']} times faster"
        )
    for source, one in result.get("macro_f1", {}).items():
        lines.append(f"macro-F1, {source}: {one}")
    return "\n".join(lines)


def phases(runs: Sequence[dict[str, Any]]) -> dict[str, float]:
    """Median seconds of each phase by the clock, and processor seconds of the whole run.

    Processor seconds are those of all threads; other work on the machine hardly changes them.
    """
    names = ("import", "load", "train", "evaluate", "processor")
    return {
        name: round(statistics.median(run["seconds"].get(name, 0.0) for run in runs), 2)
        for name in names
    }


def _growth(runs: Sequence[dict[str, Any]], fraction: float) -> float:
    """How much longer a whole run takes than its fraction."""
    spent = {name: s for name, s in phases(runs).items() if name != "processor"}
    whole = sum(s / fraction if name in GROWING else s for name, s in spent.items())
    return whole / sum(spent.values())


def _compared(done: dict[str, list[dict[str, Any]]]) -> dict[str, Any]:
    """Per source and over all: means, and the difference with its 95 % interval over runs.

    Runs are paired by source and seed; the interval is that of Student's t.
    """
    by_key = {
        side: {(run["source"], run["seed"]): run["macro_f1"] for run in runs}
        for side, runs in done.items()
    }
    keys = sorted(by_key[OURS])
    groups = {source: [key for key in keys if key[0] == source] for source, _ in keys}
    return {
        name: _difference([by_key[OURS][key] for key in some], [by_key[PLAIN][key] for key in some])
        for name, some in {**groups, "all runs": keys}.items()
    }


def _difference(ours: Sequence[float], plain: Sequence[float]) -> dict[str, Any]:
    from scipy.stats import t

    away = [one - other for one, other in zip(ours, plain, strict=True)]
    mean, n = statistics.mean(away), len(away)
    found: dict[str, Any] = {
        OURS: round(statistics.mean(ours), 4),
        PLAIN: round(statistics.mean(plain), 4),
        "difference": round(mean, 4),
    }
    if n > 1:
        half = float(t.ppf(0.975, n - 1)) * statistics.stdev(away) / math.sqrt(n)
        found |= {"low": round(mean - half, 4), "high": round(mean + half, 4)}
    return found
