"""The shape of a study's report: plain JSON values that pages, tables and figures all read.

`training.services.reporting.study_report` makes it and keeps it in `Study.report`;
`build_report` in `training.studies.report` is the part without a database. Scores are shares in
[0, 1], differences in [-1, 1], p-values in [0, 1]; what does not exist is None, never NaN. Lists
stand in the plan's order. A *board* is everything about one project and one classifier.
"""

from __future__ import annotations

from typing import TypedDict

# of this shape and of how its tests are worked out; for another one pages say "make it anew"
VERSION = 2

# What the test rows are cut by, in the order shown.
AGREEMENT, LENGTH, SIMILARITY = "agreement", "length", "similarity"
SLICES = (AGREEMENT, LENGTH, SIMILARITY)


class Band(TypedDict):
    """A mean over seeds with the ends of its 95 % interval."""

    mean: float
    low: float
    high: float


class Label(TypedDict):
    name: str  # the stable code
    title: str


class ProjectFacts(TypedDict):
    slug: str
    title: str
    labels: list[Label]  # K
    test_rows: int  # 0 where no run has finished
    objectivity: float | None  # higher is more objective; any scale, only its order is used


class ArmFacts(TypedDict):
    name: str
    source: str
    config: dict[str, object]  # fields of FitConfig that differ
    quality: str
    keep_quality: float


class LabelScore(TypedDict):
    name: str
    title: str
    support: int  # test rows that have the label
    f1: Band
    precision: float  # mean over seeds
    recall: float


class Unfinished(TypedDict):
    """A place of the matrix without a score."""

    seed: int
    state: str  # "failed", "cancelled", "waiting" or "gone" (its files are not there any more)
    sentence: str  # why; "" while it waits


class ArmScores(TypedDict):
    """One arm on one board."""

    arm: str
    seeds: int  # finished runs; 0: the scores below are None
    train_rows: list[int] | None  # least and most over seeds
    steps: list[int] | None  # optimisation steps, least and most over seeds
    macro_f1: Band | None
    macro_f1_std: float | None  # sample standard deviation over seeds; None with one seed
    accuracy: Band | None
    accuracy_std: float | None
    collapsed: int  # runs whose predictions nearly all name one label
    labels: list[LabelScore]
    unfinished: list[Unfinished]
    reference: dict[str, float]  # published figures shown beside: {"macro_f1": 0.953, …}


class Budget(TypedDict):
    """Whether two arms had the same to learn from."""

    first_rows: list[int]
    second_rows: list[int]
    same_rows: bool
    first_steps: list[int] | None
    second_steps: list[int] | None
    same_steps: bool
    sentence: str


class Pair(TypedDict):
    """A planned comparison on one board: macro-F1 of the first arm minus that of the second."""

    first: str
    second: str
    difference: Band | None  # None: see `reason`
    p: float | None  # two-sided, seeds and test rows both random; None with fewer than 3 seeds
    p_holm: float | None  # corrected over all pairs of all boards
    seeds: int  # that both arms have
    rows: int  # test rows
    budget: Budget | None
    reason: str  # why there is no difference: a sentence, or ""
    sentence: str  # what came out, claiming no more than the corrected p-value does


class Part(TypedDict):
    """Test rows whose measure lies in [low, high], about a quarter of them."""

    low: float
    high: float
    rows: int
    accuracy: Band
    macro_f1: Band


class ArmSlices(TypedDict):
    arm: str
    parts: list[Part]  # by rising measure; equal values are never parted, so there may be fewer


class Slices(TypedDict):
    by: str  # one of SLICES
    arms: list[ArmSlices]


class GammaPoint(TypedDict):
    gamma: float  # test rows with agreement ≥ γ
    rows: int
    accuracy: Band


class GammaCurve(TypedDict):
    """The first study's figure 2 for one arm."""

    arm: str
    points: list[GammaPoint]  # by rising γ; none with fewer than 10 rows
    slope: float | None
    intercept: float | None
    r_squared: float | None  # of the straight line through the points
    rho: float | None  # Spearman's over the points
    rho_low: float | None
    rho_high: float | None


class AmountPoint(TypedDict):
    amount: int  # rows of what is varied
    arm: str
    macro_f1: Band


class AmountCurve(TypedDict):
    """Macro-F1 over the amount of one part of the source, for example "real@100+synthetic@N"."""

    title: str  # of the source, with N for what is varied
    points: list[AmountPoint]  # by rising amount, two or more


class Board(TypedDict):
    project: str  # slug
    classifier: str
    test_rows: int
    arms: list[ArmScores]
    pairs: list[Pair]
    slices: list[Slices]  # those that can be made
    gammas: list[GammaCurve]  # empty where the test rows carry no agreement
    amounts: list[AmountCurve]


class Overall(TypedDict):
    """A planned comparison over all projects together, with one classifier."""

    classifier: str
    first: str
    second: str
    projects: int  # in which the two could be compared
    higher: int  # projects in which the first is higher
    lower: int
    difference: Band | None  # mean over projects; interval over projects, None with fewer than 2
    mean: float | None
    p: float | None
    p_holm: float | None  # corrected over all overall pairs
    sentence: str


class GapPoint(TypedDict):
    project: str  # slug
    rank: float | None  # 1: the most objective; equal ones share; None: not known
    gap: Band  # macro-F1 of the real arm minus that of the other


class Gaps(TypedDict):
    """Real minus synthetic against the tasks' objectivity, for one arm and classifier."""

    classifier: str
    real: str  # arm
    arm: str
    points: list[GapPoint]  # by rank, those without one last
    rho: float | None  # Spearman's between rank and gap; None with fewer than 4 projects
    rho_low: float | None
    rho_high: float | None


class CellCounts(TypedDict):
    planned: int
    successful: int
    failed: int
    waiting: int  # not settled yet


class StudyReport(TypedDict):
    version: int
    title: str
    text: str  # Markdown
    fingerprint: str  # of the plan
    seeds: int  # planned
    cells: CellCounts
    projects: list[ProjectFacts]
    classifiers: list[str]
    arms: list[ArmFacts]
    boards: list[Board]  # projects outermost
    overall: list[Overall]
    gaps: list[Gaps]
    reference_source: str  # where the published figures are from; "" without any
