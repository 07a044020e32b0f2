"""What a study's report is made from, without a database."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from training.evaluation.scores import Codes, Floats
from training.studies.plan import Arm, StudyPlan
from training.studies.report_shape import Unfinished

SUCCESSFUL, GONE = "successful", "gone"
OTHER_ROWS = "It was scored on other test rows than the rest; start the study again."


@dataclass(frozen=True, kw_only=True)
class ProjectInput:
    """One project of the study."""

    slug: str
    title: str
    labels: tuple[tuple[str, str], ...]  # K pairs of name and title; a label's place is its code
    objectivity: float | None = None  # higher is more objective; only its order counts
    real_pool: bool = False  # some texts that people judge are real ones
    measures: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    # "length" and "similarity" → id of a test row → value

    @property
    def n_labels(self) -> int:
        return len(self.labels)


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What one finished run said about the N test rows."""

    ids: tuple[str, ...]  # rising
    gold: Codes  # (N,) int in [0, K)
    predicted: Codes  # (N,) int in [0, K)
    agreement: Floats  # (N,) in (0, 1], NaN where the row carries none
    train_rows: int
    steps: int | None  # optimisation steps, where it counts any
    collapsed: bool

    @property
    def test_rows(self) -> tuple[tuple[str, ...], tuple[int, ...]]:
        """What runs that can be compared share."""
        return self.ids, tuple(self.gold.tolist())


@dataclass(frozen=True, kw_only=True)
class CellInput:
    """One place of the matrix and what came of it."""

    project: str  # slug
    arm: str
    classifier: str
    seed: int
    outcome: Outcome | None = None
    state: str = SUCCESSFUL  # else why there is no outcome: a state of `Unfinished`
    sentence: str = ""


@dataclass(frozen=True, kw_only=True)
class ArmRuns:
    """Runs of one arm on one board, all scored on the board's test rows."""

    arm: Arm
    by_seed: Mapping[int, Outcome]  # rising seeds
    unfinished: tuple[Unfinished, ...] = ()

    @property
    def name(self) -> str:
        return self.arm.name

    def predicted(self, seeds: Sequence[int] = ()) -> Codes:
        """(S, N) for these seeds, or for all."""
        return np.stack([self.by_seed[seed].predicted for seed in seeds or self.by_seed])


@dataclass(frozen=True, kw_only=True)
class BoardInput:
    """Everything about one project and one classifier."""

    project: ProjectInput
    classifier: str
    gold: Codes  # (N,); empty where no run has finished
    agreement: Floats  # (N,)
    ids: tuple[str, ...]
    arms: Mapping[str, ArmRuns]  # in the plan's order, every arm

    def scored(self) -> list[ArmRuns]:
        return [runs for runs in self.arms.values() if runs.by_seed]

    def measure(self, name: str) -> Floats | None:
        """(N,) values of "length" or "similarity"; None where they were not measured."""
        values = self.project.measures.get(name)
        if not values:
            return None
        return np.array([values.get(row, np.nan) for row in self.ids])


def board_inputs(
    plan: StudyPlan, projects: Sequence[ProjectInput], cells: Iterable[CellInput]
) -> list[BoardInput]:
    """The cells by project and classifier, in the plan's order.

    Where runs were scored on different test rows, those of most runs count; the others are named
    as unfinished. Cells that the plan does not know are left out.
    """
    found: dict[tuple[str, str], list[CellInput]] = {}
    for cell in cells:
        found.setdefault((cell.project, cell.classifier), []).append(cell)
    return [
        _board(plan, project, classifier, found.get((project.slug, classifier), []))
        for project in projects
        for classifier in plan.classifiers
    ]


def _board(
    plan: StudyPlan, project: ProjectInput, classifier: str, cells: Sequence[CellInput]
) -> BoardInput:
    outcomes = [cell.outcome for cell in cells if cell.outcome is not None]
    times = Counter(outcome.test_rows for outcome in outcomes)
    chosen = min(times, key=lambda rows: (-times[rows], rows), default=((), ()))
    same = next((one for one in outcomes if one.test_rows == chosen), None)
    return BoardInput(
        project=project,
        classifier=classifier,
        ids=chosen[0],
        gold=np.array(chosen[1], dtype=np.int64),
        agreement=np.empty(0) if same is None else same.agreement,
        arms={arm.name: _runs(arm, cells, chosen) for arm in plan.arms},
    )


def _runs(
    arm: Arm, cells: Sequence[CellInput], rows: tuple[tuple[str, ...], tuple[int, ...]]
) -> ArmRuns:
    own = sorted((cell for cell in cells if cell.arm == arm.name), key=lambda cell: cell.seed)
    by_seed, unfinished = {}, []
    for cell in own:
        if cell.outcome is not None and cell.outcome.test_rows == rows:
            by_seed[cell.seed] = cell.outcome
            continue
        state, sentence = cell.state, cell.sentence
        if cell.outcome is not None:
            state, sentence = GONE, OTHER_ROWS
        unfinished.append(Unfinished(seed=cell.seed, state=state, sentence=sentence))
    return ArmRuns(arm=arm, by_seed=by_seed, unfinished=tuple(unfinished))
