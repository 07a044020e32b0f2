"""Figures and flags of a project's annotators: worked out from all answers, kept until they change.

They are kept in a file of the project under `CONCORD_HOME/annotators`, named by a fingerprint of
the answers. A page works them out itself while there are few answers; for many, the job
`annotators` does.
"""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
from django.conf import settings
from django.db.models import Max
from django.utils import timezone

from curation import frames
from curation.files import written_whole
from curation.models import Annotation, AnnotationChange, AnnotatorAction, Project
from curation.quality import AnnotatorFigures, Answers, annotator_figures, flags
from curation.services.answer_counts import answer_counts

AT_ONCE = 20_000  # answers that a page works figures out from while somebody waits
FORMULAS = 1  # one more makes kept figures old
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
    mark = mark_of(project)
    kept = _kept(project)
    if kept is not None and kept["mark"] == mark:
        return _read(kept, fresh=True)
    if kept is not None and kept["mark"]["set_aside"] == mark["set_aside"]:
        age = timezone.now() - datetime.fromisoformat(kept["at"])
        if age.total_seconds() < patience * kept["took"]:
            return _read(kept, fresh=False)
    if mark["answers"] <= (AT_ONCE if at_most is None else at_most):
        return measure(project)
    return None if kept is None else _read(kept, fresh=False)


def is_behind(project: Project) -> bool:
    """Whether so many answers came since the figures were worked out that it is worth it again."""
    kept, answers = _kept(project), mark_of(project)["answers"]
    if kept is None:
        return bool(answers)
    age = timezone.now() - datetime.fromisoformat(kept["at"])
    enough = answers >= GROWTH * kept["mark"]["answers"] + FEW
    return bool(enough and age.total_seconds() > REST * kept["took"])


def measure(project: Project) -> Measured:
    """Work the figures out from all answers and keep them."""
    started, mark = time.monotonic(), mark_of(project)
    people = _people(project, frames.project_answers(project))
    content = {
        "mark": mark,
        "at": timezone.now().isoformat(),
        "took": round(time.monotonic() - started, 3),
        "people": people,
    }
    path = _path(project)
    path.parent.mkdir(parents=True, exist_ok=True)
    with written_whole(path) as scratch:
        scratch.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
    return _read(content, fresh=True)


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


def mark_of(project: Project) -> dict[str, Any]:
    """Names the state of a project's answers; cheap."""
    answers = answer_counts(project)
    changes = AnnotationChange.objects.filter(annotator__project=project)
    moved = AnnotatorAction.objects.filter(
        annotator__project=project,
        kind__in=[AnnotatorAction.Kind.REQUEUED, AnnotatorAction.Kind.RESTORED],
    )
    return {
        "project": [project.pk, project.created_at.isoformat()],
        "answers": answers.total,
        "last": answers.last,
        "changes": changes.aggregate(last=Max("pk"))["last"],
        "set_aside": moved.aggregate(last=Max("pk"))["last"],
        "formulas": FORMULAS,
    }


def _path(project: Project) -> Path:
    return Path(settings.CONCORD_HOME) / "annotators" / f"{project.slug}.json"


def _kept(project: Project) -> dict[str, Any] | None:
    """What was kept for this project; None where nothing was, or it cannot be used any more."""
    try:
        kept: dict[str, Any] = json.loads(_path(project).read_text(encoding="utf-8"))
        ours = kept["mark"]["project"] == [project.pk, project.created_at.isoformat()]
        usable = ours and kept["mark"]["formulas"] == FORMULAS
        return kept if usable else None
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _read(content: Mapping[str, Any], *, fresh: bool) -> Measured:
    return Measured(
        at=datetime.fromisoformat(content["at"]),
        answers=content["mark"]["answers"],
        fresh=fresh,
        people={int(key): person for key, person in content["people"].items()},
    )


def _without(plain: dict[str, Any], name: str) -> dict[str, Any]:
    return {key: value for key, value in plain.items() if key != name}
