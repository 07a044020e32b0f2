"""What people said about the tasks as a ranking, beside how far annotators agree on them."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from curation.agreement.spearman import Correlation, spearman
from curation.comparisons import Comparisons, RankedTask, majority_cycles, rank_tasks
from curation.errors import NothingToDo
from curation.models import ObjectivityStudy, Project
from curation.reporting.ranking import PairCell
from curation.services.objectivity.measured import MeasuredAgreement, measured_agreement
from curation.services.objectivity.remote import PROGRAM


@dataclass(frozen=True, kw_only=True)
class RankedProject:
    """One task's place, and what its own votes say."""

    slug: str
    title: str
    score: float  # Bradley-Terry, log odds, 0 on average
    low: float  # 95 % interval
    high: float
    noisy_score: float  # Bradley-Terry with a reliability for each person
    copeland: int  # tasks beaten by majority, less those that beat it
    stars: int  # 1 (most objective) to 5 (most subjective)
    majority_stars: int  # the same by the first study's own way, majorities only
    n: int  # comparisons it was decided in
    measured: MeasuredAgreement | None


@dataclass(frozen=True, kw_only=True)
class StudyRanking:
    """A study's tasks, the most objective one first."""

    rows: list[RankedProject]
    decided: int  # comparisons that name a winner
    cannot_say: int
    annotators: int
    programs: int  # of them
    cycles: list[list[str]]  # slugs; each beats the next by majority, and the last the first
    dropped: list[list[str]]  # majorities [winner, loser] that the first study's way gives up
    with_alpha: Correlation | None  # of the score with α
    with_agreement: Correlation | None  # of the score with the mean a_i
    fingerprint: str  # of the comparisons it was made from

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> StudyRanking:
        """What `as_json` gave, back from a database."""
        rows = [
            RankedProject(
                **{**row, "measured": row["measured"] and MeasuredAgreement(**row["measured"])}
            )
            for row in stored["rows"]
        ]
        correlations = {
            name: stored[name] and Correlation(**stored[name])
            for name in ("with_alpha", "with_agreement")
        }
        return cls(**{**stored, "rows": rows, **correlations})


def ranking(study: ObjectivityStudy, *, seed: int = 0) -> StudyRanking:
    """Rank the study's tasks by everything people said of its pairs.

    Raises:
        NothingToDo: no comparison names a winner yet.
    """
    projects = sorted(study.projects.all(), key=lambda project: project.slug)
    said = _arrays(study, projects)
    decided = said.decided()
    if not len(decided.winner):
        raise NothingToDo(
            f"Study {study.slug!r} has no comparison that names a winner yet; give out its link "
            f"with manage.py objectivity link {study.slug}."
        )
    found = rank_tasks(said, seed=seed)
    rows = [
        _ranked(projects[row.item], row, measured_agreement(projects[row.item]))
        for row in found.rows
    ]
    return StudyRanking(
        rows=rows,
        decided=len(decided.winner),
        cannot_say=len(said.winner) - len(decided.winner),
        annotators=len(np.unique(decided.annotator)),
        programs=_programs(study),
        cycles=[[projects[i].slug for i in cycle] for cycle in majority_cycles(said.wins())],
        dropped=[[projects[i].slug for i in pair] for pair in found.dropped],
        with_alpha=_correlation(rows, lambda measured: measured.alpha),
        with_agreement=_correlation(rows, lambda measured: measured.mean_agreement),
        fingerprint=fingerprint_of(study),
    )


def fingerprint_of(study: ObjectivityStudy) -> str:
    """The same for the same projects and the same answers, whatever order they came in."""
    answers = sorted(
        f"{annotator} {pair} {winner}"
        for annotator, pair, winner in study.comparisons.values_list("annotator", "pair", "winner")
    )
    slugs = sorted(study.projects.values_list("slug", flat=True))
    return hashlib.sha256("\n".join([*slugs, "", *answers]).encode()).hexdigest()


@dataclass(frozen=True, kw_only=True)
class PairRow:
    """One task against all others."""

    slug: str
    title: str
    cells: list[PairCell]


def pair_rows(study: ObjectivityStudy, *, order: Sequence[str] = ()) -> list[PairRow]:
    """How often each task was called more objective than each other.

    Args:
        order: slugs in the order of a ranking; projects not in it come last, by their slugs.
    """
    place = {slug: number for number, slug in enumerate(order)}
    projects = sorted(
        study.projects.all(),
        key=lambda project: (place.get(project.slug, len(place)), project.slug),
    )
    said = _arrays(study, projects)
    wins = said.wins()
    n = len(projects)
    asked = np.bincount(said.left * n + said.right, minlength=n * n).reshape(n, n)
    compared = asked + asked.T
    return [
        PairRow(
            slug=project.slug,
            title=project.title,
            cells=[
                PairCell(wins=int(wins[i, j]), compared=int(compared[i, j]), same=i == j)
                for j in range(n)
            ],
        )
        for i, project in enumerate(projects)
    ]


def _arrays(study: ObjectivityStudy, projects: Sequence[Project]) -> Comparisons:
    """Answers on pairs of the study as arrays; a project's place in `projects` is its code."""
    place = {project.pk: code for code, project in enumerate(projects)}
    rows = [
        (annotator, place[left], place[right], place.get(winner, -1))
        for annotator, left, right, winner in study.comparisons.values_list(
            "annotator", "left", "right", "winner"
        )
        if left in place and right in place
    ]
    annotators = {name: code for code, name in enumerate(sorted({row[0] for row in rows}))}
    table = np.array([(annotators[name], *codes) for name, *codes in rows], dtype=np.int64).reshape(
        -1, 4
    )
    return Comparisons(
        annotator=table[:, 0],
        left=table[:, 1],
        right=table[:, 2],
        winner=table[:, 3],
        n_items=len(projects),
    )


def _programs(study: ObjectivityStudy) -> int:
    decided = study.comparisons.filter(winner__isnull=False, annotator__startswith=PROGRAM)
    return decided.order_by().values("annotator").distinct().count()


def _ranked(project: Project, row: RankedTask, measured: MeasuredAgreement | None) -> RankedProject:
    return RankedProject(
        slug=project.slug,
        title=project.title,
        score=row.score,
        low=row.low,
        high=row.high,
        noisy_score=row.noisy_score,
        copeland=row.copeland,
        stars=row.stars,
        majority_stars=row.majority_stars,
        n=row.n,
        measured=measured,
    )


def _correlation(
    rows: Sequence[RankedProject], figure: Callable[[MeasuredAgreement], float | None]
) -> Correlation | None:
    """Of the scores with a figure of the projects that have votes and were compared."""
    known = [
        (row.score, value)
        for row in rows
        if row.n and row.measured and (value := figure(row.measured)) is not None
    ]
    if not known:
        return None
    scores, values = (np.array(column) for column in zip(*known, strict=True))
    return spearman(scores, values)
