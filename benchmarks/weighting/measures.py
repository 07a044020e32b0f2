"""What the finished runs of a task and a source say."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from benchmarks.weighting.arms import ARMS, CHECKER, REAL, SYNTHETIC, kept
from benchmarks.weighting.runs import Key, Run, checked_by
from benchmarks.weighting.tasks import Task
from training.evaluation.collapse import collapsed_label
from training.evaluation.holm import holm
from training.evaluation.intervals import Estimate, estimate
from training.evaluation.paired import PairedTest, paired_test
from training.evaluation.scores import Codes
from training.fitting.rows import label_codes

SHOWN = (REAL, SYNTHETIC, *ARMS)
PAIRS = (
    ("IMP", SYNTHETIC),
    ("DIMP", SYNTHETIC),
    ("filter", SYNTHETIC),
    ("filter", "random, as many"),
    ("IMP", "filter"),
    ("DIMP", "filter"),
    ("IMP, bounded", "IMP"),
    ("DIMP, bounded", "DIMP"),
    ("IMP, balanced", SYNTHETIC),
    ("DIMP, balanced", SYNTHETIC),
    ("soft", SYNTHETIC),
    ("DIMP", REAL),
    ("real + synthetic", REAL),
    ("real + filter", "real + synthetic"),
)


@dataclass(frozen=True, kw_only=True)
class Arm:
    """The finished seeds of one arm."""

    name: str
    predicted: dict[int, Codes]  # seed → (N,) of the test rows
    scores: Estimate
    rows: float  # of training, mean over seeds
    effective: float  # share of the rows, mean over seeds
    highest: float  # weight of a row over the mean weight, mean over seeds
    log_loss: float  # on the test rows, nats, mean over seeds
    collapsed: int  # seeds that name nearly always one label
    recall: list[float]  # of each label, mean over seeds


@dataclass(frozen=True, kw_only=True)
class Pair:
    """One arm against another on the seeds that both have."""

    first: str
    second: str
    macro_f1: PairedTest
    corrected: float  # its p among the pairs of the panel, by Holm
    accuracy: float  # mean difference


@dataclass(frozen=True, kw_only=True)
class Checker:
    """How the quality checker did, mean over seeds."""

    seeds: int
    right: float  # share of the synthetic rows whose label it finds likeliest
    kept: float  # share that the filter keeps
    temperature: float
    given: list[float]  # mean P' of the intended label, for each label


@dataclass(frozen=True, kw_only=True)
class Panel:
    """One task with one source of synthetic text."""

    task: str
    source: str
    labels: tuple[str, ...]
    synthetic: int  # rows
    test: int  # rows
    arms: dict[str, Arm]  # those with a finished seed
    pairs: list[Pair]
    checker: Checker | None


def panel(task: Task, source: str, runs: Mapping[Key, Run]) -> Panel:
    gold = label_codes(task.test, task.labels)
    found = {name: _of(task, source, name, runs) for name in SHOWN}
    arms = {name: _arm(name, one, gold, task) for name, one in found.items() if one}
    return Panel(
        task=task.name,
        source=source,
        labels=task.labels,
        synthetic=len(task.synthetic[source]),
        test=len(task.test),
        arms=arms,
        pairs=_pairs(arms, gold, n_labels=len(task.labels)),
        checker=_checker(task, source, runs),
    )


def _of(task: Task, source: str, name: str, runs: Mapping[Key, Run]) -> list[Run]:
    place = "" if name == REAL else source
    found = [run for key, run in runs.items() if key[:3] == (task.name, place, name)]
    return sorted(found, key=lambda run: run["seed"])


def _arm(name: str, runs: Sequence[Run], gold: Codes, task: Task) -> Arm:
    predicted = {run["seed"]: _codes(run["predicted"]) for run in runs}
    n_labels = len(task.labels)
    stacked = np.stack(list(predicted.values()))
    weights = [run["weights"] for run in runs]
    return Arm(
        name=name,
        predicted=predicted,
        scores=estimate(gold, stacked, n_labels=n_labels),
        rows=_mean(run["rows"] for run in runs),
        effective=_mean(one["share"] for one in weights),
        highest=_mean(one["highest"] / one["mean"] for one in weights),
        log_loss=_mean(run["log_loss"] for run in runs),
        recall=[float((stacked[:, gold == code] == code).mean()) for code in range(n_labels)],
        collapsed=sum(collapsed_label(gold, one, n_labels=n_labels) is not None for one in stacked),
    )


def _pairs(arms: Mapping[str, Arm], gold: Codes, *, n_labels: int) -> list[Pair]:
    tests = []
    for first, second in PAIRS:
        if not {first, second} <= arms.keys():
            continue
        one, other = arms[first].predicted, arms[second].predicted
        seeds = sorted(one.keys() & other.keys())
        if seeds:
            ours = np.stack([one[seed] for seed in seeds])
            theirs = np.stack([other[seed] for seed in seeds])
            test = paired_test(gold, ours, theirs, n_labels=n_labels)
            accuracy = float((ours == gold).mean() - (theirs == gold).mean())
            tests.append((first, second, test, accuracy))
    corrected = holm([test.p for _, _, test, _ in tests])
    return [
        Pair(first=first, second=second, macro_f1=test, corrected=p, accuracy=accuracy)
        for (first, second, test, accuracy), p in zip(tests, corrected, strict=True)
    ]


def _checker(task: Task, source: str, runs: Mapping[Key, Run]) -> Checker | None:
    rows = task.synthetic[source]
    gold = label_codes(rows, task.labels)
    said = [
        checked_by(task, source, run["seed"], runs)
        for run in _of(task, source, SYNTHETIC, runs)
        if (task.name, "", CHECKER, run["seed"]) in runs
    ]
    if not said:
        return None
    return Checker(
        seeds=len(said),
        right=_mean(float((one.quality.argmax(axis=1) == gold).mean()) for one in said),
        kept=_mean(len(kept(task, source, one)) / len(rows) for one in said),
        temperature=_mean(one.temperature for one in said),
        given=[
            _mean(float(one.quality[gold == code, code].mean()) for one in said)
            for code in range(len(task.labels))
        ],
    )


def _codes(predicted: str) -> Codes:
    return np.array([int(digit) for digit in predicted], dtype=np.int64)


def _mean(values: Iterable[float]) -> float:
    return float(np.mean(list(values)))
