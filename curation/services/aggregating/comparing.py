"""All aggregators on a project's votes, worked out in the background and kept.

The result is kept in a file of the project under `CONCORD_HOME/aggregators` with a mark of the
answers it rests on, so a page can tell whether votes came since.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
import numpy.typing as npt
from django.utils import timezone

from curation import frames
from curation.aggregation import Aggregated, AggregatorRefused
from curation.aggregation.compare import BASE, Comparison, compare
from curation.datasets.policy import Policy
from curation.models import Example, Project
from curation.progress import Progress
from curation.services.aggregating.applying import NAMES, aggregate
from curation.services.agreement import judge
from curation.services.kept import KeptNumbers

NUMBERS = KeptNumbers(folder="aggregators", formulas=1)
POLICIES = (
    Policy(keep_all=True),
    Policy(threshold=0.8),
    Policy(keep_share=0.7),
)
MATCHING = Policy(keep_all=True, drop_mismatch=True)  # where prompts asked for labels
MOST_PEOPLE = 100  # annotators whose skills are kept


@dataclass(frozen=True, kw_only=True)
class KeptComparison:
    """The comparison that was worked out last."""

    at: datetime
    votes: int
    fresh: bool  # nothing was answered or set aside since
    found: Comparison
    example_keys: dict[int, int]  # row of a flip → primary key of its example
    skills: dict[str, dict[str, float]]  # annotator → method → skill, those with most votes


def compare_aggregators(project: Project, progress: Progress) -> KeptComparison:
    """Run every aggregator on the votes of the pool, compare them, and keep what was found.

    Raises:
        NothingToDo: nobody has voted yet.
    """
    mark, judged = _mark(project), judge(project, aggregator=BASE).judged
    found = frames.project_votes(project, split=Example.Split.POOL)
    results: dict[str, Aggregated | str] = {}
    for done, name in enumerate(NAMES):
        progress(done, len(NAMES), name.replace("_", "-"))
        try:
            results[name] = aggregate(project, found, name)
        except AggregatorRefused as error:
            results[name] = str(error)
    progress(len(NAMES), len(NAMES), "comparing")
    asked = judged.intended is not None and bool((judged.intended >= 0).any())
    comparison = compare(
        results,
        judged,
        gold=_gold(project, found.example_keys),
        policies=[*POLICIES, MATCHING] if asked else POLICIES,
    )
    content = {
        "mark": mark,
        "at": timezone.now().isoformat(),
        "votes": len(found.votes.task),
        "comparison": comparison.as_json(),
        "example_keys": {flip.row: int(found.example_keys[flip.row]) for flip in comparison.flips},
        "skills": _skills(project, found, results),
    }
    NUMBERS.keep(project, content)
    return _read(json.loads(json.dumps(content)), fresh=True)


def kept_comparison(project: Project) -> KeptComparison | None:
    """What was kept for this project; None where nothing was, or it cannot be used any more."""
    mark, kept = _mark(project), NUMBERS.kept(project)
    try:
        return None if kept is None else _read(kept, fresh=kept["mark"] == mark)
    except (ValueError, KeyError, TypeError):
        return None


def _gold(project: Project, keys: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """(T,) position of each example's trusted label, -1 where there is none."""
    gold = frames.gold_positions(project, split=Example.Split.POOL)
    return np.array([gold.get(key, -1) for key in keys.tolist()], dtype=np.int64)


def _skills(
    project: Project, found: frames.ProjectVotes, results: Mapping[str, Aggregated | str]
) -> dict[str, dict[str, float]]:
    cast = np.bincount(found.votes.worker, minlength=len(found.annotator_keys))
    most = np.lexsort((found.annotator_keys, -cast))[:MOST_PEOPLE].tolist()
    names = project.annotators.in_bulk(found.annotator_keys[most].tolist())
    return {
        names[int(found.annotator_keys[person])].name: {
            method: round(float(one.skills[person]), 4)
            for method, one in results.items()
            if isinstance(one, Aggregated) and one.skills is not None
        }
        for person in most
    }


def _mark(project: Project) -> dict[str, Any]:
    said = project.predictions.order_by("-pk").values_list("pk", flat=True).first()
    return NUMBERS.mark(project, predictions=said)


def _read(content: Mapping[str, Any], *, fresh: bool) -> KeptComparison:
    found = Comparison.from_json(content["comparison"])
    assert BASE in found.answered
    return KeptComparison(
        at=datetime.fromisoformat(content["at"]),
        votes=content["votes"],
        fresh=fresh,
        found=found,
        example_keys={int(row): key for row, key in content["example_keys"].items()},
        skills=content["skills"],
    )
