"""Studies for tests."""

from __future__ import annotations

from collections.abc import Sequence

from curation.models import ObjectivityStudy, Project
from curation.services.objectivity.answering import answer_comparison
from curation.services.objectivity.studies import create_study, pair_name
from tests.factories import make_project


def make_study(
    slugs: Sequence[str] = ("irony", "news", "spam"),
    *,
    per_pair: int = 3,
    per_annotator: int = 10,
) -> ObjectivityStudy:
    for slug in slugs:
        if not Project.objects.filter(slug=slug).exists():
            make_project(slug, labels=(f"{slug}-yes", f"{slug}-no"))
    return create_study("tasks", list(slugs), per_pair=per_pair, per_annotator=per_annotator)


def say(study: ObjectivityStudy, annotator: str, first: str, second: str, winner: str) -> None:
    """One comparison; winner "" is "cannot say"."""
    chosen = study.projects.get(slug=winner) if winner else None
    answer_comparison(study, annotator, pair_name(first, second), chosen)
