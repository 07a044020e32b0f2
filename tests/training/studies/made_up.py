"""A study whose runs were never made: outcomes drawn so that what they show is known."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import cache

import numpy as np

from training.studies.plan import Arm, StudyPlan
from training.studies.report import References, build_report
from training.studies.report_input import CellInput, Outcome, ProjectInput
from training.studies.report_shape import StudyReport

LABELS = (("joke", "Joke"), ("news", "News"), ("other", "Something else"))
VOTES = (0.4, 0.6, 0.8, 1.0)
SKILL = {
    "real@100": 0.55,
    "real@100+synthetic@300": 0.62,
    "real@100+synthetic@1000": 0.64,
    "real": 0.8,
    "method:zero_shot": 0.5,
    "method:few_shot": 0.62,
}
PLAN = StudyPlan(
    title="What synthetic text is worth",
    text="Does *few-shot* text do better than zero-shot text?",
    projects=("headlines", "sarcasm", "reviews", "spam"),
    arms=tuple(Arm(name=name, source=name) for name in SKILL),
    classifiers={"MiniLM": {}, "TF-IDF": {"classifier": "tfidf"}},
    seeds=3,
    pairs=(("method:few_shot", "method:zero_shot"), ("real", "method:few_shot")),
    thresholds=(0.4, 0.6, 0.8, 1.0),
)
REFERENCES = References(
    source="Li et al. 2023, table 1",
    scores={"headlines": {"MiniLM": {"real": {"macro_f1": 0.953, "accuracy": 0.953}}}},
)


def project_input(slug: str, place: int = 0, *, rows: int = 160) -> ProjectInput:
    rng = np.random.default_rng(place)
    ids = row_ids(rows)
    return ProjectInput(
        slug=slug,
        title=slug.capitalize(),
        labels=LABELS,
        objectivity=-float(place),
        measures={
            "length": dict(zip(ids, rng.integers(20, 200, rows).astype(float), strict=True)),
            "similarity": dict(zip(ids, rng.random(rows), strict=True)),
        },
    )


def outcome(
    right: Sequence[bool] | np.typing.NDArray[np.bool_],
    *,
    gold: np.typing.NDArray[np.int64] | None = None,
    agreement: np.typing.NDArray[np.float64] | None = None,
    train_rows: int = 300,
    collapsed: bool = False,
) -> Outcome:
    """A run that names the next label wherever it is not right."""
    hits = np.asarray(right)
    codes = np.arange(len(hits)) % len(LABELS) if gold is None else gold
    return Outcome(
        ids=row_ids(len(hits)),
        gold=codes,
        predicted=np.where(hits, codes, (codes + 1) % len(LABELS)),
        agreement=np.full(len(hits), np.nan) if agreement is None else agreement,
        train_rows=train_rows,
        steps=96,
        collapsed=collapsed,
    )


def row_ids(rows: int) -> tuple[str, ...]:
    return tuple(f"row-{at:04}" for at in range(rows))


def made_up_cells(plan: StudyPlan = PLAN, *, rows: int = 160) -> Iterable[CellInput]:
    """Every cell of the plan but three: one failed, one waits, one has lost its files."""
    rng = np.random.default_rng(0)
    agreement = np.array(VOTES)[rng.integers(len(VOTES), size=rows)]
    hard = rng.normal(0, 1, rows) - 2 * (agreement - 0.7)
    missing = {
        ("sarcasm", "real@100", 1): ("failed", "The loss is not a number; lower learning_rate."),
        ("spam", "real", 2): ("waiting", ""),
        ("spam", "method:zero_shot", 0): ("gone", "The files of its run have gone."),
    }
    for cell in plan.cells():
        place = plan.projects.index(cell.project)
        skill = SKILL[cell.arm.source] - 0.06 * place * (cell.arm.source != "real")
        luck = rng.normal(0, 0.05) + rng.normal(0, 0.5, rows)
        right = hard + luck < 3 * (skill - 0.5)
        amount = {"real": 900, "real@100": 100}.get(cell.arm.source, 1000 + place)
        found = outcome(right, agreement=agreement, train_rows=amount)
        value = CellInput(
            project=cell.project,
            arm=cell.arm.name,
            classifier=cell.classifier,
            seed=cell.seed,
            outcome=replace(found, collapsed=cell.arm.name == "real@100" and cell.seed == 2),
        )
        key = (cell.project, cell.arm.name, cell.seed)
        if cell.classifier == "MiniLM" and key in missing:
            state, sentence = missing[key]
            value = replace(value, outcome=None, state=state, sentence=sentence)
        yield value


@cache
def made_up_report() -> StudyReport:
    """The report of the made-up study: four projects, six arms, two classifiers, three seeds."""
    projects = [project_input(slug, place) for place, slug in enumerate(PLAN.projects)]
    return build_report(PLAN, projects, list(made_up_cells()), references=REFERENCES, resamples=100)
