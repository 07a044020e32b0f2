"""Figures and flags of a project's annotators: worked out from all answers, kept until they change.

They are kept in a file of the project under `CONCORD_HOME/annotators`, named by a fingerprint of
the answers. A page works them out itself while there are few answers; for many, the job
`annotators` does.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
from django.db.models import Max

from curation import frames
from curation.models import Annotation, Project
from curation.quality import AnnotatorFigures, Answers, annotator_figures, flags
from curation.services.kept import Content, KeptNumbers, age_of

AT_ONCE = 20_000  # answers that a page works figures out from while somebody waits
NUMBERS = KeptNumbers(folder="annotators", formulas=1)
GROWTH, FEW = 1.1, 20  # answers must have grown by a tenth and some before a job looks anew
REST = 20.0  # times as long as it took, before it is done again by itself


@dataclass(frozen=True, kw_only=True)
class Measured:
    """Figures of a project's annotators as they were worked out last."""

    at: datetime
    answers: int
    fresh: bool  # nothing was answered or set aside since
    people: Mapping[int, Mapping[str, Any]]  # annotator key → figures, flags and counts, plain


def measured(
    project: Project, *, at_most: int | None = None, patience: float = 0.0
) -> Measured | None:
    """The figures, worked out anew if answers came and they are at most `at_most`.

    Args:
        at_most: `AT_ONCE` if not given.
        patience: older figures will do for so many times as long as it took to work them out.

    Returns:
        Older figures where there are more answers; None where there are none yet.
    """
    newest = NUMBERS.newest(
        project,
        NUMBERS.kept(project),
        at_most=AT_ONCE if at_most is None else at_most,
        patience=patience,
        anew=lambda: _work_out(project),
    )
    return None if newest is None else _read(newest.content, fresh=newest.fresh)


def is_behind(project: Project) -> bool:
    """Whether so many answers came since the figures were worked out that it is worth it again."""
    kept, answers = NUMBERS.kept(project), NUMBERS.mark(project)["answers"]
    if kept is None:
        return bool(answers)
    enough = answers >= GROWTH * kept["mark"]["answers"] + FEW
    return bool(enough and age_of(kept) > REST * kept["took"])


def measure(project: Project) -> Measured:
    """Work the figures out from all answers and keep them."""
    return _read(_work_out(project), fresh=True)


def _work_out(project: Project) -> Content:
    return NUMBERS.work_out(
        project, lambda: {"people": _people(project, frames.project_answers(project))}
    )


def evidence_of(known: Measured | None, key: int) -> dict[str, Any]:
    """What is kept with an action: the figures and flags of that moment."""
    person = known.people.get(key) if known else None
    if known is None or person is None:
        return {}
    kept = {name: person[name] for name in ("answers", "verdict", "probability", "flags")}
    figures = {name: value for name, value in person["figures"].items() if value is not None}
    return {"measured": known.at.isoformat(), **kept, "figures": figures}


def _people(project: Project, found: frames.ProjectAnswers) -> dict[str, dict[str, Any]]:
    if not len(found.annotator_keys):
        return {}
    figures = figures_in_place(found)
    flagged: dict[int, list[dict[str, Any]]] = {}
    for flag in flags(figures):
        flagged.setdefault(flag.worker, []).append(_without(flag.as_json(), "worker"))
    counts, parts = _counts(found.answers), _parts(project)
    people = {}
    for code, key in enumerate(found.annotator_keys.tolist()):
        plain = _without(figures[code].as_json(), "worker")
        people[str(key)] = {
            **{name: plain.pop(name) for name in ("verdict", "probability", "reasons")},
            **{name: plain.pop(name) for name in ("favourite", "period")},
            "answers": plain.pop("answers"),
            **counts[code],
            **parts[key],
            "flags": flagged.get(code, []),
            "figures": plain,
        }
    return people


def figures_in_place(found: frames.ProjectAnswers) -> list[AnnotatorFigures]:
    """Figures by worker code; nobody is measured against annotators whose votes are set aside,
    but these against all."""
    answers, excluded = found.answers, found.excluded
    if not excluded.any():
        return annotator_figures(answers)
    others = annotator_figures(answers.where(~excluded[answers.worker]))
    everybody = annotator_figures(answers)
    return [everybody[code] if excluded[code] else others[code] for code in range(len(excluded))]


def _counts(answers: Answers) -> list[dict[str, int]]:
    """Votes, checks and skips of each annotator."""
    is_vote, is_label = answers.purpose == 0, answers.label >= 0
    columns = {
        "votes": is_vote & is_label,
        "checks": ~is_vote,
        "skipped": is_vote & ~is_label,
    }
    counted = {
        name: np.bincount(answers.worker[chosen], minlength=answers.n_workers).tolist()
        for name, chosen in columns.items()
    }
    return [{name: counted[name][code] for name in columns} for code in range(answers.n_workers)]


def _parts(project: Project) -> dict[int, dict[str, Any]]:
    """Annotator key → numbers of the rounds they answered in, and when they answered last."""
    rows = (
        Annotation.objects.of(project)
        .order_by("annotator", "task__round__number")
        .values_list("annotator", "task__round__number")
        .annotate(last=Max("answered_at"))
    )
    parts: dict[int, dict[str, Any]] = {}
    for key, number, last in rows:
        part = parts.setdefault(key, {"rounds": [], "last": None})
        part["rounds"].append(number)
        moment = None if last is None else last.isoformat()
        part["last"] = max(filter(None, (part["last"], moment)), default=None)
    return parts


def _read(content: Mapping[str, Any], *, fresh: bool) -> Measured:
    return Measured(
        at=datetime.fromisoformat(content["at"]),
        answers=content["mark"]["answers"],
        fresh=fresh,
        people={int(key): person for key, person in content["people"].items()},
    )


def _without(plain: dict[str, Any], name: str) -> dict[str, Any]:
    return {key: value for key, value in plain.items() if key != name}
