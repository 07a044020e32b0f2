"""Small plans. Each takes only what a test is about."""

from __future__ import annotations

from typing import Any

from training.models import StudyCell
from training.studies.plan import Arm, StudyPlan

ARMS = (Arm(name="real", source="real"), Arm(name="made", source="synthetic"))


def plan(**changed: Any) -> StudyPlan:
    fields = {
        "title": "Is it as good?",
        "projects": ("headlines",),
        "arms": ARMS,
        "classifiers": {"tfidf": {"classifier": "tfidf"}},
        "seeds": 1,
    }
    return StudyPlan(**{**fields, **changed})


def cells(slug: str = "s") -> list[tuple[str, int, str]]:
    """Arm, seed and the status of the run, "" without one."""
    rows = StudyCell.objects.filter(study__slug=slug).select_related("run").order_by("pk")
    return [(cell.arm, cell.seed, cell.run.status if cell.run else "") for cell in rows]
