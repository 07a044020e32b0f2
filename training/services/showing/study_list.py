"""Studies as a list: how far each is, in words."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import QuerySet

from curation.reporting import wording
from training.models import Study
from training.services.showing.words import STUDY_STATES
from training.services.studies import StudyState, all_studies


@dataclass(frozen=True, kw_only=True)
class StudyLine:
    """One study as the list shows it."""

    study: Study
    state: str
    failed: bool
    at_work: bool
    share: float  # settled cells, in percent
    settled: int
    cells: int
    made_of: str


def study_lines(studies: QuerySet[Study]) -> list[StudyLine]:
    """Newest first."""
    return [study_line(state) for state in all_studies(studies)]


def study_line(state: StudyState) -> StudyLine:
    settled = state.counts["successful"] + state.counts["failed"]
    return StudyLine(
        study=state.study,
        state=state_words(state),
        failed=state.word in {"failed", "interrupted"},
        at_work=state.at_work,
        share=round(100 * settled / state.cells, 1) if state.cells else 0.0,
        settled=settled,
        cells=state.cells,
        made_of=made_of(state.study),
    )


def state_words(state: StudyState) -> str:
    """The study's state as a tag says it; failures are counted where it finished."""
    if state.word == "successful" and state.counts["failed"]:
        failed = wording.plural(state.counts["failed"], "run")
        return f"finished, {failed} failed"
    return STUDY_STATES.get(state.word, state.word)


def made_of(study: Study) -> str:
    """What its matrix is made of, counted from the plan as it was written down."""
    plan = study.plan
    parts = [
        wording.plural(len(plan.get("projects", ())), "project"),
        wording.plural(len(plan.get("arms", ())), "arm"),
        wording.plural(len(plan.get("classifiers", ())), "classifier"),
        wording.plural(int(plan.get("seeds", 0)), "seed"),
    ]
    return " × ".join(parts)
