"""Simulated crowds at work, as columns for `curation.quality`."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from curation.quality import GOLD, REPEAT, VOTE, Answers
from curation.simulation import SimulatedAnnotator, SimulatedCrowd

EVERY = 10  # one answer in ten is a gold item, or a repeated text
TARGET = {"expert": 8, "ordinary": 22, "careless": 8, "adversarial": 2}  # 20 % and 5 % of 40
CLEAN = {"expert": 8, "ordinary": 32}
MIXED = {
    "expert": 6, "ordinary": 18, "biased": 4, "careless": 4, "adversarial": 2, "one_button": 3,
    "pattern": 3,
}  # fmt: skip
HARMFUL = ("careless", "adversarial")


@dataclass(frozen=True, kw_only=True)
class Texts:
    """How hard the texts are and how far they are a matter of opinion."""

    hardness: float = 1.0
    subjective: float = 0.0


TEXTS = {
    "plain": Texts(),
    "subjective": Texts(subjective=0.3),
    "hard, subjective": Texts(hardness=2.0, subjective=0.3),
}


@dataclass(frozen=True, kw_only=True)
class Condition:
    n_labels: int = 2
    overlap: int = 3
    texts: str = "plain"
    gold: bool = False
    repeats: bool = False


@dataclass(frozen=True, kw_only=True)
class Crowd:
    people: list[SimulatedAnnotator]
    answers: Answers

    def until(self, n: int) -> Answers:
        """The first n answers of each annotator."""
        return self.answers.where(self.answers.order < n)

    @property
    def harmful(self) -> npt.NDArray[np.bool_]:
        """(W,) whether each is careless or adversarial."""
        return np.array([person.kind in HARMFUL for person in self.people])


def crowd_at_work(kinds: Mapping[str, int], condition: Condition, *, each: int, seed: int) -> Crowd:
    """A crowd whose annotators gave `each` answers.

    Tasks come in order, each to `overlap` annotators with the fewest answers so far. With gold,
    every tenth answer is an item with a known label that everybody gets; with repeats, every
    tenth is one of the annotator's earlier texts.
    """
    texts = TEXTS[condition.texts]
    labels = [f"label-{code}" for code in range(condition.n_labels)]
    crowd = SimulatedCrowd.of(
        kinds, labels=labels, seed=seed, hardness=texts.hardness, subjective=texts.subjective
    )
    dice = np.random.default_rng(seed)
    plan = _plan(len(crowd.annotators), condition, each, dice)
    n_tasks = max(task for tasks in plan for task, _ in tasks) + 1
    names = _names(crowd, n_tasks, {t for tasks in plan for t, p in tasks if p == GOLD})
    truth = dice.integers(condition.n_labels, size=n_tasks)
    length = dice.integers(40, 241, size=n_tasks)
    rows = []
    for worker, tasks in enumerate(plan):
        for position, (task, purpose) in enumerate(tasks):
            answer = crowd.answer(
                crowd.annotators[worker],
                names[task],
                labels[truth[task]],
                length=int(length[task]),
                position=position,
                again=int(purpose == REPEAT),
            )
            label = labels.index(answer.label)
            rows.append((task, worker, label, purpose, position, answer.seconds))
    return Crowd(people=crowd.annotators, answers=_columns(rows, truth, length, condition))


def _plan(
    n_workers: int, condition: Condition, each: int, dice: np.random.Generator
) -> list[list[tuple[int, int]]]:
    """(task, purpose) of every answer of every annotator, in the order of answering."""
    n_gold = each // EVERY if condition.gold else 0
    n_repeats = each // EVERY if condition.repeats else 0
    votes = each - n_gold - n_repeats
    queues: list[list[int]] = [[] for _ in range(n_workers)]
    for task in range(math.ceil(n_workers * votes / condition.overlap)):
        load = np.array([len(queue) for queue in queues]) + dice.random(n_workers)
        for worker in np.argsort(load)[: condition.overlap]:
            queues[worker].append(n_gold + task)
    return [_in_order(queue, each, condition, dice) for queue in queues]


def _in_order(
    queue: list[int], each: int, condition: Condition, dice: np.random.Generator
) -> list[tuple[int, int]]:
    due = iter(queue)
    plan: list[tuple[int, int]] = []
    for position in range(each):
        block, place = divmod(position, EVERY)
        if condition.gold and place == EVERY // 2:
            plan.append((block, GOLD))
        elif condition.repeats and place == EVERY - 1:
            plan.append((_not_repeated(plan, dice), REPEAT))
        else:
            plan.append((next(due), VOTE))
    return plan


def _not_repeated(plan: list[tuple[int, int]], dice: np.random.Generator) -> int:
    """One of the texts voted on so far that was not shown again yet."""
    again = {task for task, purpose in plan if purpose == REPEAT}
    left = [task for task, purpose in plan if purpose == VOTE and task not in again]
    return int(dice.choice(left))


def _names(crowd: SimulatedCrowd, n_tasks: int, gold: set[int]) -> list[str]:
    """Names of the examples; gold items are none on which opinions differ."""
    names = [f"example-{task}" for task in range(n_tasks)]
    for task in gold:
        spare = (f"gold-{task}-{number}" for number in range(1_000))
        names[task] = next(name for name in spare if not crowd.is_subjective(name))
    return names


def _columns(
    rows: list[tuple[int, int, int, int, int, float]],
    truth: npt.NDArray[np.int64],
    length: npt.NDArray[np.int64],
    condition: Condition,
) -> Answers:
    task, worker, label, purpose, position, seconds = (
        np.array(column) for column in zip(*rows, strict=True)
    )
    known = np.full(len(truth), -1)
    is_gold = np.unique(task[purpose == GOLD])
    known[is_gold] = truth[is_gold]
    return Answers(
        task=task,
        worker=worker,
        label=label,
        seconds=seconds,
        order=position.astype(float),
        length=length[task].astype(float),
        purpose=purpose,
        gold=known,
        n_tasks=len(truth),
        n_workers=int(worker.max()) + 1,
        n_labels=condition.n_labels,
    )
