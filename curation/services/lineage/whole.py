"""The lineage of one example, whether or not a version holds it."""

from __future__ import annotations

from dataclasses import dataclass

from curation.models import Example
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


@dataclass(frozen=True, kw_only=True)
class ExampleLineage:
    """Everything an example came from and went into."""

    origin: Origin | None  # None where nobody knows how it was written
    rounds: list[Judging]
    standings: list[Standing]
    runs: list[TrainedRun]
    words: list[Word]


def example_lineage(example: Example) -> ExampleLineage:
    """The lineage of an example as it is now."""
    styles = styles_of(example.project)
    return ExampleLineage(
        origin=origin_of(example) or recorded_origin(example),
        rounds=rounds_of(example, styles),
        standings=standings_of(example, None, styles),
        runs=runs_of(example),
        words=words_of(example, styles),
    )
