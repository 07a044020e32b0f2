"""Freezing what is too much for somebody to wait for: what a job is told, and when one does it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from curation.datasets import Policy
from curation.datasets.splits import SplitPlan
from curation.errors import BadInput
from curation.models import Example, Project
from curation.progress import Progress, silent
from curation.services.aggregating.applying import check_name
from curation.services.answer_counts import answer_counts
from curation.services.datasets.freezing import (
    Curated,
    check_note,
    check_nothing_is_fetched,
    curate_dataset,
)

KIND = "freeze"  # of the job
AT_ONCE = 50_000  # judged examples that are frozen while somebody waits: some seconds


@dataclass(frozen=True, kw_only=True)
class FreezeAsked:
    """A version that somebody wants."""

    policy: Policy
    splits: SplitPlan | None = None
    note: str = ""
    anyway: bool = False  # also while votes are being fetched

    def as_json(self) -> dict[str, Any]:
        """What a job is told."""
        return {
            "policy": self.policy.as_json(),
            "splits": self.splits.as_json() if self.splits else {},
            "note": self.note,
            "anyway": self.anyway,
        }

    @classmethod
    def from_json(cls, told: dict[str, Any]) -> FreezeAsked:
        """What `as_json` gave."""
        return cls(
            policy=Policy.from_json(told["policy"]),
            splits=SplitPlan.from_json(told["splits"]),
            note=told["note"],
            anyway=told["anyway"],
        )


def takes_long(project: Project) -> bool:
    """Whether more examples may have been judged than are frozen while somebody waits.

    They are not counted for it: there are no more of them than texts in the pool, or than votes.
    """
    if answer_counts(project).votes <= AT_ONCE:
        return False
    pool = project.examples.filter(split=Example.Split.POOL).order_by()
    return pool[: AT_ONCE + 1].count() > AT_ONCE


def check_freezing(project: Project, asked: FreezeAsked) -> None:
    """Refuse at once what the job would refuse, as far as that is seen without judging.

    Raises:
        NothingToDo: votes are being fetched.
        BadInput: a label, an aggregator or a note that cannot be.
    """
    check_note(asked.note)
    check_name(asked.policy.aggregator)
    names = project.label_names()
    unknown = [name for name, _ in asked.policy.label_thresholds if name not in names]
    if unknown:
        raise BadInput(f"The project has no label {unknown[0]!r}; it has {', '.join(names)}.")
    if not asked.anyway:
        check_nothing_is_fetched(project)


def freeze_asked(project: Project, asked: FreezeAsked, *, progress: Progress = silent) -> Curated:
    """As `curate_dataset`."""
    return curate_dataset(
        project,
        asked.policy,
        splits=asked.splits,
        note=asked.note,
        anyway=asked.anyway,
        progress=progress,
    )
