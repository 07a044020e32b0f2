"""Smaller projects beside the large one."""

from __future__ import annotations

from collections.abc import Sequence

from benchmarks.load.filling import results, texts, votes, working_out
from benchmarks.load.filling.size import Size


def write_small(sizes: Sequence[Size], *, fitted: int) -> None:
    """All that the large one has but predictions.

    Args:
        fitted: how many of them have versions and runs.
    """
    for number, size in enumerate(sizes):
        project = working_out.new_project(size)
        texts.write_texts(project, size)
        votes.write_votes(project, size)
        if number < fitted:
            results.write_runs(project, results.freeze(project)[:1])
        working_out.summarise(project)
