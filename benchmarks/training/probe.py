"""The preview's curve: a linear head on cached vectors, at 20 thresholds with 5 seeds.

    python -m benchmarks.training probe --data DATA [--task sst2]

3,000 real texts of the task; agreement is made up (five votes, each right 3 times in 4), since how
long it takes does not depend on who votes. 20 thresholds × 5 seeds on a test set, each beside its
two random controls; with --everything also all that the explorer tries. The clock starts when the
texts are embedded; embedding is told apart, the first time and from the cache. Beside the clock
stands the processor time of all threads, which other work on the machine does not lengthen.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.recording import environment, record
from benchmarks.training.sources import read
from curation.embeddings import embed
from curation.explorer.candidates import LINES, Candidate, candidates
from curation.explorer.curves import GLOBAL, RAW
from curation.explorer.pool import Pool, TestSet
from curation.explorer.scoring import measure

THRESHOLDS, SEEDS, REPEATS = 20, 5, 3


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, required=True, help="folder with tasks/")
    parser.add_argument("--task", default="sst2")
    parser.add_argument("--vectors", type=Path, help="keep them in this file, and use what it has")
    parser.add_argument("--everything", action="store_true")
    parser.add_argument("--record", metavar="NAME", help="keep the result in benchmarks/results")
    options = parser.parse_args()
    before = environment()
    with tempfile.TemporaryDirectory() as place:
        cache = options.vectors or Path(place) / "vectors"
        result = measured(options.data, options.task, cache, everything=options.everything)
    print(json.dumps(result, indent=1))
    if options.record:
        print(f"Kept in {record(options.record, result, before=before)}")


def measured(data: Path, task: str, cache: Path, *, everything: bool) -> dict[str, Any]:
    sources = read(data, task)
    train, test = (
        [json.loads(line) for line in text.splitlines()]
        for text in (sources.train["all"], sources.test)
    )
    texts = [row["text"] for row in [*train, *test]]
    seconds = {}
    for name in ("embedding", "embedding_again"):
        started = time.perf_counter()
        vectors = embed(texts, cache=cache)
        seconds[name] = round(time.perf_counter() - started, 2)
    code = {label: at for at, label in enumerate(sources.labels)}
    gold = np.array([code[row["label"]] for row in [*train, *test]])
    pool = _pool([row["id"] for row in train], vectors[: len(train)], gold[: len(train)], len(code))
    scored = TestSet(
        ids=[row["id"] for row in test], vectors=vectors[len(train) :], gold=gold[len(train) :],
        agreement=None,
    )  # fmt: skip
    gammas = np.linspace(0.5, 1.0, THRESHOLDS).tolist()
    curve = [Candidate(kind=GLOBAL, agreement=RAW, value=gamma) for gamma in gammas]
    curve = [*LINES, *curve]  # it is compared with keeping everything
    ways = {"curve": curve, **({"everything": candidates(pool)} if everything else {})}
    return {
        "task": task,
        "examples": len(train),
        "test_rows": len(test),
        "thresholds": THRESHOLDS,
        "seeds": SEEDS,
        "seconds": seconds,
        **{name: _times(pool, scored, chosen) for name, chosen in ways.items()},
    }


def _times(pool: Pool, test: TestSet, chosen: list[Candidate]) -> dict[str, float]:
    taken, spent = [], []
    for _ in range(REPEATS):
        started, before = time.perf_counter(), time.process_time()
        measure(pool, test, seeds=SEEDS, chosen=chosen)
        taken.append(time.perf_counter() - started)
        spent.append(time.process_time() - before)
    return {
        "seconds_median": round(float(np.median(taken)), 2),
        "seconds_most": round(max(taken), 2),
        "processor_seconds_median": round(float(np.median(spent)), 2),
    }


def _pool(ids: list[str], vectors: Any, label: Any, n_labels: int) -> Pool:
    """Five made-up votes per text; agreement is spread so that each threshold keeps another set."""
    rng = np.random.default_rng(0)
    right = rng.random((len(ids), 5)) < 3 / 4
    votes = np.where(right, label[:, None], rng.integers(n_labels, size=right.shape))
    shares = np.stack([(votes == code).mean(axis=1) for code in range(n_labels)], axis=1)
    spread = np.clip(shares.max(axis=1) - rng.random(len(ids)) * 0.1, 0, 1)
    return Pool(
        ids=ids, vectors=vectors, label=shares.argmax(axis=1), shares=shares,
        agreement={RAW: spread},
    )  # fmt: skip


if __name__ == "__main__":
    main()
