"""A study before it starts: what it compares and what it takes. Changes nothing."""

from __future__ import annotations

from dataclasses import dataclass

from curation.reporting import wording
from training.executors.local import own_cores
from training.services.studies import PlanCost, plan_cost
from training.services.studies.costing import ClassifierCost
from training.studies.plan import Arm, StudyPlan

LITTLE_GB = 0.1


@dataclass(frozen=True, kw_only=True)
class CostLine:
    """What one classifier of a study takes, in words."""

    classifier: str
    runs: int
    there: int
    steps: str
    time: str  # one run after the other
    memory: str  # of one run
    ground: str


@dataclass(frozen=True, kw_only=True)
class PlanShown:
    """A plan, and what it takes, in words."""

    plan: StudyPlan
    likely: str
    disk: str
    lines: list[CostLine]
    checks: int
    arms: list[tuple[Arm, str]]  # with what differs from the classifier's own settings


def look_at(plan: StudyPlan, *, parallel: int | None = None) -> PlanShown:
    """What a plan would take.

    Raises:
        StudyRefused: what its cells read is not there.
    """
    cost = plan_cost(plan)
    return PlanShown(
        plan=plan,
        likely=_likely(cost, parallel or own_cores()),
        disk=_disk(cost.total("disk_gb")),
        lines=[_line(one) for one in cost.classifiers],
        checks=cost.checks,
        arms=arm_words(plan),
    )


def arm_words(plan: StudyPlan) -> list[tuple[Arm, str]]:
    """Every arm with what it sets beside its source."""
    return [(arm, differing(arm)) for arm in plan.arms]


def differing(arm: Arm) -> str:
    """What an arm sets beside its source, in words.

    >>> differing(Arm(name="a", source="real", config={"loss": "soft"}))
    'loss soft'
    """
    parts = [f"{name.replace('_', ' ')} {value}" for name, value in arm.config.items()]
    if arm.quality:
        parts.append(f"quality checker on {arm.quality}")
    if arm.keep_quality:
        parts.append(f"rows below {arm.keep_quality:g} dropped")
    return ", ".join(parts)


def _likely(cost: PlanCost, parallel: int) -> str:
    runs, there = int(cost.total("runs")), int(cost.total("there"))
    to_fit = runs - there
    if not to_fit:
        return f"All {wording.plural(runs, 'run')} are there already; only the report is new."
    known = f", {there:,} more are there already" if there else ""
    beside = f" with {parallel} side by side" if parallel > 1 and to_fit > 1 else ""
    time = wording.duration(cost.seconds(parallel))
    return f"{wording.plural(to_fit, 'run')} to train{known}: about {time}{beside}."


def _disk(gb: float) -> str:
    if gb < LITTLE_GB:
        return f"about {max(1, round(gb * 1024))} MB of disk"
    return f"about {gb:.1f} GB of disk"


def _line(one: ClassifierCost) -> CostLine:
    return CostLine(
        classifier=one.classifier,
        runs=one.runs,
        there=one.there,
        steps=wording.count(one.steps),
        time=wording.duration(one.seconds) if one.to_fit else "nothing left to train",
        memory=f"{one.memory_gb:.1f} GB",
        ground=f"timed on {wording.plural(one.measured_on, 'run')} here"
        if one.measured_on
        else "guessed: none like it has finished here",
    )
