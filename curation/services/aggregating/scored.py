"""What a classifier trained on each method's labels is expected to score, where it was measured."""

from __future__ import annotations

from collections.abc import Sequence

from curation.explorer.curves import KEEP_ALL, TEST, Band
from curation.models import Project
from curation.services.exploring.scores import measured_scores


def expected_scores(project: Project, names: Sequence[str]) -> dict[str, Band]:
    """Method → macro-F1 on the test texts of a classifier trained on every judged text.

    Only where the job `explore` measured it for these votes and against trusted labels: scores on
    held-out texts are measured against each method's own labels, and say nothing about which
    method is better.
    """
    found = {}
    for name in names:
        measured = measured_scores(project, aggregator=name)
        if measured is None or not measured.fresh or measured.curves.target != TEST:
            continue
        line = measured.curves.reference(KEEP_ALL)
        if line is not None:
            found[name] = line.score
    return found
