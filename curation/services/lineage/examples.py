"""Everything known about one example: where it comes from, what was said, what became of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from curation.errors import ExampleNotFound
from curation.models import Example, Project, SetAside, TrainingDynamics
from curation.reporting import LabelStyle
from curation.services.examples_table import ExampleRow, rows_of
from curation.services.lineage.hooks import Origin, TrainedRun, origin_of
from curation.services.lineage.recorded import recorded_origin
from curation.services.lineage.rows import (
    Judging,
    Standing,
    Word,
    rounds_of,
    runs_of,
    standings_of,
    words_of,
)
from curation.services.report.examples import styles_of

LONGEST = 10**9  # characters: the whole text


@dataclass(frozen=True, kw_only=True)
class Learned:
    """How one run learned the example."""

    run_key: str
    label: LabelStyle  # that it was trained on
    confidence: float  # mean p of that label, in [0, 1]
    variability: float  # its standard deviation, in [0, 0.5]
    correctness: float  # share of times no other label was likelier, in [0, 1]
    region: str  # "easy", "ambiguous" or "hard"


@dataclass(frozen=True, kw_only=True)
class ExampleLineage:
    """One example with its whole story."""

    example: Example
    row: ExampleRow  # with the whole text
    gold: LabelStyle | None  # a trusted label
    origin: Origin | None
    rounds: list[Judging]
    standings: list[Standing]
    runs: list[TrainedRun]
    words: list[Word]
    learned: list[Learned]
    aside: list[SetAside]  # oldest first; those undone among them


def example_lineage(project: Project, external_id: str) -> ExampleLineage:
    """Raises:
    ExampleNotFound: the project has no example of that id.
    """
    examples = project.examples.select_related("intended_label", "gold_label", "project")
    example = examples.filter(external_id=external_id).first()
    if example is None:
        raise ExampleNotFound(project=project.slug, external_id=external_id)
    styles = styles_of(project)
    gold = example.gold_label
    return ExampleLineage(
        example=example,
        row=rows_of(project, [example.pk], shown=LONGEST)[0],
        gold=None if gold is None else styles[gold.position],
        origin=origin_of(example) or recorded_origin(example),
        rounds=rounds_of(example, styles),
        standings=standings_of(example, None, styles),
        runs=runs_of(example),
        words=words_of(example, styles),
        learned=_learned(example, styles),
        aside=list(example.set_aside.order_by("pk")),
    )


def _learned(example: Example, styles: Sequence[LabelStyle]) -> list[Learned]:
    rows = TrainingDynamics.objects.filter(example=example).select_related("label")
    return [
        Learned(
            run_key=one.run_key,
            label=styles[one.label.position],
            confidence=one.confidence,
            variability=one.variability,
            correctness=one.correctness,
            region=one.region,
        )
        for one in rows.order_by("run_key")
    ]
