"""Annotator quality on real crowd sets: who is flagged, and what their votes do."""

from __future__ import annotations

import csv
import json
from collections import Counter
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from curation.aggregation import AGGREGATORS, Votes
from curation.agreement import agreement_share, nominal_alpha, vote_counts
from curation.quality import AnnotatorFigures, Answers, Limits, annotator_figures, flags, votes_only
from curation.quality.peers import peer_agreement

AGGREGATED = ("majority", "dawid_skene")  # whose accuracy is reported
GAMMA = 0.8
DRAWS = 20  # random removals to compare with, and halves
HARM = ("careless", "adversarial")
ENOUGH = 20  # answers to tasks with gold, to judge an annotator by it
NEAR_CHANCE = 0.15  # κ against gold
Flags = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, kw_only=True)
class RealSet:
    name: str
    answers: Answers  # without any gold
    gold: npt.NDArray[np.int64]  # (T,) -1 where unknown
    subjective: bool


def read_set(folder: Path) -> RealSet:
    source = json.loads((folder / "source.json").read_text(encoding="utf-8"))
    labels = {name: code for code, name in enumerate(source["labels"])}
    with (folder / "annotations.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    tasks = {name: code for code, name in enumerate(sorted({row["task"] for row in rows}))}
    workers = {name: code for code, name in enumerate(sorted({row["worker"] for row in rows}))}
    gold = np.full(len(tasks), -1)
    for line in (folder / "texts.jsonl").read_text(encoding="utf-8").split("\n"):
        text = json.loads(line) if line else {"gold": None}
        if text["gold"] is not None and text["id"] in tasks:
            gold[tasks[text["id"]]] = labels[text["gold"]]
    answers = votes_only(
        np.array([tasks[row["task"]] for row in rows]),
        np.array([workers[row["worker"]] for row in rows]),
        np.array([labels[row["label"]] for row in rows]),
        n_tasks=len(tasks),
        n_workers=len(workers),
        n_labels=len(labels),
    )
    return RealSet(
        name=folder.name, answers=answers, gold=gold, subjective=bool(source["subjective"])
    )


def measure_set(folder: Path) -> dict[str, Any]:
    """What is flagged in one set and what it changes. Gold is used for the comparison only."""
    real = read_set(folder)
    figures = annotator_figures(real.answers)
    flagged = _flagged(figures)
    eligible = np.array([one.answers >= Limits().min_answers for one in figures])
    found: dict[str, Any] = {
        "name": real.name,
        "subjective": real.subjective,
        "annotators": int(eligible.sum()),
        "flagged": int(flagged.sum()),
        "paused": int(_flagged(figures, level="pause").sum()),
        "votes_share": round(float(flagged[real.answers.worker].mean()), 4),
        "verdicts": dict(Counter(one.verdict for one in figures if one.answers >= 10)),
        "low_agreement": _low_agreement(figures, flagged),
        "halves": _halves(real),
        "all": _state(real, np.zeros_like(flagged)),
        "without": _state(real, flagged),
        "random": _random(real, flagged, eligible),
    }
    if (real.gold >= 0).any():
        found["gold"] = _against_gold(real, flagged, eligible)
    print(f"{real.name}: {found['flagged']} of {found['annotators']} flagged")
    return found


def _flagged(figures: list[AnnotatorFigures], level: str | None = None) -> Flags:
    """(W,) whether somebody is flagged as careless or adversarial."""
    chosen = np.zeros(len(figures), dtype=bool)
    for flag in flags(figures):
        if flag.kind in HARM and level in (None, flag.level):
            chosen[flag.worker] = True
    return chosen


def _low_agreement(figures: list[AnnotatorFigures], flagged: Flags) -> dict[str, int]:
    """Annotators with κ below 0.2 to their peers: how many are flagged, and what the others are."""
    low = [
        one for one in figures if one.answers >= 10 and one.agreement and one.agreement.value < 0.2
    ]
    others = Counter(one.verdict for one in low if not flagged[one.worker])
    return {"all": len(low), "flagged": sum(bool(flagged[one.worker]) for one in low), **others}


def _halves(real: RealSet) -> dict[str, Any]:
    """Agreement with unflagged peers on tasks that took no part in the flagging."""
    dice = np.random.default_rng(0)
    sums = {True: np.zeros(2), False: np.zeros(2)}
    for _ in range(DRAWS // 2):
        first = dice.random(real.answers.n_tasks) < 0.5
        for half in (first, ~first):
            judged = real.answers.where(half[real.answers.task])
            flagged = _flagged(annotator_figures(judged))
            rest = real.answers.where(~half[real.answers.task])
            for worker, value, n in _agreements(rest, flagged):
                sums[bool(flagged[worker])] += (value * n, n)
    return {
        name: round(float(sums[kind][0] / sums[kind][1]), 3) if sums[kind][1] else None
        for name, kind in (("flagged", True), ("others", False))
    }


def _agreements(rest: Answers, flagged: Flags) -> list[tuple[int, float, int]]:
    """κ of each annotator with unflagged peers, and the tasks behind it."""
    found = []
    sound = ~flagged[rest.worker]
    for worker in np.flatnonzero(flagged):
        alone = rest.where(sound | (rest.worker == worker))
        one = peer_agreement(alone)[worker]
        if one is not None:
            found.append((int(worker), one.value, one.n))
    for worker, one in enumerate(peer_agreement(rest.where(sound))):
        if one is not None and not flagged[worker]:
            found.append((worker, one.value, one.n))
    return found


def _state(real: RealSet, removed: Flags) -> dict[str, Any]:
    """Agreement, the kept set and accuracy of a set without some annotators."""
    answers = real.answers.where(~removed[real.answers.worker])
    counts = vote_counts(
        answers.task, answers.label, n_tasks=answers.n_tasks, n_labels=answers.n_labels
    )
    enough = counts.sum(axis=1) >= 2
    kept = enough & (np.nan_to_num(agreement_share(counts)) >= GAMMA)
    state: dict[str, Any] = {
        "alpha": round(nominal_alpha(counts), 4),
        "kept": int(kept.sum()),
        "tasks": int(enough.sum()),
    }
    known = (real.gold >= 0) & (counts.sum(axis=1) > 0)
    if known.any():
        state |= _accuracies(real, answers, known, kept)
    return state


def _accuracies(real: RealSet, answers: Answers, known: Flags, kept: Flags) -> dict[str, Any]:
    tasks, task = np.unique(answers.task, return_inverse=True)
    worker = np.unique(answers.worker, return_inverse=True)[1]
    votes = Votes(
        task=task, worker=worker, label=answers.label, n_tasks=len(tasks), n_labels=answers.n_labels
    )
    accuracies: dict[str, Any] = {}
    for name in AGGREGATED:
        labels = np.full(real.answers.n_tasks, -1)
        labels[tasks] = AGGREGATORS[name](votes).labels
        right = labels == real.gold
        accuracies[name] = round(float(right[known].mean()), 4)
        if name == "majority":
            chosen = known & kept
            accuracies["kept_accuracy"] = (
                round(float(right[chosen].mean()), 4) if chosen.any() else None
            )
    return accuracies


def _random(real: RealSet, flagged: Flags, eligible: Flags) -> dict[str, Any] | None:
    """Mean state after removing as many annotators by chance."""
    if not flagged.any():
        return None
    dice = np.random.default_rng(0)
    alphas, kept = [], []
    for _ in range(DRAWS):
        removed = np.zeros_like(flagged)
        removed[dice.choice(np.flatnonzero(eligible), flagged.sum(), replace=False)] = True
        plain = replace(real, gold=np.full(len(real.gold), -1))
        state = _state(plain, removed)
        alphas.append(state["alpha"])
        kept.append(state["kept"])
    return {"alpha": round(float(np.mean(alphas)), 4), "kept": round(float(np.mean(kept)))}


def _against_gold(real: RealSet, flagged: Flags, eligible: Flags) -> dict[str, Any]:
    """Accuracy and κ against gold, of the flagged and of the others, answers pooled."""
    found: dict[str, Any] = {"by_annotator": _by_annotator(real, flagged, eligible)}
    for name, chosen in (("flagged", flagged), ("others", eligible & ~flagged)):
        label, gold = _with_gold(real, chosen[real.answers.worker])
        if len(label):
            found[name] = {
                "answers": len(label),
                "accuracy": round(float((label == gold).mean()), 3),
                "kappa": round(_kappa(label, gold, real.answers.n_labels), 3),
            }
    return found


def _with_gold(real: RealSet, chosen: Flags) -> tuple[Ints, Ints]:
    """Labels of the chosen answers to tasks with gold, and the gold."""
    answers = real.answers.where(chosen & (real.gold[real.answers.task] >= 0))
    return answers.label, real.gold[answers.task]


def _kappa(label: Ints, gold: Ints, n_labels: int) -> float:
    """Cohen's κ of the labels with the gold; 0 where chance agreement is certain."""
    given = np.bincount(label, minlength=n_labels) / len(label)
    true = np.bincount(gold, minlength=n_labels) / len(gold)
    chance = float(given @ true)
    return (float((label == gold).mean()) - chance) / (1 - chance) if chance < 1 else 0.0


def _by_annotator(real: RealSet, flagged: Flags, eligible: Flags) -> dict[str, int]:
    """Annotators with 20 answers to known tasks or more: who is near chance, who is flagged."""
    near_chance, seen = [], []
    for worker in np.flatnonzero(eligible):
        label, gold = _with_gold(real, real.answers.worker == worker)
        if len(label) >= ENOUGH:
            near_chance.append(_kappa(label, gold, real.answers.n_labels) < NEAR_CHANCE)
            seen.append(bool(flagged[worker]))
    useless, found = np.array(near_chance, dtype=bool), np.array(seen, dtype=bool)
    return {
        "annotators": len(seen),
        "near_chance": int(useless.sum()),
        "flagged": int(found.sum()),
        "both": int((useless & found).sum()),
    }
