"""Training dynamics crossed with agreement: subjective examples and suspect labels.

A classifier learns some rows late or never. Where people disagree about such a row it is a matter
of opinion; where they agree, the label it was trained on is likely wrong (Swayamdipta et al. 2020
find mislabelled rows among the hard ones; Hansen et al. 2023 keep ambiguous rows and drop hard).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from curation.errors import BadInput, NothingToDo
from curation.explorer.selections import SAME
from curation.models import Project, TrainingDynamics
from curation.services.agreement import JudgedProject, judge
from curation.services.dynamics import ExampleDynamics, dynamics_of

AGREED = 0.8  # a_i from which people agree
FEWEST_VOTES = 3  # of an example; two votes agree or do not, which says little
REGIONS = TrainingDynamics.Region.values


@dataclass(frozen=True, kw_only=True)
class CrossedExample:
    """One training example that people have judged."""

    example: str  # external id
    text: str
    label: str  # it was trained on
    voted: str  # of most votes
    votes: int
    agreement: float  # a_i, in (0, 1]
    confidence: float
    variability: float
    correctness: float
    region: str


@dataclass(frozen=True, kw_only=True)
class Crossing:
    """What a run's dynamics and the votes say together."""

    run_key: str
    agreed: float  # γ between low and high agreement
    fewest_votes: int
    learned: int  # examples with dynamics
    judged: int  # of them with enough votes
    high: dict[str, int]  # region → judged examples with a_i ≥ γ
    low: dict[str, int]  # region → judged examples with a_i < γ
    subjective: list[CrossedExample]  # low and ambiguous, the least agreed first
    suspects: list[CrossedExample]  # high and hard, the least confident first

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def cross(
    project: Project, run_key: str, *, agreed: float = AGREED, fewest_votes: int = FEWEST_VOTES
) -> Crossing:
    """Subjective examples and suspect labels by what `run_key` has attached.

    Raises:
        BadInput: γ is not in (0, 1], or fewest_votes below 1.
        NothingToDo: the run has attached nothing, or nobody has voted on what it learned.
    """
    if not 0 < agreed <= 1:
        raise BadInput(f"The agreement is {agreed:g}; use more than 0 and at most 1.")
    if fewest_votes < 1:
        raise BadInput(f"The fewest votes are {fewest_votes}; use 1 or more.")
    learned = list(dynamics_of(project, run_key))
    if not learned:
        raise NothingToDo(f"No training dynamics of {run_key!r} are stored in {project.slug!r}.")
    judged = [
        one
        for split in sorted({row.split for row in learned})
        for one in _crossed(project, split, learned, fewest_votes=fewest_votes)
    ]
    if not judged:
        raise NothingToDo(
            f"None of the {len(learned)} examples that {run_key} learned has {fewest_votes} votes; "
            f"let people judge them with manage.py rounds {project.slug} open."
        )
    high = [one for one in judged if one.agreement >= agreed - SAME]
    low = [one for one in judged if one.agreement < agreed - SAME]
    return Crossing(
        run_key=run_key,
        agreed=agreed,
        fewest_votes=fewest_votes,
        learned=len(learned),
        judged=len(judged),
        high=_counts(high),
        low=_counts(low),
        subjective=_subjective(low),
        suspects=_suspects(high),
    )


def _crossed(
    project: Project, split: str, learned: Sequence[ExampleDynamics], *, fewest_votes: int
) -> list[CrossedExample]:
    """Those of the split that have enough votes."""
    try:
        votes = _votes(judge(project, split=split))
    except NothingToDo:
        return []
    return [
        CrossedExample(
            example=row.example,
            text=row.text,
            label=row.label,
            voted=voted,
            votes=n_votes,
            agreement=agreement,
            confidence=row.confidence,
            variability=row.variability,
            correctness=row.correctness,
            region=row.region,
        )
        for row in learned
        if row.split == split and row.example in votes
        for voted, n_votes, agreement in [votes[row.example]]
        if n_votes >= fewest_votes
    ]


def _votes(result: JudgedProject) -> dict[str, tuple[str, int, float]]:
    """External id → label of most votes, votes, a_i."""
    judged = result.judged
    columns = zip(
        judged.external_id,
        judged.label.tolist(),
        judged.n_votes.tolist(),
        judged.agreement.tolist(),
        strict=True,
    )
    return {
        name: (result.label_names[label], n_votes, agreement)
        for name, label, n_votes, agreement in columns
    }


def _counts(rows: Iterable[CrossedExample]) -> dict[str, int]:
    regions = [row.region for row in rows]
    return {name: regions.count(name) for name in REGIONS}


def _subjective(low: Iterable[CrossedExample]) -> list[CrossedExample]:
    rows = [one for one in low if one.region == TrainingDynamics.Region.AMBIGUOUS]
    return sorted(rows, key=lambda one: (one.agreement, -one.variability, one.example))


def _suspects(high: Iterable[CrossedExample]) -> list[CrossedExample]:
    rows = [one for one in high if one.region == TrainingDynamics.Region.HARD]
    return sorted(rows, key=lambda one: (one.confidence, -one.agreement, one.example))
