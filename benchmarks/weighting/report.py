"""From the finished runs to the page, its chart and the kept numbers."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from benchmarks.recording import RESULTS, environment, record
from benchmarks.weighting.arms import CONFIG, SYNTHETIC
from benchmarks.weighting.chart import chart
from benchmarks.weighting.measures import Panel, panel
from benchmarks.weighting.page import page
from benchmarks.weighting.runs import fits, read_runs
from benchmarks.weighting.tasks import SOURCES, Task

PAGE = Path(__file__).resolve().parents[2] / "docs" / "results" / "weighting.md"


def write(tasks: Sequence[Task], path: Path, *, seeds: int) -> None:
    """Write the page, and keep the runs and the numbers in benchmarks/results/."""
    runs = read_runs(path)
    planned = {fit.key for fit in fits(tasks, seeds=seeds)}
    panels = [panel(task, source, runs) for task in tasks for source in SOURCES]
    finished = len(planned & runs.keys())
    kept = RESULTS / f"weighting-{datetime.now(UTC):%Y-%m-%d}.jsonl"
    if path.resolve() != kept.resolve():
        shutil.copyfile(path, kept)
    numbers = record(
        "weighting",
        {
            "runs": kept.name,
            "finished": finished,
            "planned": len(planned),
            "seeds": seeds,
            "config": CONFIG.as_json(),
            "panels": [_plain(one) for one in panels],
        },
        before=environment(),
    )
    machines = Counter(runs[key].get("on", "not noted") for key in planned & runs.keys())
    text = page(panels, finished=finished, planned=len(planned), seeds=seeds, machines=machines)
    PAGE.write_text(text, encoding="utf-8")
    begun = [one for one in panels if SYNTHETIC in one.arms]
    PAGE.with_suffix(".svg").write_text(chart(begun), encoding="utf-8")
    print(f"Kept in {numbers.name}, {kept.name} and {PAGE.name}: {finished} of {len(planned)} runs")


def _plain(one: Panel) -> dict[str, Any]:
    values = asdict(one)
    for name, arm in one.arms.items():
        values["arms"][name]["predicted"] = sorted(arm.predicted)
        values["arms"][name]["seeds"] = values["arms"][name].pop("predicted")
    return values
