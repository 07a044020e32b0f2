"""Diversity: how long the measures take, and what they say of recorded and real texts.

    python -m benchmarks.diversity speed [--texts 50000] [--real 5000]
    python -m benchmarks.diversity results --data DATA/tasks --recordings RECORDINGS

`results` writes docs/results/diversity.md and keeps the numbers; no text is written anywhere.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import random
import resource
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from benchmarks.diversity_page import TaskResult, page
from benchmarks.recording import RESULTS, environment, record
from curation.embeddings import embed
from generation.diversity.measures import measure
from generation.diversity.overused import overused_ngrams
from generation.diversity.report import Spreads, TextSet, compare

ROOT = Path(__file__).resolve().parents[1]
DEMO = ROOT / "demo" / "recordings"
PAGE = ROOT / "docs" / "results" / "diversity.md"
LABELS = 4
METHODS = ("zero_shot", "few_shot")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parts = parser.add_subparsers(dest="part", required=True)
    speed = parts.add_parser("speed")
    speed.add_argument("--texts", type=int, default=50_000)
    speed.add_argument("--real", type=int, default=5_000)
    results = parts.add_parser("results")
    results.add_argument("--data", type=Path, required=True, help="folder of tasks")
    results.add_argument("--recordings", type=Path, required=True)
    results.add_argument("--cache", type=Path, help="file that keeps vectors")
    results.add_argument("--draws", type=int, default=10)
    results.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    if options.part == "speed":
        measure_speed(options.texts, options.real)
    else:
        measure_tasks(options)


# how long


def measure_speed(n_texts: int = 50_000, n_real: int = 5_000) -> None:
    """Made-up texts as long as recorded ones, embedded and measured, each in its own process."""
    before = environment()
    with tempfile.TemporaryDirectory() as folder:
        cache = str(Path(folder) / "vectors")
        sizes = (n_texts, n_real, cache)
        steps = {
            "embed": _in_its_own_process(_embed_all, *sizes),
            "embed, fast": _in_its_own_process(_embed_fast, *sizes),
            "embed again, from the cache": _in_its_own_process(_embed_all, *sizes),
            "all measures, one set": _in_its_own_process(_measure_once, *sizes),
            f"all measures, {LABELS} labels": _in_its_own_process(_measure_labels, *sizes),
            "over-represented n-grams": _in_its_own_process(_overused, *sizes),
        }
    for name, step in steps.items():
        print(f"{step['seconds']:8.1f} s {step['peak_mib']:8.1f} MiB  {name}")
    measured = {"texts": n_texts, "real": n_real, "steps": steps}
    kept = record(f"diversity-speed-{n_texts}", measured, before=before)
    print(f"Kept in {kept.relative_to(ROOT)}")


def made_up_texts(n: int, *, seed: int) -> list[str]:
    """Distinct texts of recorded words, as long as recorded texts."""
    recorded = [
        row["text"].split() for path in sorted(DEMO.rglob("*.jsonl")) for row in _rows(path)
    ]
    words = [word for text in recorded for word in text]
    dice = random.Random(seed)
    return [" ".join(dice.choices(words, k=len(dice.choice(recorded)))) for _ in range(n)]


def _in_its_own_process(step: Callable[..., float], *arguments: Any) -> dict[str, float]:
    context = multiprocessing.get_context("spawn")
    with context.Pool(1) as pool:
        return pool.apply(_timed, (step, arguments))


def _timed(step: Callable[..., float], arguments: Sequence[Any]) -> dict[str, float]:
    """Seconds by the clock, of the processor over all threads, and the process's peak memory."""
    before = time.process_time()
    seconds = step(*arguments)
    return {
        "seconds": round(seconds, 2),
        "cpu_seconds": round(time.process_time() - before, 2),  # making up the texts included
        "peak_mib": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1),
    }


def _texts(n_texts: int, n_real: int) -> tuple[list[str], list[str]]:
    return made_up_texts(n_texts, seed=1), made_up_texts(n_real, seed=2)


def _embed_all(n_texts: int, n_real: int, cache: str) -> float:
    """Seconds for the first set; the real texts come along for the other steps."""
    texts, real = _texts(n_texts, n_real)
    started = time.perf_counter()
    embed(texts, cache=Path(cache))
    seconds = time.perf_counter() - started
    embed(real, cache=Path(cache))
    return seconds


def _embed_fast(n_texts: int, n_real: int, cache: str) -> float:
    """The same with `fast`: bf16 where the processor has it."""
    texts, _ = _texts(n_texts, n_real)
    started = time.perf_counter()
    embed(texts, cache=Path(cache), fast=True)
    return time.perf_counter() - started


def _measure_once(n_texts: int, n_real: int, cache: str) -> float:
    return _measure(n_texts, n_real, cache, parts=1)


def _measure_labels(n_texts: int, n_real: int, cache: str) -> float:
    return _measure(n_texts, n_real, cache, parts=LABELS)


def _measure(n_texts: int, n_real: int, cache: str, *, parts: int) -> float:
    texts, real = _texts(n_texts, n_real)
    vectors, real_vectors = (embed(one, cache=Path(cache)) for one in (texts, real))
    started = time.perf_counter()
    for part in range(parts):
        measure(
            texts[part::parts],
            vectors[part::parts],
            real_texts=real[part::parts],
            real_vectors=real_vectors[part::parts],
        )
    return time.perf_counter() - started


def _overused(n_texts: int, n_real: int, cache: str) -> float:
    texts, real = _texts(n_texts, n_real)
    started = time.perf_counter()
    overused_ngrams(texts, real)
    return time.perf_counter() - started


# what they say


def measure_tasks(options: argparse.Namespace) -> None:
    """Every task that was recorded with both methods, against its real training texts."""
    before = environment()
    started = time.perf_counter()
    names = sorted(path.stem for path in (options.recordings / METHODS[0]).glob("*.jsonl"))
    results = []
    for name in names:
        results.append(_measure_task(name, options))
        print(f"{time.perf_counter() - started:8.1f} s  {name}")
    measured = {
        "draws": options.draws,
        "seed": options.seed,
        "seconds": round(time.perf_counter() - started, 1),
        "tasks": {result.name: _numbers(result) for result in results},
    }
    kept = record("diversity-tasks", measured, before=before)
    PAGE.parent.mkdir(parents=True, exist_ok=True)
    text = page(results, draws=options.draws, seed=options.seed, speed=_newest_speed())
    PAGE.write_text(text, encoding="utf-8")
    print(f"Kept in {kept.relative_to(ROOT)} and {PAGE.relative_to(ROOT)}")


def _newest_speed() -> dict[str, Any] | None:
    """What `speed` kept last, if it ever ran."""
    kept = sorted(RESULTS.glob("diversity-speed-*.json"), key=lambda path: path.stat().st_mtime)
    return json.loads(kept[-1].read_text(encoding="utf-8")) if kept else None


def _measure_task(name: str, options: argparse.Namespace) -> TaskResult:
    real = _text_set(options.data / name / "train.jsonl", options.cache)
    groups = {
        method: _text_set(options.recordings / method / f"{name}.jsonl", options.cache)
        for method in METHODS
    }
    task = json.loads((options.data / name / "task.json").read_text(encoding="utf-8"))
    report = compare(
        groups,
        real=real,
        labels=[label["name"] for label in task["labels"]],
        seed=options.seed,
        draws=options.draws,
    )
    return TaskResult(name=name, report=report)


def _text_set(path: Path, cache: Path | None) -> TextSet:
    rows = _rows(path)
    texts = [row["text"] for row in rows]
    return TextSet(
        texts=texts,
        labels=[row["label"] for row in rows],
        vectors=embed(texts, cache=cache),
    )


def _rows(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").split("\n") if line]


def _numbers(result: TaskResult) -> dict[str, Any]:
    """The report without a single n-gram; a value is its mean ± spread over draws."""
    groups = {
        group.name: {
            "texts": group.texts,
            "pooled": _pairs(group.pooled),
            "mean_of_labels": _pairs(group.mean_of_labels),
            "per_label": {label: _pairs(found) for label, found in group.per_label.items()},
            "auc_interval": [round(end, 5) for end in group.auc_interval],
            "histogram": " ".join(map(str, group.histogram)),
            "overused": {label: len(found) for label, found in group.overused.items()},
        }
        for group in result.report.groups
    }
    return {"per_label": result.report.per_label, "groups": groups, "notes": result.report.notes}


def _pairs(spreads: Spreads) -> dict[str, str]:
    return {key: f"{one.mean:.5f} ± {one.std:.5f}" for key, one in spreads.items()}


if __name__ == "__main__":
    main()
